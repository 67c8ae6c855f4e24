package bars

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// What the machines of Commit send to each other.
type (
	commitRequest  struct{ coordinator ravel.ID }
	commitVote     struct{ yes bool }
	commitDecision struct{ commit bool }
	commitOutcome  struct{ commit bool } // for the monitor
)

// commitCoordinator is the coordinator of Commit.
type commitCoordinator struct {
	ids     []ravel.ID // of the participants
	missing int        // votes before it may commit
}

func (p *commitCoordinator) start(c *ravel.Context) {
	for i := range p.ids {
		p.ids[i] = c.Create(participantMachine.New(&commitParticipant{}))
	}
	for _, id := range p.ids {
		c.Send(id, commitRequest{c.Self()})
	}
}

// vote decides to abort when it has to, and otherwise whenever it likes.
func (p *commitCoordinator) vote(c *ravel.Context, v commitVote) {
	p.missing--
	switch {
	case !v.yes || c.Bool():
		p.decide(c, false)
	case p.missing == 0:
		p.decide(c, true)
	}
}

func (p *commitCoordinator) decide(c *ravel.Context, commit bool) {
	for _, id := range p.ids {
		c.Send(id, commitDecision{commit})
	}
	c.Goto("Decided")
}

var coordinatorMachine = ravel.Define[commitCoordinator]("Coordinator",
	ravel.Start("Undecided", ravel.Entry((*commitCoordinator).start), ravel.On((*commitCoordinator).vote)),
	ravel.In("Decided", ravel.Ignore[commitVote]()))

// commitParticipant is a participant of Commit.
type commitParticipant struct{}

func (*commitParticipant) request(c *ravel.Context, r commitRequest) {
	if yes := c.Bool(); yes {
		c.Send(r.coordinator, commitVote{true})
		c.Goto("Prepared")
		return
	}
	c.Notify(commitOutcome{false})
	c.Send(r.coordinator, commitVote{false})
	c.Goto("Finished")
}

func (*commitParticipant) decision(c *ravel.Context, d commitDecision) {
	c.Notify(commitOutcome(d))
	c.Goto("Finished")
}

var participantMachine = ravel.Define[commitParticipant]("Participant",
	ravel.Start("Working", ravel.On((*commitParticipant).request)),
	ravel.In("Prepared", ravel.On((*commitParticipant).decision)),
	ravel.In("Finished", ravel.Ignore[commitDecision]()))

// outcomes is the specification: no participant commits while another one aborts.
type outcomes struct{ committed, aborted bool }

func (o *outcomes) outcome(c *ravel.MonitorContext, e commitOutcome) {
	o.committed, o.aborted = o.committed || e.commit, o.aborted || !e.commit
	c.Assert(!o.committed || !o.aborted, "one participant has committed, and another one aborted")
}

var outcomesMonitor = ravel.DefineMonitor[outcomes]("Consistent", ravel.Warm("Listening", ravel.On((*outcomes).outcome)))

// Commit is the body of a test of two-phase commit among n participants, each a machine, and a coordinator, which creates
// them and asks them to prepare. A participant may refuse; the coordinator may decide to abort whenever it hears of one, and
// has to if it has refused.
//
// Its states are not those of TwoPhase: events are consumed and come in order, sending each of them is a step of its own, and
// machines start one by one.
func Commit(n int) func(*check.T) { return commitBody(n, n) }

// commitBody lets the coordinator commit after so many votes.
func commitBody(n, votes int) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(outcomesMonitor.New(&outcomes{}))
		t.Create(coordinatorMachine.New(&commitCoordinator{ids: make([]ravel.ID, n), missing: votes}))
	}
}
