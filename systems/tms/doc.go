// Package tms is the closed test of a transaction management system: two-phase commit among groups, each of which is a
// replicated state machine. It follows the largest benchmark of the literature on delaying explorers (Desai, Qadeer and
// Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015, table 1), whose programs are not public in
// full.
//
// # What is real and what is modelled
//
// Package bank has the coordinator, the state machine of a group, and the client with its books. Below it are cores that
// are tested on their own as well: the participant of package txn in every replica; the server, master and detector of
// package chainrep, which package chainrsm makes a replicated state machine; the node of package replica; and package rsm,
// the interface between all of them. None knows that it is tested. The machines of this package are thin: they turn
// messages into calls and results into messages, and tell the monitors.
//
// # Back-ends
//
//   - [Chain]: the servers of a chain, its master and its detector. The head leads, the tail answers. What servers say to
//     each other is in flight for a while, on a [Link] for each direction; all else arrives at once. Servers fail between
//     any two messages that they send, and a [Grave] refuses pings from then on.
//   - [Paxos]: nodes of Multi-Paxos, and an abstract [Election] that may name another leader for no reason. Nodes talk over
//     a network that delays and may lose messages. A leader tries again when nothing else can move.
//   - [Linear]: no replicas, but one machine, the [Group]. It applies operations one after the other, each once, changes its
//     leader, loses what was submitted to a former one, and gives old answers again. What a replicated group does to its
//     users it does as well, in a fraction of the steps: a defect of the coordinator is found there sooner, and every
//     state of small tests can be visited.
//
// # What is not in the case study
//
// Where the system is deployed (package bankd/deploy) servers come back, and so do masters and the coordinator. In tests a
// server of a chain may join it, with [Options].Joins; the master of a chain may be told that messages were lost, with
// [Options].Doubts; and the coordinator may crash and come back with what it has stored, with [Options].Restarts: then the
// client asks again. TestMutants has a defect that scenarios with processes have shown and the model, which had no arrivals,
// had not: chainrep.AnswerTwice.
//
// # Time and faults
//
// Failures of servers, changes of leaders, losses and repeated answers are choices with a budget for each group, which the
// tester may make at any step and need not. Under the ordered clock the only timer, that of a leader of Multi-Paxos, fires
// when nothing else can move. The settings are the same for all options.
//
// # Specification
//
//   - spec.Atomicity, among groups: no group commits what another one aborts, and what is committed all have voted for.
//   - [ConservationMonitor]: money is neither made nor lost, and the client's books are right.
//   - [LinearityMonitor]: no two operations that a group answers have the same place in its order.
//   - HistoryMonitor of package chain, for each group: update propagation and in process.
//   - spec.Agreement, on each slot of the log of a group of Multi-Paxos.
//   - spec.Progress: each request of the client is answered, once. The monitor is hot until then.
//   - A replica that is asked for what nobody may ask for, such as the commit of a transaction that its group has not voted
//     for, fails an assertion; so does whoever gets a message that its state does not know.
//
// Votes and decisions count when a group answers them, at the leader or the tail: before that they may be undone.
//
// # Seeded bugs
//
// bank.Bugs has those of the coordinator, chainrep.Bugs and replica.Bugs those of the back-ends:
//
//   - TMS_1, bank.TMS1: the news of a leader comes while the coordinator waits for votes. One is enough, the first leader
//     of a group that the first Prepare was meant for.
//   - TMS_2, chainrep.NoDedupe: a server fails that has forwarded a commit, the coordinator hears of a new leader before
//     the answer and submits it again, and it is done twice.
//   - TMS_3, replica.AnswerEarly: a leader has its own vote alone, and answers. It is suspected, and its votes are lost or
//     late. The log of the next leader lacks what was answered.
//   - TMS_4, bank.TMS4: one server of a chain fails; numbers begin again. A second one fails, the tail, before the
//     acknowledgements of the first transfer are through. The new tail answers again what the first transfer had asked, and
//     that counts as the vote on the second one.
//
// TMS_1, TMS_2 and TMS_4 are looked for in [Chains], TMS_3 in [MultiPaxos]. TMS_1 and TMS_4 are in [Abstract], too. For the
// custom explorer a [Link] says that what it carries is slow: see ravel.Context.SetPriority.
//
// # Size
//
// Every state has been visited of small tests. Faults are counted per group, of which there are two:
//
//	linear   1 transfer                                                                254 states
//	linear   2 transfers, status                                                       478
//	linear   1 transfer, a change of leader                                          6,091
//	linear   1 transfer, a change of leader, an old answer                         111,129
//	linear   1 transfer, a change of leader, an old answer, reordering             197,939
//	linear   2 transfers, status, a change of leader, reordering                    44,141
//	linear   2 transfers, status, a change of leader, an old answer, reordering  4,172,909
//	chain    1 transfer, 1 server in a group                                        25,310
//	chain    1 transfer, 2 servers                                                 850,078
//	paxos    2 transfers, 1 node in a group                                         10,153
//	paxos    1 transfer, 2 nodes                                                   114,267
//
// go test -v ./tms -run TestExhausted -exhaust visits and counts them.
package tms
