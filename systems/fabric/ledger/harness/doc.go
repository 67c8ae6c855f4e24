// Package harness tests the ledger on a model of its platform, package model/fabric: what may go wrong under it does, at moments
// of the tester's choice. Options say how much of it.
//
// Clients open an account each, and then make calls of the tester's choice. What must hold, by the numbers of the tests and the
// monitors in which it is:
//
//   - U1, History: the ledger is linearizable, which includes that it has all money it had, each transfer happens once, and an
//     audit finds the right number of accounts and the sum 0.
//   - U2, Effects: a replica changes its balances at most once for a request.
//   - U3, Answers: a replica that is not the primary does not answer.
//   - U4, Background: a replica that is the primary no more replicates nothing, and does no background work.
//   - U5, Copies: what a replica knows is determined by the operations in it: whether they were applied or copied, nothing else
//     changes its state, and the sum is 0.
//   - U6: nothing panics.
//   - U7, Progress: every call is answered in the end.
//
// U2 and U5 look into replicas, between the calls of the platform, and only if Options say so. All else is about what a client or
// the platform sees.
package harness
