// Package chainrep is chain replication: a store of keys on a chain of servers, a
// master that mends the chain when servers fail, a failure detector, and the
// client. It follows van Renesse and Schneider, "Chain Replication for Supporting
// High Throughput and Availability", OSDI 2004.
//
// The package has no I/O, no goroutines and no clocks. Each node is a state machine
// that is handed messages and returns messages: who deploys it moves them, and
// keeps the messages of one node to another one in order. Nodes are not safe for
// concurrent use.
//
// # Updates and queries
//
// Updates go to the head, which numbers them. Each server appends what it gets to
// its history, applies it, and forwards it; the tail answers the client, and
// acknowledges the update up the chain. Queries go to the tail. So what was
// answered is in every history, and what the tail knows was answered, or is being.
//
// The entries that a server has forwarded and that have not been acknowledged are
// its Sent. For neighbours in the chain this holds after every step:
//
//   - Update propagation: the history of the successor is a prefix of the server's.
//   - In process: the server's history is the successor's, up to the first of its
//     Sent, and then its Sent.
//
// A client repeats its request when head or tail have changed. The head knows the
// newest request of each client, and answers or drops what it has seen.
//
// # Failures
//
// Servers fail by stopping. The [Detector] pings them, and tells the [Master] of
// those that are dead. The master strikes them out and does what is left to do,
// one thing after the other: it tells a new head, then a new tail, that it is one;
// and of each two new neighbours it asks the lower one what it has (NewPred,
// SuccInfo), and tells the upper one, which sends what the lower one lacks
// (NewSucc, SuccFixed). Then it tells the clients.
//
// A failure that is reported in the middle of this begins a new epoch: what was
// confirmed of servers that still live stays so, answers of older epochs are
// dropped, and the master goes on with the first thing left to do. The chain thus
// outlives the failure of all servers but one, in any order and at any time.
//
// A link between two servers is named by its epoch, that of the NewPred and NewSucc
// which made it. A server takes a Forward only from its predecessor and only on the
// present link: what was in flight on the one before is sent again. This goes
// beyond the paper, which has reliable links between servers that do not change.
//
// # Suspicion
//
// With DetectorConfig.Suspect servers that do not answer in time are reported as
// well, which may be a mistake. The master strikes them out too, but first bars
// them: a server that has been sent Fence never again answers, forwards or
// acknowledges anything. Until the server has confirmed that, or is known to be
// dead, the chain is not mended. The last server is never struck out on suspicion.
//
// # Compaction
//
// A history whose entries are all processed serves no purpose but that of a
// specification. With ServerConfig.Compact it is emptied now and then.
//
// # Seeded bugs
//
// [Bugs] put mistakes back into the protocol, for tests that are to find them.
//
// # Joining
//
// A server that has nothing joins the chain at its end, as in section 3 of the
// paper: the link to it is made as any other one, but its predecessor, which was the
// tail, sends it the whole history. It answers updates from then on, and is known to
// the clients as the tail when it has all that had been answered before: its
// predecessor sends Handover behind that, and the server tells the master. Until then
// it has no part in the chain: if it fails, or another one does, the old tail
// becomes the tail again. A server that comes back after a failure joins under another
// NodeID, and so does one that was fenced.
//
// # Restarts of the master
//
// The master is a single node. Its [MasterImage] is what has to be stored before its
// messages are sent; [RestoreMaster] makes a master of it that begins a new epoch and
// asks again for everything. Master.Again does the same for a master that has
// not failed, where messages may have been lost.
//
// # Lost messages
//
// Servers rely on each other's messages. Where one between two neighbours may be lost
// although both live, as when they cannot reach each other for long, whoever
// deploys them sends the master [Relink]: the link is made again, and what was lost
// is sent again.
package chainrep
