package strategy

// States explores every state: depth-first search like DFS, in which no execution goes on from a state that another one
// has reached before.
//
// Guarantee: when Exhausted reports true, every state that the program can reach was reached, and every choice in it was
// made. So everything is found that shows in a state or a step: failed assertions and monitors, panics, unhandled events,
// deadlocks, monitors that are hot at the end. Liveness of executions that go on for ever is not judged: one that
// returns to a state ends there. An execution that was cut at the step bound voids the guarantee, and the report says so.
//
// Where something has no fingerprint it is DFS, and the report names what it is. Like DFS it takes a deterministic
// program, ignores Execution, and serves one run.
//
// Source: the state cache of stateful model checkers; here states are reached by running the program again.
type States struct {
	DFS
	cache
}

// NewStates returns a search that remembers at most so many states; 0 means all. It stays exhaustive when it remembers
// fewer than there are, and takes longer; of a program that returns to a state it forgot it may not find the end.
func NewStates(most int) *States { return &States{cache: newCache(most)} }

// Visit implements Visitor. On the way to where the execution leaves the ones before it, all states are known.
func (s *States) Visit(state State) bool {
	return s.err != nil || s.depth < len(s.stack) || s.visit(state)
}
