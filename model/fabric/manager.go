package fabric

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/model/network"
)

// manager is the failover manager of a partition. It does not fail: in a real platform it is replicated itself.
type manager struct {
	partition `ravel:"-"` // never changes
	part      int         // its number
	dir       *directory  `ravel:"-"` // never changes
	net       network.Network
	naming    ravel.ID
	nodes     []nodeInfo // in the order in which they were heard of

	phase   phase
	epoch   service.Epoch
	primary member
	alive   map[service.ReplicaID]ravel.ID // replicas that were created and are not known to be gone
	last    int                            // how many IDs were given
	seq     int                            // of the configuration ordered last

	// inForce are the configurations under which an operation may have been committed that only their members hold.
	// The last one is current. When its replicas have caught up it stands alone.
	inForce []config
	begun   bool                           // something may be committed: a configuration is or was large enough
	told    map[service.ReplicaID]progress // what the members that are fenced hold

	persistent bool // the replicas are

	target member // the replica that is being built, or zero
	ready  bool   // it is an active secondary, and not yet in the configuration

	budget   ravel.Budget
	swaps    int // requests that may come
	closings ravel.Budget
	closes   int  // requests that may come
	toClose  bool // a member is to be closed
	asked    bool // a swap is asked for
	swap     swap
	vacant   bool   // the primary has become a secondary
	prefers  member // who is to be elected if it knows enough, or zero
}

// phase is what a manager is about.
type phase int

const (
	creating phase = iota // the first replica, or the first one after all were lost
	fencing               // asking for progress, to elect a primary
	catching              // waiting for the current configuration to catch up
	stable
)

var managerMachine = ravel.Define[manager]("failover manager",
	ravel.Start("Managing",
		ravel.Entry(func(m *manager, c *ravel.Context) { m.offerSwap(c); m.offerClose(c); m.step(c) }),
		ravel.On((*manager).askSwap),
		ravel.On((*manager).askClose),
		ravel.On((*manager).nodeUp),
		ravel.On((*manager).nodeDown),
		ravel.On((*manager).report),
	),
)

func (m *manager) current() config {
	if len(m.inForce) == 0 {
		return nil
	}
	return m.inForce[len(m.inForce)-1]
}

func (m *manager) order(c *ravel.Context, to member, do any) {
	m.net.Send(c, to.Node, order{to.ID, m.on(to.Node).life, do})
}

func (m *manager) report(c *ravel.Context, r report) {
	if _, ok := m.alive[r.Replica]; !ok {
		return
	}
	switch say := r.Say.(type) {
	case opened:
		m.persistent = say.Persistent
		m.opened(c, r.Replica, say.Progress)
	case fenced:
		if m.phase == fencing && say.Epoch == m.epoch {
			m.told[r.Replica] = say.Progress
		}
	case caughtUp:
		m.caughtUp(c, say)
	case built:
		if m.target.ID == say.Target && r.Replica == m.primary.ID {
			m.order(c, m.target, activate{m.epoch})
		}
	case activated:
		m.ready = m.ready || r.Replica == m.target.ID
	case demoted:
		m.demoted(r.Replica, say.Epoch)
	case faulted:
		delete(m.alive, r.Replica)
	}
	m.step(c)
}

func (m *manager) opened(c *ravel.Context, id service.ReplicaID, has progress) {
	switch {
	case m.phase == creating && id == m.target.ID:
		m.primary, m.target = m.target, member{}
		m.promote(c, nil, config{m.primary}, nil)
	case m.phase != creating && id == m.target.ID:
		m.order(c, m.primary, build{m.target, has})
	}
}

func (m *manager) caughtUp(c *ravel.Context, e caughtUp) {
	if m.phase != catching || e.Seq != m.seq {
		return
	}
	m.phase = stable
	for _, x := range m.voters() {
		if !m.current().Has(x.ID) {
			m.dismiss(c, x, true)
		}
	}
	m.inForce = []config{m.current()}
	m.order(c, m.primary, settle{m.seq})
	m.net.Send(c, m.naming, register{m.part, m.epoch, m.primary})
}

// step does what follows from what is known.
func (m *manager) step(c *ravel.Context) {
	if _, ok := m.alive[m.target.ID]; !ok && m.target.ID != 0 {
		if m.primary.ID != 0 {
			c.Notify(buildEnds{m.target.ID})
		}
		m.target, m.ready = member{}, false
	}
	_, there := m.alive[m.primary.ID]
	switch {
	case m.phase == creating:
		m.place(c, false)
	case m.phase == fencing:
		m.reopen(c)
		m.tryElect(c)
	case !there || m.vacant:
		m.failover(c)
	default:
		m.reconfigure(c)
	}
}

// reconfigure brings the configuration closer to what it should be.
func (m *manager) reconfigure(c *ravel.Context) {
	cur := m.current()
	for _, x := range cur {
		if _, ok := m.alive[x.ID]; !ok {
			m.abortSwap(c)
			m.configure(c, cur.Without(x.ID))
			return
		}
	}
	switch {
	case m.phase != stable:
	case m.ready:
		c.Notify(buildEnds{m.target.ID})
		x := m.target
		m.target, m.ready = member{}, false
		m.configure(c, cur.With(x))
	case m.swap.To.ID != 0:
	case m.asked && m.target.ID == 0 && len(cur) > 1 && len(cur) >= m.of.MinReplicas:
		m.beginSwap(c)
	case m.toClose && len(cur) > 1 && len(cur) == m.of.Replicas:
		m.closeOne(c)
	case len(cur) < m.of.Replicas && m.target.ID == 0 && !m.bugs.has(neverRebuild):
		m.place(c, true)
	}
}

// enforce puts a configuration in force. Those before it stay until it has caught up, if something may be committed.
func (m *manager) enforce(cur config) {
	if !m.begun {
		m.inForce = nil
	}
	m.inForce = append(slices.Clone(m.inForce), cur)
	m.begun = m.begun || len(cur) >= m.of.MinReplicas
}

func (m *manager) configure(c *ravel.Context, cur config) {
	prev := m.current()
	m.enforce(cur)
	m.seq++
	m.phase = catching
	m.order(c, m.primary, configure{m.seq, slices.Clone(cur), slices.Clone(prev)})
}
