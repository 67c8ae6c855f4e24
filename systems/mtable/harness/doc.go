// Package harness tests the migrating table (package mtable) under Ravel: the library as it is, with its streams, locks and
// its migrator, and a specification beside it.
//
// # Machines
//
// One machine owns the old table, the new one and the reference, which is the specification of a table as a program (package
// spectable). It carries out one access after the other. The library reaches it through tables that are made of messages:
// each batch, each atomic query, the opening of a stream and each read of one is a request and a reply, so that every order
// of accesses is an execution.
//
// A client is a process with two machines. The service makes calls. The mirror receives the configuration and tells the calls
// and streams under way, as the configuration service of a process does. What they have in common is the memory of the
// process; one of them runs at a time, and gives way to others only where the library waits: for a table, for a stream's lock,
// for a call that holds its state. So a stream may be read and told of a new state at the same time. The migrator is a process
// with one machine, and pushes states by messages to the mirrors.
//
// As the machines of a process share its memory the harness is for strategies that sample executions, not for those that
// compare states or tell which steps commute.
//
// # What is checked
//
// After each batch and each atomic query of the two tables the library says what it meant ([mtable.Monitor]); until it has,
// no other access takes place. Where that was the linearization point of a call, the call is carried out on the reference.
// Then the caller's result must be the reference's: outcome, ETags, rows. A call has one such point. A row of a stream
// must be one that the specification allows. With [Options].Both, or Histories, the same calls are judged by porcupine as well,
// or instead: as histories, by a model of their own. At the end the new table must be the reference, the old one empty, all streams
// closed and all grants released, and nobody may wait.
//
// # Inputs
//
// Three clients make two calls each: a stream, an atomic query, or a batch of one or two operations, on six rows of two
// partitions. Each call waits until its client has come to a state that is drawn. In half of the executions something fails:
// the migrator is killed, before an access or in the middle of a push, and starts again; a client is killed, before any of its
// accesses or when it is told of a state, and a new process takes its place; a table cannot be reached once; the answer to a
// batch is lost. In half of them the tables return, from streams, any row that the specification allows.
//
// A kill before an access is a kill behind the one before, so these are all instants that the tables can tell. That the
// leader waits for a client that was killed until its lease has ended, and until what it has sent cannot take effect any more,
// is up to the configuration (package config).
//
// # Mistakes
//
// [Bugs] lists the mistakes of the study that the library follows (Deligiannis and others, "Uncovering Bugs in Distributed
// Storage Systems during Testing (Not in Production!)", FAST 2016, table 2), and the defects of its published versions, each
// with the test that shows it. The random scenario shows all but two. For the mistakes for which the study had tests of their
// own these are here as well.
package harness
