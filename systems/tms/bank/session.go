package bank

import (
	"fmt"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
)

// session is the coordinator's side of a group. It numbers the operations and has one under way at most.
type session struct {
	client string // under which it submits
	leader string // "" until one is known
	view   uint64 // of the leader
	last   uint64 // number of the last operation
	cmd    rsm.Command
	busy   bool // cmd is under way
}

// begin begins an operation.
func (s *session) begin(op Op) {
	s.last++
	s.cmd, s.busy = rsm.Command{Client: s.client, OpID: s.last, Op: op.String()}, true
}

// follow takes a new leader. It reports whether that was news.
func (s *session) follow(l LeaderUpdated, bugs Bugs) bool {
	if l.View <= s.view {
		return false
	}
	s.leader, s.view = l.Leader, l.View
	if bugs.Has(TMS4) && !s.busy {
		// A client of another name, or the group would take new operations for old ones.
		s.client, s.last = fmt.Sprintf("%s@%d", clientName(s.client), l.View), 0
	}
	return true
}

// takes reports whether a response is to the operation under way, which is thereby over.
func (s *session) takes(r rsm.Response, bugs Bugs) bool {
	if !s.busy || r.OpID != s.cmd.OpID || r.Client != s.cmd.Client && !bugs.Has(TMS4) {
		return false
	}
	s.cmd, s.busy = rsm.Command{}, false
	return true
}
