// Package replica is Multi-Paxos: nodes that agree on a log of commands, and apply
// it to a replicated state machine of package rsm. It follows Lamport, "Paxos made
// simple", 2001, section 3: slot i of the log is an instance of consensus, and a
// leader proposes in one slot after the other.
//
// A [Node] plays all roles. It is a deterministic core like those of package synod,
// on which it is built: no goroutines, clocks or sockets, but events (Submit,
// Handle, Lead, Timeout) and the interfaces [Network], [Store], [Clients] and
// synod.Timer. It is not safe for concurrent use.
//
// # Leading
//
// Who leads is decided elsewhere: a leader election tells each node by Lead, and
// may err. Only a node that believes to lead proposes, so that nodes seldom outbid
// each other; but nothing is wrong when several of them do, for a while or for
// long. Others forward what clients submit.
//
// The leader proposes the first command of its queue in the first slot that it
// knows no value of. It goes through both phases in each slot. (The leader of
// Lamport's paper does phase 1 once for all slots to come. That takes acceptors
// that promise for many slots at once; these promise for one.) When its slot gets
// another value, which a former leader may have proposed, the command is proposed
// again in the next slot. So a new leader fills the slots that an old one has left
// open.
//
// # Learning
//
// The proposer of a slot that is chosen tells all nodes. A node applies the log in
// the order of slots; when it is told of a slot and misses one before, it asks for
// that. The node that believes to lead answers the client.
//
// Clients submit a command again when no answer comes. A node that has applied it
// answers once more. One that has not, and leads, goes through all slots that it
// does not know, and so finds the command where it was chosen before it could get it
// chosen a second time. If a log has a command twice nevertheless, the executor of
// package rsm applies it once.
//
// # Crashes
//
// A node keeps in its [Store] what its acceptor may not forget, slot by slot, and
// nothing else. A node that is opened again has an empty log and an empty queue,
// and learns the log anew. A proposer promises its own ballot, durably, before
// anybody else hears of it: that is why a restarted node uses no ballot twice.
package replica
