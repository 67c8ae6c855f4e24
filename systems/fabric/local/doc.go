// Package local runs services that are written against package model/fabric/service on processes: a cluster is three or
// five nodes, a node is a process, and the platform keeps the replicas of each partition on several nodes, as it is
// described there and in package model/fabric.
//
//	err := local.Run(ctx, local.Config{
//		Node:  "n1",
//		Nodes: map[string]string{"n1": "10.0.0.1:7100", "n2": "10.0.0.2:7100", "n3": "10.0.0.3:7100"},
//		Dir:   "/var/lib/fabric",
//		Services: []local.Service{{Name: "counter", New: newCounter, Partitions: 4}},
//	})
//
// All nodes have the same services. Clients outside use [Client].
//
// # The failover manager
//
// What has to survive of the failover manager is small, changes seldom, and must never be forked: which configurations
// are in force, and which epoch was given out last. The manager is a deterministic state machine (internal/failover),
// and its events go through the consensus protocol Raft among all nodes. The one whose node leads acts: it answers
// nodes that ask what they should host, and proposes events. There is nothing else to hand over when another node
// leads.
//
// Raft is the library go.etcd.io/raft, a core without input and output that many large systems run on; log, term and
// vote are in one bbolt file, and its messages go over the connections that the nodes have anyway. What else was
// weighed:
//
//   - JetStream with three replicas, in a NATS server inside each node. That is a message system of its own in every
//     process, with its ports, accounts and files, for a few kilobytes of state; its own Raft waits 4 to 9 seconds
//     before it elects (nats-server, server/raft.go), so a failover of the manager could not be faster, nor tested in
//     time. With one replica it would be a single point of failure.
//   - hashicorp/raft brings storage and network along, and ten modules for logs, metrics and encoding; its bbolt store
//     needs a package of one of them that newer versions have dropped. It identifies members by configured names; a
//     node that has lost its disk would vote as who it was.
//
// # Leases and fencing
//
// A node asks the manager again and again what to host. Each answer is a lease, which lasts Config.Lease from when the
// question was sent. When it ends, the node aborts its replicas before it does anything else, and it answers for none
// of them. The manager gives a node up that was silent for a quarter longer. A new manager first waits that long.
//
// Safety does not depend on clocks: before another primary is elected, the members are fenced, and refuse what the old
// primary sends. So an old primary that does not know it yet, as after its process was stopped for a while, cannot
// commit anything.
//
// Reads depend on the lease. A node looks at it before a request is served, and again before the answer leaves: when it
// has ended, the answer is dropped, and the caller gets ErrNoAnswer. Nobody else is the primary before that, so what
// was read is not old, if clocks run at about the same speed, and if the process is not stopped in the instant between
// the second look and the answer. A service for which that is not enough replicates something before it answers, as
// Barrier of package dict does.
//
// # Naming
//
// Every node has a copy of the manager's state, so resolving asks nobody. The copy may be old: the call then fails with
// ErrNoPrimary or ErrNoAnswer, and the next one knows better. A Client asks any node, and remembers until a call fails.
//
// # Persistent services
//
// A replica that is service.Persistent has a folder on its node: its own files, and the platform's log of operations
// (internal/journal). An operation is in the log, synced, before it is counted or applied. When a process is back, its
// replicas are members as before, and a partition whose nodes were all down goes on where it was: members that are down
// are waited for. A replica that has been replaced meanwhile, or that holds what was never committed, is built anew on
// its files: what it must not have is rolled back, and it is sent the operations that it lacks, if the primary still
// has them; else a snapshot.
//
// # What it does not do
//
// It does not move replicas or primaries to spread load: a swap is asked for ([Client.Swap]). A configuration shrinks
// as long as there is one replica left, also below MinReplicas; writes are refused then until another one is built.
// Services are never removed. Connections are neither encrypted nor authenticated.
package local
