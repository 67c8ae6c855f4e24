// Package coverage is what explorations have visited of the machines and monitors that they ran: states, (state, event) pairs
// and transitions, with what was declared and never visited, and an estimate of what is left.
//
// # What is counted
//
// A pair is what a state declares to do with a type of events: handle it, go, push, pop, halt, defer or ignore. It counts as
// visited when that has been done. An event that a pushed state inherits is counted at the state that declares what is done
// with it; an event that only the wildcard takes is counted as the event "any"; the default handler is the event "default". An
// event that a handler has waited for (Receive, Next) makes a pair that nobody has declared, and is counted without being
// missed. A deferred event is counted each time that it is looked at.
//
// A transition is one that was made: by a clause, or by a function that asked for it. Those of clauses are declared, and are
// missed if they were never made; where a function may go nobody knows before it does. A transition that an entry function asks
// for has the event "entry". Exit and entry functions belong to the transition that runs them, and are not counted themselves.
//
// A state is visited when a machine starts in it, or goes to it, or pushes it; to come back to it by a pop does not count. A
// machine that is a plain function has one state, "running".
//
// Executions are counted beside times: in how many of them something happened. That is what the estimates go by.
//
// # What is run is counted
//
// An execution that a search cuts, or begins in a saved state, counts what ran of it. Replays, the search for a simpler
// schedule, and executions that are repeated for comparison do not count.
package coverage
