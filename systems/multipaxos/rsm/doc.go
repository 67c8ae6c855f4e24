// Package rsm is the interface between a replicated state machine and its users,
// whatever replicates it.
//
// A client sends a [Command]: who it is, the number of the operation, and the
// operation. The replicas agree on an order of all commands and apply them in that
// order, each at most once, to a deterministic [StateMachine]. The replica that
// leads answers with a [Response] that names the operation.
//
// A client numbers its operations 1, 2, 3, ... and has one under way at a time. When no
// answer comes it sends the same command again, to any replica and as often as it
// likes: an [Executor] recognises the number, and answers what it answered before.
// So a client that hears of a new leader sends its command there under the same
// number. Answers to older operations are late copies, to be ignored.
package rsm
