// Package paxos is the closed test of single-decree Paxos in package synod: the
// harness that surrounds the real proposers, acceptors and learners with a modelled
// network, durable registers and a specification, and lets Ravel decide everything
// else. The protocol is that of Lamport, "Paxos made simple", 2001, section 2.
//
// # What is real and what is modelled
//
// The protocol is the production code, unchanged: [Proposer], [Acceptor] and
// [Learner] are thin machines around the cores. An event becomes a call, and what a
// core sends becomes an event. An acceptor's store is a register that outlives it:
// a save is an effect of its own, so that a crash may fall before it, or between it
// and the answer. With [Options].Disk it is a real journal of package journal, on a
// disk of package model/disk.
//
// By default a message is in its receiver's inbox as soon as it is sent. Sends are
// effects of their own too, so a proposer may be slow between any two of them; but
// nothing is in flight, and nothing that was sent before is overtaken. With
// [Options].Linked all messages go over the links of package model/network.
//
// # Time
//
// The clock is ordered: a timer fires when nothing else can happen, or before that
// out of a budget, [Options].Timeouts. Such a timer stands for an answer that is
// late, as opposed to lost.
//
// # Why it ends
//
// Two proposers that are both patient may outbid each other for ever, which no
// specification can blame them for. So all proposers but the first one give up
// after some rounds; then the first one gets through, whatever has crashed or was
// lost, as long as a majority of acceptors is up. So executions are finite, and so
// is the number of states.
//
// # Specification
//
//   - spec.Consensus, safety: Agreement, P2b and Validity, from the acceptors' votes.
//     A vote is told when it is durable, a proposal before anybody can see it.
//     Proposers and learners learn only what a majority has accepted.
//   - spec.Progress, liveness: the first proposer learns the value in the end.
//
// # Seeded bugs
//
// The bugs of synod.Bugs are hunted under one harness and one budget, [Benchmark].
//
//   - Paxos_1: one acceptor answers two rounds of a proposer, which counts two promises
//     and does not hear of the value that others have accepted.
//   - Paxos_2: a value is chosen; somebody prepares twice, and the second promises do
//     not tell the value any more.
//   - Paxos_3: an acceptor that has promised crashes after its promise was sent, and
//     accepts a lower ballot when it is up again.
package paxos
