// Package chain is the closed test of chain replication in package chainrep: the
// harness that surrounds the real servers, master, detector and clients with
// failures and a specification, and lets Ravel decide everything else.
//
// # What is real and what is modelled
//
// The nodes are the production code, unchanged. [Server], [Master], [Detector] and
// [Client] are thin machines around them: they hand them each event, tell the
// monitors what came of it, and send what the node wants to be sent. Messages are
// the events themselves.
//
// What the monitors are told of a message is told before anything is sent because
// of it, and in one step with the node's change, so that they never see a
// state between two of the protocol.
//
// # Failures
//
// Servers fail by stopping, in the sense of ravel.Context.Crash: between any two
// messages that a server sends. Where it was there is a [Grave], which refuses
// pings: so the detector is never wrong about the dead. After each failure the
// detector looks after the servers once. Rounds of pings that meet nobody dead would
// make executions endless, and change nothing.
//
// Failures are choices with a budget that the tester may make at any step, and need
// not. With [Options].Strike they are the act of a machine instead, as they are in
// the literature on delaying explorers, and two neighbours fail together.
//
// With [Options].Delays the detector may err. It gives each server a time to answer,
// with the handshake timers of package model/timer, which may fire whenever they
// like; so many timeouts count as the budget says.
//
// # Arrivals and doubts
//
// With [Options].Joins more servers join at the end of the chain, at any step. With
// [Options].Agains the master is told that messages may have been lost, which is not so,
// and asks again for everything: that is what it does where it is deployed, after a restart
// of its own or when a reconfiguration takes long.
//
// # Network
//
// Messages go straight into the receiver's inbox, in the order in which they are
// sent, as on a network that is faster than everything else: nothing that a server
// has sent before it failed arrives after the news of the failure. With
// [Options].Links what is forwarded is in flight for a while, on a [Link] for each
// two servers.
//
// # Specification
//
//   - [HistoryMonitor]: update propagation and in process, the invariants of the
//     paper, between neighbours.
//   - [TailMonitor]: a query is answered with the last update that was answered.
//   - [MembershipMonitor]: the master strikes out nobody without reason.
//   - RequestsOnce: a request is not twice in a history (package spec).
//   - Sessions: clients read what they wrote, if each has keys of its own (package
//     spec).
//   - [RepairMonitor], liveness: each reconfiguration completes, and leaves no failed
//     server in the chain.
//   - Answers, liveness: each request is answered (package spec).
//
// Besides, a server or client that gets what cannot be says so, which ends the
// execution as a failed assertion: a gap between two entries for instance.
//
// # Variants
//
// [Variants] are the tests. In each of them one server is left in the end, so
// everything must be answered. The smallest chains can be explored to the end, every
// state and every choice in it; see TestEveryState.
//
// # Seeded bugs
//
// The bugs of chainrep.Bugs are each found in one of the variants; package catalog
// says in which. CRX is that of the custom explorer: two neighbours fail together,
// after the chain has been initialized, and the master waits for one while it mends
// the link around the other. Under the order that the program states, with
// ravel.Context.ChangeOrder, that takes no delay; see TestCustomExplorer.
//
// # Source
//
// Van Renesse, Schneider, "Chain Replication for Supporting High Throughput and
// Availability", OSDI 2004. The bugs follow those of the benchmark in Desai, Qadeer,
// Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015. That
// benchmark is not public; its bugs are made anew from what is known of it.
package chain
