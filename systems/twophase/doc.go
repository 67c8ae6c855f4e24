// Package twophase is the closed test of two-phase commit: a coordinator, participants with durable logs, clients, an
// environment that loses, repeats and crashes, and a specification. It follows a benchmark of the literature on delaying
// explorers (Desai, Qadeer and Seshia, ESEC/FSE 2015, table 1), whose programs are not public in full.
//
// # What is real and what is modelled
//
// Package txn has the participant with its log and the client's numbering of requests: plain code behind small interfaces.
// Package commit has the machines: the coordinator, whose protocol is its table of states, and the thin one around a
// participant. Neither knows that it is tested.
//
// The harness adds the clients, a network (package model/network), a timer (package model/timer), disks for the logs
// (package model/disk) and crashes (package model/crash). How a participant votes is the tester's choice: no, unless it
// says otherwise.
//
// Each [Client] writes a key of its own, waits for the answer, reads the key, waits again, and so on. The keys are
// disjoint, and so a client alone knows what it must read.
//
// # Time
//
// The clock is ordered: the coordinator's timer fires when nothing else can move, as when a message was lost, and once in
// an execution it may fire before. A time-out while all is well is therefore a fault with a budget, as a lost message is.
// The settings are the same for all scenarios and bugs.
//
// # Scenarios
//
//   - [Reliable]: messages arrive at once and in order. Decisions are not acknowledged.
//   - [Lossy]: messages between coordinator and participants are in flight; one may be lost, and one may come twice. The
//     coordinator repeats itself, and answers a client when all participants have acknowledged.
//   - [Crashing]: a participant may crash between any two of its effects, and restarts from its log. The coordinator behaves
//     as in Lossy. This is not of the case study.
//
// The coordinator does not crash. Participants would wait for it with what is prepared, which two-phase commit does by
// design.
//
// # Specification
//
//   - spec.Atomicity: no participant commits what another one aborts, and what is committed all have voted for.
//   - spec.Sessions: a client reads what it has written, and nothing of a write that has failed.
//   - spec.Progress: each request of a client is answered, once. The monitor is hot until then.
//   - Participants assert what they are asked for: nobody may have them commit what they have not voted for. Events that
//     a state of the coordinator does not know are failures.
//
// # Seeded bugs
//
// commit.Bugs and txn.Bugs. The four of the case study are:
//
//   - 2pc_1, NoDefer: a client's request meets a coordinator that waits for a read.
//   - 2pc_2, StaleCount: a yes that was counted for an aborted transaction counts for the next one. It takes yes and no in
//     the first, and the yes before the no in the second.
//   - 2pc_3, StaleVotes: a time-out aborts a transaction while yes votes are unread, and behind a request that waits; they
//     commit the next one.
//   - 2pc_4, AbortLate: everybody votes yes, one commit is lost, and at the time-out its receiver is told to abort. It
//     needs the network of Lossy.
//
// The rest are there to show what monitors are for, in the tests of this package.
//
// # Size
//
// In the case study there are two clients with two writes each, and two participants; see [Options]. Every state has been
// visited of smaller tests:
//
//	reliable   1 client, 1 write, 2 participants     23,541 states
//	reliable   2 clients, 1 write, 1 participant     38,273
//	reliable   1 client, 2 writes, 2 participants   367,909
//	crashing   1 client, 1 write, 1 participant      14,700
//	crashing   1 client, 1 write, 2 participants    210,569
//	lossy      1 client, 1 write, 1 participant     630,007
//
// go test -v -run TestExhausted -exhaust visits and counts them.
package twophase
