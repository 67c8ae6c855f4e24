// Package failover is the failover manager as a deterministic state machine: what has happened goes in, one event after
// the other, and what each replica should be comes out. It has no input and output, no goroutines, no clocks and no
// randomness. The state is replicated by giving the same events to several copies in the same order.
//
// # Wants instead of orders
//
// What the manager wants is a function of its state: [State.Wants] says for each node which replicas it should host,
// and what each of them should be. A node compares that with what it has, does what is missing, and reports what it has
// done. So nothing is lost with a message or with a manager: a new one wants the same.
//
// # Elections
//
// When the primary is gone, the configuration number of the epoch grows. All members of every configuration in which
// something may have been committed are fenced, and tell what they hold. With a read quorum of each of these
// configurations, and when all members that are up have answered, the one with the highest epoch of the last operation,
// and of those the highest LSN, becomes the primary. Those whose log is a prefix of the elected one, and that it can
// bring up to date, form the new configuration; the others are closed when that has caught up, and built anew.
//
// Replicas of a persistent service that are on a node that is down are waited for, if there is no read quorum without
// them: they come back with their files. A replica whose files are lost is gone. When there is nobody left to wait for,
// and no read quorum, data may be lost: the data-loss number grows, and the best of the rest goes on.
//
// # Lives
//
// A node has a life from one join to the next. With a life everything ends that it hosted in memory. Reports of an
// earlier life are not heard.
package failover
