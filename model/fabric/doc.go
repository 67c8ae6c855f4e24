// Package fabric models a service platform: it keeps the replicas of the partitions of stateful services on several
// nodes, makes one replica of each partition the primary, replicates its operations to the others, and goes on when
// nodes fail. The services under test are written against package service, which knows nothing of machines.
//
//	f := fabric.New(t.Root(), fabric.Config{                                   // in the test
//		Services: []fabric.Service{{Name: "ledger", New: newLedger, Partitions: 2}},
//		Crashes:  1,
//	})
//	t.Go("client", func(c *ravel.Context) {
//		var client fabric.Client
//		answer, err := f.Call(c, &client, service.PartitionID{Service: "ledger"}, []byte("open a"))
//		...
//	})
//
// The shape follows public descriptions of Service Fabric, and the case study of Deligiannis and others (FAST 2016),
// which modelled that platform to test services on it. The protocol of the model is its own.
//
// # What runs where
//
// Each node is one machine, the process of the node, which hosts replicas of all services. Beside the nodes there are a
// failover manager for each partition, which does not fail, the naming service, a failure detector, and a network
// through which all of them talk: it delays messages, and keeps the order of each link. A node has at most one replica
// of a partition that is not about to close. A ReplicaID is unique among all partitions.
//
// # How a service runs
//
// A service consists of ordinary methods that block. In a process many of them are under way at once: a call of the
// lifecycle, an Apply, a Snapshot, and a Serve for every request. Each call is a task, a coroutine within the handler
// of the process's machine. One task runs at a time, until it waits: in Replicate, Call, Sleep and Yield of
// [service.Partition], at the next piece of Restore, or behind a piece of a Snapshot. Then the process takes its next
// event. Of the tasks whose wait is over, the tester chooses who goes on, so that what two calls do to the same fields
// between two waits interleaves in every way. Work that Partition.Go starts is a task as well.
//
// This was chosen over a machine for each call, because these would share the memory of the replica and could not crash
// as one; and over goroutines, because coroutines need no overlay: such tests run under plain go test, and fast. What
// follows:
//
//   - A service waits in methods of the platform only. Channels, locks and WaitGroups that others would have to release
//     block the whole process. Locks that are held between two waits, and no longer, are fine.
//   - A task that does not wait is atomic. Call Yield where another one should be able to come between.
//   - A service may start goroutines and wait for them, through channels, WaitGroups or locks, if the command ravel
//     test runs the test: it controls them, and a wait for them is one like any other, in which nothing else of the
//     process moves. Under plain go test they run, but their interleavings are not explored. They may not call the
//     methods of Partition that wait, which say so; Partition.Go starts work that may.
//   - When a process goes down its tasks end where they are, and their deferred functions run.
//
// # Lifecycle
//
// A replica is opened, is told its roles, and is closed: Open, then ChangeRole any number of times, then Close. These
// never overlap. Abort comes instead of Close when there is no time, even during another call; contexts are done by
// then. When a node crashes nothing is called. A replica that fails is replaced by another one with another ID.
//
// # Storage
//
// Replicas that are [service.Persistent] have a disk: package disk behind [service.Storage]. A crash leaves what was
// synced, and of the rest what Service.Disk says. The platform keeps its own log of such a replica beside it, which is
// durable at once. A node that comes up again with its disk, or that has aborted its replicas, offers what it has. If a
// member of a configuration in force had it, and a primary is to be elected, a new replica is opened with it, takes the
// member's place, and counts as the member did. Otherwise it shortens a build. Closing a replica for good empties its
// storage; so does the end of one that has failed. The state of other replicas is in memory: a node that comes up again
// has nothing.
//
// # Calls
//
// A machine of the test calls a service with [Fabric.Call], or through [Fabric.Caller], and a replica with Call of its
// Partition. Naming is asked each time, and may be behind. A request goes to the process of the replica that naming has
// told. If the replica is not there, or not open, the call returns ErrNoPrimary, and was not served. A timeout comes
// whenever the tester likes: then the request is in doubt. A call that is on its way when its replica ends returns
// ErrClosed or the error of its context, and is in doubt as well.
//
// # Replication
//
// The primary numbers the operations of its log, sends them to all active secondaries and to the one that is being
// built, and commits them in order. An operation is committed when a write quorum of the current configuration has
// applied it, and while a configuration catches up a majority of the one before as well. The write quorum is a
// majority, and Service.MinReplicas at least. A secondary applies what arrives in the order of LSNs, and acknowledges
// what has been applied. A primary applies what is committed. At most Service.Window operations are under way.
//
// Replicate returns an error at once if the replica may not write. An operation that was taken is in doubt when Replicate
// returns an error: its context was cancelled, or the replica was closed. It may be committed all the same.
//
// # Failover
//
// The failover manager hears of a node's end at any time after it. If it was the primary's node, the configuration
// number of the epoch grows. All members of every configuration in which something may have been committed are fenced,
// which means that they refuse what an older primary sends, and tell what they hold. With a read quorum of each of
// these configurations the manager may elect: whoever has the highest epoch of the last operation, and of those the
// highest LSN, a tie being the tester's choice. It need not wait for all that live, but for as many as a write takes. Those
// whose log is a prefix of the elected one form the new configuration; all others are closed when that has caught up,
// and built anew: until then another election may need them. The new primary applies all that it has, then changes its
// role, and may write when a majority of the new configuration has caught up. Without a read quorum, when there is nobody
// left to wait for, data may be lost: the data-loss number grows, and the best of the rest goes on. If the replicas are
// Persistent, the manager waits for nodes that may come up again with the state of a member: it is told when one is
// gone for ever, and finds out when one has lost its disk.
//
// # Swaps
//
// While nothing has failed another replica may become the primary, on request. The primary takes no operations any
// more, waits until the other one has applied all that there is, ends its background work, and becomes an active
// secondary. Then an election follows, in which the other one is preferred. If a replica of the configuration is lost
// before the primary has become a secondary, the primary goes on as it was. In a swap no operation in doubt arises.
//
// # Builds
//
// A lost replica is replaced on a node that has none. It is an idle secondary, gets a snapshot of the primary's state
// at some LSN and all operations behind it, becomes an active secondary, and then a member. Idle secondaries count for
// nothing. One that has a state of its own, from storage, gets only the operations that it lacks, if the primary still
// has them: what it has beyond the primary's log is taken back by Rollback. A Rollback that cannot do that has it built
// anew.
//
// # Nondeterminism and budgets
//
// Every message takes its time. The budgets of [Config] are
//
//   - Crashes and Restarts of nodes, and DiskLosses: a node that restarts finds an empty disk;
//   - Suspicions: a node is given up that lives, goes on for a while, and then aborts its replicas;
//   - Swaps of the primary, see above;
//   - Closes: a replica is closed in good order, and replaced, if the partition has all its replicas; it counts as lost;
//   - Stale: naming gives the answer before the newest one;
//   - Cuts of the network between the machines of the platform, which delay what crosses them;
//   - LostCalls and TwiceCalls: requests and answers are lost, or come once more, some time later. A request that comes
//     twice is served twice;
//   - Repeats: messages of the platform to itself, orders of failover managers included, come once more, some time
//     later. The platform takes no notice, so services are not called twice.
//
// Clients time out whenever the tester likes. An answer may come after its timeout.
//
// # Monitors
//
// New registers monitors of the platform itself. They fail if it is wrong, so that a failure of a service's own monitor
// is the service's:
//
//   - M1: in an epoch one replica at most may write.
//   - M2: what is committed is held by every later primary, unless data loss was declared; and that is not declared as
//     long as enough members of each configuration in force have their state on a disk, nor by fewer failures than a
//     majority of MinReplicas.
//   - M3: what a replica applies has no gaps, and replicas that count for an operation have that operation.
//   - M4: calls of the lifecycle come in order and one at a time, roles follow each other as they should, and
//     background work goes on while the replica is the primary, and no longer.
//   - M5: a committed operation is held by enough replicas, without those that are being built.
//   - M6: a copy is the state that it claims to be, what is recovered was there, and a new primary has applied all that
//     it holds.
//   - Every lifecycle call comes to an end.
//   - Every build comes to an end, and each partition gets back a primary that may write and all replicas for which
//     there are nodes.
//
// The same monitors catch a service that returns from Apply, Restore or Rollback before what it has done is durable, or
// that recovers what it was never given. These failures say so.
//
// # Mistakes
//
// A Config that makes no sense, and a replica that waits where it may not, end the execution with a failure of kind
// misuse.
package fabric
