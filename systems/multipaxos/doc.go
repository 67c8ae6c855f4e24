// Package multipaxos is the closed test of the replicated state machine in packages
// replica and rsm: the harness that surrounds the real nodes with clients, a leader
// election that errs, a modelled network, durable registers and a specification,
// and lets Ravel decide everything else.
//
// # The replicated state machine
//
// What a user of the replicated log needs is package rsm, whatever replicates: a
// command is a client, the number of its operation, and the operation; commands are
// applied in the order of the log, each at most once; the leader answers. A client
// that gets no answer, or hears of a new leader, submits the same command again.
//
// # What is real and what is modelled
//
// A [Node] is a thin machine around a replica.Node: an event becomes a call, and what
// the node sends becomes an event. Its store is a set of registers that outlive it: a
// save is an effect of its own, so that a crash may fall before it, or between it and
// the messages that follow. Its state machine takes down what is applied.
//
// A [Client] submits its commands one after the other, each to a node of the tester's
// choice, and to the next node when no answer comes.
//
// The [Election] is abstract: it names a leader, names another one when that has
// crashed, and may take a leader for dead that is not, [Options].Changes times. It
// tells the nodes one after the other. So two nodes may believe to lead, for as long
// as one of them has not looked at its inbox.
//
// Messages between nodes are in the receiver's inbox as soon as they are sent or, with
// [Options].Linked, go over the links of package model/network. The clock is ordered:
// a timer fires when nothing else can happen, or before that out of the budget
// [Options].Timeouts.
//
// # Specification
//
//   - spec.Consensus, safety: Agreement, P2b and Validity for each slot, from the
//     votes of the acceptors, and nodes learn only what a majority has accepted. Only
//     what clients have submitted is valid.
//   - spec.LogPrefix, safety: of the commands that any two nodes have applied, one
//     sequence is a prefix of the other; also over crashes.
//   - spec.NoDuplicates as NoDupApply, safety: no node applies a command twice.
//   - spec.Progress, liveness: every command is answered in the end.
//
// # Seeded bugs
//
// The bugs of replica.Bugs are hunted under one harness and one budget, [Benchmark].
//
//   - MultiPaxos_1: two nodes believe to lead. One gets its value chosen by two votes,
//     and then gets the rejection of the third acceptor, which the other leader had
//     prepared.
//   - MultiPaxos_2: what is accepted in a slot is forgotten there when the next leader
//     prepares it, and overwritten by one after that.
//   - MultiPaxos_3: two leaders, two slots: the second one finishes a slot, and goes on
//     in the next one without phase 1, where the first one has got a value chosen.
package multipaxos
