// Package extnode is an extent node: the component of a replicated extent store
// that keeps replicas on a disk, tells the extent manager about them, and copies
// extents from other nodes when the manager orders it. The manager is in package
// extmgr, the disk in package extstore.
//
// # Terms
//
// A task is the manager's order to copy one version of one extent, from any of
// several sources. A copy is a task that is being carried out. A piece is what one
// response carries: Config.ChunkBytes of payload, fewer where the extent ends. A
// replica is durable when no crash takes it away, and verified when it matches its
// checksums.
//
// # State
//
//   - The incarnation of this start, which the store counts.
//   - The center: an extmgr.ExtentCenter with what the store holds, under the
//     node's own name. Reports list it. What enters it, at the start and when a
//     commit has returned, is durable and was verified when it was written.
//   - The copies in progress, at most one for each extent and Config.MaxCopies
//     together, in the order of their tasks.
//   - The extent that was scrubbed last.
//   - The patience: for how many CopyTicks a source may be silent, from 1 to 16.
//
// All but what is in the store is lost in a crash.
//
// # Messages
//
// Messages may be lost, duplicated, delayed and reordered. Every message that the
// node sends has a larger sequence number than the one before.
//
// A RepairTask, by what is known of the extent:
//
//	held at its version or newer      acknowledge: done
//	copy for its version or newer     ignore; that copy will be acknowledged
//	copy for an older version         fail that copy, then as below
//	no other source than this node    acknowledge: failed
//	Config.MaxCopies in progress      acknowledge: failed
//	else                              begin a copy from the first source
//
// An older replica stays, and is served, until the copy replaces it.
//
// A [CopyRequest] is answered with a piece of the held replica, if that has the
// requested version or a newer one, and with the reason otherwise. Every block is
// verified when it is read. If one is bad the replica is taken out, as by
// scrubbing, and the answer is [CopyDamaged].
//
// A [CopyResponse] is ignored unless it is for a copy in progress and its task,
// from the current source, and for the piece that was asked for last. See below
// for what it does then.
//
// A DropReplica deletes a replica of exactly its version; a copy in progress goes
// on. A [Put] stores a whole extent unless the same version or a newer one is held
// or the extent is being copied, and is answered with a [PutAck]. A Put of just
// what is held is answered as if it had been stored: the first answer may be lost.
//
// # Copies
//
//	Requesting   the first piece is asked for; nothing has come
//	Receiving    some pieces are staged; the next one is asked for
//
// One piece at a time is asked for. The last one leads, in the same step, to the
// verification of the whole, to the commit, to the center, and to the
// acknowledgement, in this order. What else may come:
//
//	the source has no such replica, or a damaged one    next source
//	a piece of the wrong size or with a wrong checksum  next source
//	another extent or an older version than ordered     next source
//	the whole does not match its checksum               next source
//	silence for longer than the patience                next source
//	the network knows no way to the source              next source
//	a newer version than before, while Receiving        same source, from the beginning
//	an older version than before, while Receiving       ignore: it is late
//	the store fails, for lack of room or otherwise      the copy fails
//
// A source that has a newer version than ordered is welcome: that version is
// copied. The pieces of an extent are all from one source and of one version; the
// next source begins from the beginning, since nobody knows which piece of a wrong
// whole was wrong. After the last source the copy fails. A copy that fails is
// acknowledged as failed and leaves nothing behind; the manager orders again.
//
// # Events
//
// On [HeartbeatTick] the node sends a heartbeat, with the store's free and used
// bytes. On [SyncTick] it sends a report with all of the center. The first
// HeartbeatTick of an incarnation is due before its first SyncTick: the manager
// drops reports of nodes that it does not know.
//
// On [CopyTick] each copy to which nothing has come for more ticks than the
// node's patience turns to its next source. A period may have begun just before
// the request, so that a patience of 1 is one to two periods of silence. The
// patience is 1 at the start, doubles whenever a source is given up for silence,
// up to 16, and is 1 again when a copy succeeds: where everything is slower than
// the time-out, no source is to blame, and copies that are always given up too
// early would never succeed.
//
// On [ScrubTick] the extent behind the one that was scrubbed last, by ID, is read
// and verified. A damaged one leaves the center and the store, which keeps its
// file for someone to look at; the next report no longer lists it, and the manager
// orders a new copy, perhaps from this node. An error that says nothing about the
// replica, such as a lack of file descriptors, changes nothing.
//
// # Durability
//
// The store makes the incarnation durable before [New] returns, thus before the
// first message. It makes an extent durable before the extent enters the center,
// thus before any report or acknowledgement counts it. If a commit or a removal
// fails half-way, the center follows what the store says it holds.
//
// Rot is found when a replica is scrubbed or copied. Until then a report may list
// a replica that has rotted.
//
// # Invariants
//
// They hold whenever no entry point is running; [View.Check] verifies them.
//
//   - N1: the center has what the store lists.
//   - N2: an extent that is being copied is not held at the ordered version or a
//     newer one.
//   - N3: there is at most one copy of an extent, and Config.MaxCopies of all.
//   - N4: a copy has a current source, which is another node; it has an unfinished
//     file, of its own extent and at least the ordered version, if and only if it
//     is Receiving; and not all of it has come.
//
// # Concurrency and ownership
//
// The entry points of [Node] may be called from any goroutine and take one mutex,
// also while the disk works. The node starts no goroutine and has no timers:
// periodic events come from the caller, with the periods of the [Config]. The
// store belongs to the node. Outbound messages leave through the
// extmgr.NetworkEngine under the mutex and belong to it from then on; a message
// given to ProcessMessage is neither changed nor kept.
//
// # Determinism
//
// The same configuration, store and sequence of calls give the same outbound
// messages in the same order, the same calls of the store, the same log and the
// same [View]. Nothing depends on time, chance or the order of a map.
//
// # Units
//
// Sizes and offsets are bytes of payload; the store's free and used bytes are
// those of whole files. Checksums are CRC-32C (Castagnoli).
//
// # Seeded defects
//
// [Bugs] switches on known mistakes, one per bit, so that tests can show that
// they are found. Production leaves it at zero.
package extnode
