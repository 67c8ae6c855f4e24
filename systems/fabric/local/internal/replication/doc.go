// Package replication is the replicator of a replica as a deterministic core: logs, what a primary does and what a
// secondary does. Configurations and their quorums are those of package quorum, as in the model of a platform. It has
// no input and output, no goroutines and no clocks. Whoever uses it calls one method at a time, and delivers the
// messages that it sends.
//
// # Messages
//
// A message may be lost, repeated and late. A primary sends each operation once to each secondary, hears what the
// secondary holds, and goes back to that when nothing has moved for the time between two calls of Tick (go back N).
// Messages carry the epoch of the primary; a secondary refuses those of an older epoch than it was fenced to. An
// operation is taken if the one before it is that of the primary's log, which the epoch of that one shows: there is one
// primary in an epoch, so two logs with the same epoch at a place are the same up to there.
//
// # Commit
//
// An operation is committed when a write quorum of the current configuration holds it, and while a configuration
// catches up a majority of the one before as well. A secondary holds what it has applied, a primary what is in its log:
// on its disk, if the replica is persistent.
package replication
