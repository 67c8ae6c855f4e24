// Package bank is a transaction management system that keeps books: transfers between accounts that are held by
// different groups, each of which is a replicated state machine, under two-phase commit. It knows no network, no clock,
// no goroutines, and not how a group is replicated: a host moves its messages.
//
// # Groups
//
// A participant is not a process but a group: a state machine in the sense of package rsm, the [Branch]. Prepare, commit,
// abort and read are operations of the group's log. A Branch is deterministic, its vote included: it votes yes if the
// account would not be overdrawn. So all replicas vote the same, and a vote or decision that is answered will not be
// forgotten. What a participant may be asked for is checked by the one of package txn, around which a Branch is built.
//
// A group applies each operation once, whatever is submitted again. A Branch relies on that.
//
// # The coordinator
//
// A [Coordinator] serves one request at a time, a transaction or a status; others wait in line.
//
//	Idle      no request
//	Reading   the groups were asked for balances
//	Voting    the groups were asked to prepare
//	Deciding  the groups that have voted yes were told the decision
//
// A transaction is committed when all of its groups vote yes. Groups always answer in the end, so there are no time-outs:
// what takes their place is a new leader.
//
// Of each group the coordinator knows the leader, and has one operation under way at most. A [LeaderUpdated] may come in
// every state: then the operation is submitted to that leader, under the same number. So a group may answer it twice, and
// much later: an [Answer] counts only if client and number are those of the operation under way.
//
// # Clients
//
// A [Client] keeps books of its own: what the balances must be after what it was told. That is true as long as nobody
// else touches its accounts.
//
// # Failures
//
// The coordinator is a single process. If it fails, what is prepared stays so until it comes back. What it must not forget
// is its [Image]: whoever runs it makes the Image durable before sending anything of an Output that Promises, and gives it
// to Restore later. A coordinator that is restored is the one that has failed, as of the last thing that it said: it knows no
// leaders, submits under the same numbers as soon as it is told of one, and groups answer again what they have applied.
// Requests that waited in line are lost; with CoordinatorConfig.Repeats clients may ask again. To let another process take
// over, the coordinator would have to be a group itself.
//
// # Errors and concurrency
//
// An error that is [ErrInvariant] says that somebody has not kept to the protocol: the Coordinator must not be used any
// more. One that is [ErrRequest] is the client's fault, and changes nothing. Nothing here is safe for concurrent use.
package bank
