package strategy

// Backtracker strategies explore a tree of executions, in an order in which one execution has a beginning in common with
// the one before. Where the engine can save the states of the program, it goes back to one of them instead of running the
// program again from its start.
//
// States are numbered in the order in which they are saved, from 0. Going back to one forgets those behind it: the next
// one to be saved gets the number after it. Nothing tells whether states can be saved at all, so a Backtracker has to work
// where Saved and Restored are never called. It gets neither Seed nor estimates that differ from execution to execution.
type Backtracker interface {
	// Common is asked after Start. It returns how many choices, from the first on, the execution that begins has in
	// common with the one before: no more than that one made.
	Common() int
	// Saved tells that the state of the program after the step just taken has been saved as number n. It comes behind
	// Executed and Visit. A number used before replaces what it stood for.
	Saved(n int)
	// Restored tells, behind Common, that the execution begins in saved state n, with the choices that led there made. The
	// operations are those of then; neither Enabled nor Executed is called for how they came about.
	Restored(n int)
}

// Parallel strategies can share one exploration among workers: each execution is run by one of them. What is explored does
// not depend on how many there are; the order does, but for one alone.
type Parallel interface {
	// Join returns the strategy of another worker. It may be called as long as no execution has been started, or while
	// none runs.
	Join() Strategy
	// Leave tells, in a worker, that it starts no more executions: nobody has to wait for what it might leave to others.
	// Start may wait for that, as long as others might.
	Leave()
}
