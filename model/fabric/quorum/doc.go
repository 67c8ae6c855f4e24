// Package quorum has the arithmetic of configurations: how many replicas of a partition make a quorum, what a quorum
// holds, and what is committed by it. It is what the model of a platform (package fabric) and a platform of processes
// (systems/fabric/local) have in common. Nothing in it waits, and nothing has state.
//
// A configuration is the primary and the active secondaries of a partition. It changes by one or by many replicas at a
// time: while the next one catches up, both are in force, and what is committed needs the quorums of both. An election
// needs a read quorum of each configuration in force. As every read quorum meets every write quorum, whoever is elected
// then has been chosen with knowledge of all that was committed: [Committed] and [ReadBy] are the two sides of that.
package quorum
