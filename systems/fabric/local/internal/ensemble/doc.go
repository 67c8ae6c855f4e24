// Package ensemble keeps several copies of a state machine on several nodes the same: it runs the consensus protocol
// Raft, of go.etcd.io/raft, over a network that its user gives it, and keeps term, vote, log and snapshot in one bbolt
// file.
//
// # Identity
//
// A node is known by its name. To the protocol it is known by a number that is drawn when its folder is new, and that
// lives and dies with the folder: who has lost its disk has forgotten what it had promised, so it must not go on as who
// it was. It asks the leader to be taken in under its new number ([Ensemble.Admit]); the old number leaves with the
// same step. Messages carry the number that they are for, and are dropped by whoever has another one.
//
// # Beginning
//
// A new ensemble begins when all its nodes are there and say that they are new: the first of them by name writes down
// who belongs to it, and the others learn it from that one. As long as a single node has a folder that is not new,
// nothing begins anew.
package ensemble
