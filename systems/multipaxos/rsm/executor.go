package rsm

// StateMachine is what is replicated.
type StateMachine interface {
	// Apply performs an operation and returns its result. It must be deterministic:
	// the result and what it changes depend on nothing but the commands before.
	Apply(Command) (result string)
}

// Executor applies commands to a state machine, each at most once. It is as
// deterministic as the state machine is, and part of the replicated state.
type Executor struct {
	machine  StateMachine
	sessions map[string]Response // the last one of each client
}

// NewExecutor returns an Executor whose clients have done nothing yet.
func NewExecutor(m StateMachine) *Executor {
	return &Executor{machine: m, sessions: map[string]Response{}}
}

// Apply applies a command that is new, and returns its response. The response of
// the client's last operation is known and returned without applying it again. An
// operation older than that has been applied too, but its response is forgotten, as
// its client cannot wait for it: then ok is false.
func (e *Executor) Apply(c Command) (r Response, ok bool) {
	if r, done := e.Done(c); done {
		return r, r.OpID == c.OpID
	}
	r = Response{c.Client, c.OpID, e.machine.Apply(c)}
	e.sessions[c.Client] = r
	return r, true
}

// Done reports whether a command has been applied, and returns the response of its
// client's last operation.
func (e *Executor) Done(c Command) (Response, bool) {
	r := e.sessions[c.Client]
	return r, r.OpID >= c.OpID
}
