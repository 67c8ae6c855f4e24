// Package synod is single-decree Paxos: a set of acceptors chooses one value out
// of those that proposers propose, although messages are lost, delayed and
// doubled, and processes crash. It is the "synod" of Lamport, "The part-time
// parliament", ACM TOCS 16(2), 1998, in the form of Lamport, "Paxos made simple",
// 2001, section 2.
//
// # Roles
//
// A [Proposer] has a value, and tries to get a value chosen. An [Acceptor] votes. A
// [Learner] counts votes. Each is a deterministic core: it starts no goroutine,
// reads no clock and touches no network, but is handed events (Propose, Handle,
// Timeout) and acts through the interfaces [Network], [Store] and [Timer]. Its
// methods are not safe for concurrent use: who hosts a core calls it for one event
// at a time.
//
// # Protocol
//
// Proposals are numbered by ballots. A [Ballot] is a round and the proposer that
// started it, so that no two proposers use the same one.
//
//   - Phase 1. The proposer picks a ballot above all that it knows of and sends
//     [Prepare]. An acceptor that has promised no ballot as high makes its promise
//     durable and answers [Promise], with the proposal that it accepted last, if
//     any; otherwise it answers [Reject].
//   - Phase 2. When a majority has promised, the proposer sends [Accept] with the
//     value of the highest proposal among the promises, or with its own if there
//     was none. An acceptor that has promised no higher ballot makes its vote
//     durable and answers [Accepted]; otherwise it answers Reject.
//
// A value is chosen when a majority of the acceptors has accepted the same
// ballot. A proposer that is rejected, or whose timer fires, starts a higher round.
//
// # Guarantees
//
// Of all acceptors that ever vote at most one value is chosen, and it was
// proposed, as long as each acceptor keeps its [State] over a crash and no ballot
// is used twice: see [Config].Used. That something is chosen cannot be guaranteed:
// two proposers may outbid each other for ever. It is when a majority of acceptors
// is up, messages arrive, and but one proposer is at work.
package synod
