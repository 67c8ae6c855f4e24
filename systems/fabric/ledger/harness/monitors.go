package harness

import (
	"maps"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// What the monitors hear, beside the calls.
type (
	primary    struct{ Replica service.ReplicaID } // it is about to be the primary
	notPrimary struct{ Replica service.ReplicaID } // it has another role, or is closed
	runs       struct{ Replica service.ReplicaID }
	runEnds    struct{ Replica service.ReplicaID }
	answers    struct {
		Replica service.ReplicaID
		Request string
	}
	replicates struct {
		Replica service.ReplicaID
		Op      string
	}
	// state is what a replica knows. LSN and Epoch are those of the last operation in it.
	state struct {
		Replica service.ReplicaID
		LSN     service.LSN
		Epoch   service.Epoch
		Sum     int64
		Text    string
	}
	// changes says that a request has changed the balances of a replica.
	changes struct {
		Replica service.ReplicaID
		LSN     service.LSN
		Request string
	}
	// copied says that a replica has become a copy of another one, up to an operation.
	copied struct {
		To, From service.ReplicaID
		LSN      service.LSN
	}
	// takesBack says that a replica has taken back the operations behind one.
	takesBack struct {
		Replica service.ReplicaID
		To      service.LSN
	}
)

// watch registers the monitors, but for the one of the history.
func (x *run) watch() {
	x.Monitor(progress.Monitor())
	x.Monitor(answersMonitor.New(&roles{map[service.ReplicaID]bool{}}))
	x.Monitor(backgroundMonitor.New(&background{roles{map[service.ReplicaID]bool{}}, map[service.ReplicaID]int{}}))
	if x.Inspect {
		x.Monitor(effectsMonitor.New(&effects{map[service.ReplicaID]map[string]service.LSN{}}))
		x.Monitor(copiesMonitor.New(&copies{map[place]state{}}))
	}
}

// roles are the replicas that are primaries, or about to be.
type roles struct{ primary map[service.ReplicaID]bool }

func (m *roles) gains(_ *ravel.MonitorContext, e primary)    { m.primary[e.Replica] = true }
func (m *roles) loses(_ *ravel.MonitorContext, e notPrimary) { delete(m.primary, e.Replica) }

// answersMonitor asserts U3: a replica that is not the primary does not answer.
var answersMonitor = ravel.DefineMonitor[roles]("U3: answers",
	ravel.Warm("Watching", ravel.On((*roles).gains), ravel.On((*roles).loses), ravel.On((*roles).answers)))

func (m *roles) answers(c *ravel.MonitorContext, e answers) {
	c.Assert(m.primary[e.Replica], "U3: replica %d answers %q, and is not the primary", e.Replica, e.Request)
}

// background is the background work that goes on.
type background struct {
	roles
	runs map[service.ReplicaID]int
}

// backgroundMonitor asserts U4: a replica that is the primary no more replicates nothing, and does no background work.
var backgroundMonitor = ravel.DefineMonitor[background]("U4: background work",
	ravel.Warm("Watching",
		ravel.On(func(m *background, c *ravel.MonitorContext, e primary) { m.gains(c, e) }),
		ravel.On(func(m *background, c *ravel.MonitorContext, e notPrimary) {
			m.loses(c, e)
			c.Assert(m.runs[e.Replica] == 0, "U4: replica %d is the primary no more, and its background work goes on", e.Replica)
		}),
		ravel.On(func(m *background, _ *ravel.MonitorContext, e runs) { m.runs[e.Replica]++ }),
		ravel.On(func(m *background, _ *ravel.MonitorContext, e runEnds) { m.runs[e.Replica]-- }),
		ravel.On(func(m *background, c *ravel.MonitorContext, e replicates) {
			c.Assert(m.primary[e.Replica], "U4: replica %d replicates %q, and is not the primary", e.Replica, e.Op)
		})))

// effects are, for each replica, the operations that have changed its balances, by requests.
type effects struct {
	of map[service.ReplicaID]map[string]service.LSN
}

// effectsMonitor asserts U2: a replica, with what it was copied from, changes its balances at most once for a request.
var effectsMonitor = ravel.DefineMonitor[effects]("U2: effects",
	ravel.Warm("Watching", ravel.On((*effects).changes), ravel.On((*effects).copied), ravel.On((*effects).takesBack)))

func (m *effects) changes(c *ravel.MonitorContext, e changes) {
	if m.of[e.Replica] == nil {
		m.of[e.Replica] = map[string]service.LSN{}
	}
	before, ok := m.of[e.Replica][e.Request]
	c.Assert(!ok, "U2: replica %d does request %s twice, in operations %d and %d", e.Replica, e.Request, before, e.LSN)
	m.of[e.Replica][e.Request] = e.LSN
}

func (m *effects) copied(_ *ravel.MonitorContext, e copied) {
	m.of[e.To] = map[string]service.LSN{}
	for id, at := range m.of[e.From] {
		if at <= e.LSN {
			m.of[e.To][id] = at
		}
	}
}

func (m *effects) takesBack(c *ravel.MonitorContext, e takesBack) {
	maps.DeleteFunc(m.of[e.Replica], func(_ string, at service.LSN) bool { return at > e.To })
	c.Sometimes(true, isTakenBack)
}

// place is the end of a log. Logs that end in the same place are the same.
type place struct {
	lsn   service.LSN
	epoch service.Epoch
}

// copies are the states that were seen.
type copies struct{ at map[place]state }

// copiesMonitor asserts U5: what a replica knows is determined by the operations in it.
var copiesMonitor = ravel.DefineMonitor[copies]("U5: copies",
	ravel.Warm("Watching", ravel.On(func(m *copies, c *ravel.MonitorContext, s state) {
		c.Assert(s.Sum == 0, "U5: the balances of replica %d have the sum %d, after operation %d", s.Replica, s.Sum, s.LSN)
		at := place{s.LSN, s.Epoch}
		if old, ok := m.at[at]; ok {
			c.Assert(s.Text == old.Text, "U5: after operation %d of epoch %v, replica %d has %s, and replica %d has %s",
				s.LSN, s.Epoch, old.Replica, old.Text, s.Replica, s.Text)
			return
		}
		m.at[at] = s
	})))

// What happens in some execution, or the test says little.
const (
	isTriedAgain = "a client tries again"
	isTakenBack  = "an operation is taken back"
	isInDoubt    = "a call ends in doubt"
)
