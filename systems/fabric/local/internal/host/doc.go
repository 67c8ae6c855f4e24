// Package host runs the replicas of a node: it calls user code as package service promises, keeps their replicators and
// journals, and makes of each replica what the failover manager wants ([Host.Obey]).
//
// # Locks
//
// A replica has two. Its turn belongs to the user code that runs: one call at a time, until it waits in a method of the
// platform, where the turn goes to whoever has asked for it first. Its mutex belongs to the platform's own state, and
// is held for short. So a replica answers fences and acknowledgements while user code takes its time. Whoever needs
// both takes the turn first.
//
// # Ends
//
// A replica that is aborted is closed at once for everybody: contexts are done, nothing is sent or acknowledged any
// more. Abort is called when the turn is free. Another replica of the partition begins on the node when all calls of
// this one have returned, because it may use the same files.
//
// # Persistent replicas
//
// An operation is in the journal before it is counted or applied, so the journal never has less than the state. What
// was promised by a fence is in the journal before the manager hears of it.
package host
