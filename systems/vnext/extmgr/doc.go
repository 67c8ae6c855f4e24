// Package extmgr is an extent manager: the component of a replicated extent
// store that knows which extent nodes hold which extents, notices nodes that
// died, and orders copies until every extent has its target number of replicas
// again. It follows the extent manager of Azure Storage vNext as the systematic
// testing literature describes it.
//
// # Terms
//
// An extent is a large replicated container of data, named by an [ExtentID] and
// carrying a version. An extent node stores replicas; it is named by a [NodeID],
// and every start of its process has a new, larger [Incarnation]. An extent is
// under-replicated when fewer than Config.Target nodes hold its newest known
// version. A task is an order to one node, the target, to copy one version of
// one extent from any of several sources; it is pending from the moment it is
// sent until it is settled, failed or overdue.
//
// # State
//
// All state is soft: it is derived from messages and is empty after a start.
//
//   - The node map has one [NodeRecord] per live node: its incarnation, address,
//     latest heartbeat, latest report and number of pending tasks.
//   - The [ExtentCenter] has the replicas of each extent and the extents of each
//     node, two indices of one relation. Only reports write it, and a report is
//     the whole truth about its node.
//   - The pending tasks, in the order in which they were sent.
//
// # Messages in
//
// Every message carries its sender, the sender's incarnation and a sequence
// number that grows by at least one per message of that incarnation. Messages
// may be lost, duplicated, delayed and reordered. What a message does depends
// on the node map's record of its sender:
//
//	              no record   same incarnation               newer             older
//	Heartbeat     add         refresh                        forget, then add  drop
//	SyncReport    drop        replace the node's replicas,   drop              drop
//	                          drop if not newer than the last
//	RepairAck     drop        failed: free the task's slot   drop              drop
//
// To forget a node is one critical section: its record goes, its replicas go,
// the tasks it is the target of fail, and it stops being a source of the others;
// a task without a source fails too.
//
// A name in the node map is bound to its address. A heartbeat from another one is
// dropped, whatever its incarnation, and answered with a [Refusal]: of two
// processes under one name the first stays, and the second learns why it is not
// heard. A node that restarts elsewhere is taken when the process before it has
// been forgotten.
//
// A report settles the tasks of its node whose extent it lists at the task's
// version or a newer one. An acknowledgement is a hint: a failed copy frees its
// slot early, a finished one changes nothing, because only a report says what a
// node holds.
//
// A report of a node without a record is dropped, and that matters. Expiration
// walks the node map; a replica put back for a node that is no longer in the map
// would be counted for ever, and the extent would never be repaired. See [Fix]
// for the other ways to close this hole and [V1] for the hole itself.
//
// # Events
//
// On [ExpirationTick] every node whose latest heartbeat is older than
// Config.ExpireAfter is forgotten. A live node may be forgotten by mistake; its
// next heartbeat and report bring it back.
//
// On [RepairTick] overdue tasks are dropped; then, unless the manager is still
// warming up, the under-replicated extents are visited, those with the fewest
// replicas first. Each gets Config.Target less its replicas less its pending
// tasks new ones. A target is a live node that does not hold the newest version,
// has no pending task for the extent, has fewer than Config.MaxInflightPerNode
// pending tasks and reports enough free space; among these the one with the
// fewest pending tasks, then the most free bytes, then the smallest name. The
// sources are all holders of the newest version.
//
// # Warm-up
//
// After a start the manager has heard of few nodes, and nearly every extent
// looks under-replicated. It orders no copies during Config.WarmUp, which by
// default is long enough for each live node to be known and to have reported.
//
// # Invariants
//
// They hold whenever no entry point is running; [View.Check] verifies them.
//
//   - I1: a node with replicas in the extent center is in the node map.
//   - I2: the target of a pending task is in the node map.
//   - I3: the two indices of the extent center hold the same pairs.
//   - I4: a record's Inflight is the number of pending tasks with that target.
//
// # Concurrency and ownership
//
// The entry points of [Manager] may be called from any goroutine and take one
// mutex; none of them waits for anything else. The manager starts no goroutine:
// periodic events come from the [Timers] it was given, or, with none, from the
// caller. Outbound messages leave through the [NetworkEngine] under the mutex
// and belong to it from then on; a message given to ProcessMessage is neither
// changed nor kept.
//
// # Determinism
//
// The same configuration, clock readings and sequence of calls give the same
// outbound messages in the same order, the same log and the same [View]. Nothing
// depends on the order of a map.
//
// # Seeded defects
//
// [Bugs] switches on known mistakes, one per bit, so that tests can show that
// they are found. Production leaves it at zero, and then nothing of the above
// has an exception.
//
// [V1], [V3], [V11] and [V12] leave replicas of nodes that are not in the node
// map behind: they break I1, and FixSweep makes up for it at each ExpirationTick.
// The others break no invariant: the manager's state is consistent, and wrong
// about the nodes ([V4], [V5], [V10], [V14], [V15]) or about what to order ([V2],
// [V6], [V7], [V9]). With V11 the mutex is let go of in the middle of an
// ExpirationTick, where Config.Yielder is called.
//
// # Units
//
// Sizes and offsets are bytes. Checksums are CRC-32C (Castagnoli) of an extent's
// payload. Durations and times are those of the given [Clock].
package extmgr
