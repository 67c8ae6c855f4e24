// Package commit has the machines of two-phase commit: the [Coordinator], and the [Participant] around the one of package
// txn.
//
// # Why machines
//
// What a coordinator does is a table: which message means what in which state. A machine of Ravel is that table,
// with the requests that have to wait as deferred events, and a runtime runs it as it stands, in a test and elsewhere.
// A participant is different. It is a store with a log, answers every message in every state, and does not wait: plain
// code says that best, and a thin machine connects it.
//
// # Protocol
//
// A client's request is a write, which becomes a transaction of all participants, or a read, which is a question to one of
// them. The coordinator serves one request at a time; others wait in its inbox.
//
//	Idle         no request
//	Reading      a participant was asked for a value
//	Voting       Prepare is sent; votes are counted, each participant's once, and only those of the transaction
//	Flushing     what was waited for is there, and the timer is being cancelled
//	WaitTimeout  the timer could not be cancelled: its Timeout is awaited, and means nothing
//	AwaitAcks    the decision is not acknowledged by all
//
// A transaction is committed when all have voted yes, and aborted at the first no or when the timer fires in Voting.
//
// Without Coordinator.Acks the network must be reliable and first in, first out, and participants must not crash. Then the
// client is answered with the decision. With Acks the decision is repeated, whenever the timer fires, to those who have not
// acknowledged it, and the client is answered when all have. Then a client's read finds its write wherever the coordinator
// asks. Questions are repeated as well.
//
// The timer is never left running between two requests, nor a Timeout in the inbox. So a Timeout needs no number: it is
// always that of the present wait.
//
// # Failures
//
// A coordinator keeps nothing: if it crashes, participants stay prepared until somebody decides for it. The numbers of its
// transactions must grow, so another coordinator would have to know the last one.
//
// # Notifications
//
// Participants notify [Atomicity] of votes and decisions. A runtime without monitors drops these.
package commit
