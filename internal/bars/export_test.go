package bars

import "github.com/ravelgo/ravel/check"

// Programs with a mistake each.

// HastyTwoPhase is TwoPhase with a coordinator that commits when the messages of all participants but one have come.
func HastyTwoPhase(n int) func(*check.T) {
	return func(t *check.T) { t.Create(twoPhaseMachine.New(&twoPhase{n: n, quorum: n - 1})) }
}

// HastyCommit is Commit with a coordinator that counts one vote too few.
func HastyCommit(n int) func(*check.T) { return commitBody(n, n-1) }

// ForgetfulPaxos is Paxos with servers that propose what they were asked to, whatever others have voted for.
func ForgetfulPaxos(n int) func(*check.T) { return paxosBody(n, true) }

// ForgetfulSynod is Synod with the same servers.
func ForgetfulSynod(n int) func(*check.T) { return synodBody(n, true) }

// Recorder is a history of a register, for tests of what is linearizable.
type Recorder struct{ history }

// Write is the reply to a client's write.
func (r *Recorder) Write(client int) { r.returns(client, 0) }

// Read is the reply to a client's read, with what the client of that number has written; -1 is what was there before.
func (r *Recorder) Read(client, writer int) { r.returns(client, value(writer+1)) }

// Linearizable judges it.
func (r *Recorder) Linearizable(clients int) bool { return r.linearizable(clients) }
