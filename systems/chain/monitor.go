package chain

import (
	"math"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Histories is the state of the HistoryMonitor.
type Histories struct {
	servers []chainrep.NodeID // alive and in the chain, from head to tail
	hist    map[chainrep.NodeID][]chainrep.Entry
	sent    map[chainrep.NodeID][]chainrep.Entry
}

// HistoryMonitor asserts the two invariants of the paper of all neighbours, after
// every step: update propagation and in process (section 3, and the package
// documentation of chainrep). Servers that have failed, or that the master has
// struck out, have no part in it.
var HistoryMonitor = DefineHistoryMonitor("HistoryMonitor")

// DefineHistoryMonitor returns a HistoryMonitor of another name: where there are several
// chains each has one of its own, and all servers have different names.
func DefineHistoryMonitor(name string) *ravel.MonitorDefinition[Histories] {
	return ravel.DefineMonitor[Histories](name,
		ravel.Warm("Comparing",
			ravel.On((*Histories).progressed),
			ravel.On((*Histories).crashed),
			ravel.On((*Histories).joined),
			ravel.On((*Histories).members)))
}

// NewHistories returns the state of the HistoryMonitor of a chain, from head to tail.
func NewHistories(servers []chainrep.NodeID) *Histories {
	return &Histories{
		servers: slices.Clone(servers),
		hist:    make(map[chainrep.NodeID][]chainrep.Entry),
		sent:    make(map[chainrep.NodeID][]chainrep.Entry),
	}
}

func (h *Histories) progressed(c *ravel.MonitorContext, e Progressed) {
	for _, entry := range e.Applied {
		hist := h.hist[e.Server]
		if n := len(hist); n > 0 {
			c.Assert(hist[n-1].Seq < entry.Seq, "update propagation: entry %d of %s comes behind entry %d", entry.Seq, e.Server, hist[n-1].Seq)
		}
		h.hist[e.Server] = append(hist, entry)
	}
	h.sent[e.Server] = slices.Clone(e.Sent)
	h.look(c)
}

func (h *Histories) crashed(c *ravel.MonitorContext, e Crashed) {
	h.servers = slices.DeleteFunc(h.servers, func(s chainrep.NodeID) bool { return s == e.Server })
	h.look(c)
}

// joined lets a server take part. If it has failed by now it does so until the master
// knows: what it has does not change any more.
func (h *Histories) joined(c *ravel.MonitorContext, e Joined) {
	if !slices.ContainsFunc(e.Chain, func(s chainrep.NodeID) bool { return slices.Contains(h.servers, s) }) {
		return // another chain's
	}
	h.servers = append(h.servers, e.Server)
	h.look(c)
}

func (h *Histories) members(c *ravel.MonitorContext, e Members) {
	if !slices.ContainsFunc(e.Servers, func(s chainrep.NodeID) bool { return slices.Contains(h.servers, s) }) {
		return // another chain's
	}
	h.servers = slices.DeleteFunc(h.servers, func(s chainrep.NodeID) bool { return !slices.Contains(e.Servers, s) })
	h.look(c)
}

func (h *Histories) look(c *ravel.MonitorContext) {
	for i := 1; i < len(h.servers); i++ {
		a, b := h.servers[i-1], h.servers[i]
		upper, lower, sent := h.hist[a], h.hist[b], h.sent[a]
		prefix := len(lower) <= len(upper) && slices.Equal(lower, upper[:len(lower)])
		c.Assert(prefix, "update propagation: the history of %s is [%v], and that of its predecessor %s is [%v]", b, entries(lower), a, entries(upper))
		oldest := uint64(math.MaxUint64)
		if len(sent) > 0 {
			oldest = sent[0].Seq
		}
		n := 0
		for n < len(lower) && lower[n].Seq < oldest {
			n++
		}
		inProcess := n+len(sent) == len(upper) && slices.Equal(upper[n:], sent)
		c.Assert(inProcess, "in process: the history of %s is [%v]; its sent is [%v], and its successor %s has [%v]", a, entries(upper), entries(sent), b, entries(lower))
	}
}

// Tail is the state of the TailMonitor.
type Tail struct {
	made     map[Request]chainrep.Entry
	answered map[string]chainrep.Entry // by key: the last answered update
}

// TailMonitor asserts that queries and updates are linearized at the tail: a query
// is answered with the last update of its key that was answered.
var TailMonitor = ravel.DefineMonitor[Tail]("TailMonitor",
	ravel.Warm("Comparing",
		ravel.On((*Tail).progressed),
		ravel.On((*Tail).updateAnswered),
		ravel.On((*Tail).queryAnswered)))

func newTail() *Tail {
	return &Tail{make(map[Request]chainrep.Entry), make(map[string]chainrep.Entry)}
}

func (t *Tail) progressed(_ *ravel.MonitorContext, e Progressed) {
	for _, entry := range e.Applied {
		t.made[Request{entry.Client, true, entry.Req}] = entry
	}
}

func (t *Tail) updateAnswered(c *ravel.MonitorContext, e UpdateAnswered) {
	entry, ok := t.made[e.Request]
	c.Assert(ok, "%v, an update that nobody has applied", e)
	if t.answered[entry.Key].Seq < entry.Seq { // else it is answered again
		t.answered[entry.Key] = entry
	}
}

func (t *Tail) queryAnswered(c *ravel.MonitorContext, e QueryAnswered) {
	last, ok := t.answered[e.Key]
	c.Assert(e.Found == ok && e.Value == last.Value, "%v, but the last answered update is [%v]", e, last)
}

// Membership is the state of the MembershipMonitor.
type Membership struct {
	servers []chainrep.NodeID // at the start
	blamed  []chainrep.NodeID // failed, or suspected
}

// MembershipMonitor asserts that the master keeps its list in order: it strikes out
// nobody but servers that have failed or are suspected, and names nobody twice.
var MembershipMonitor = ravel.DefineMonitor[Membership]("MembershipMonitor",
	ravel.Warm("Counting",
		ravel.On(func(m *Membership, _ *ravel.MonitorContext, e Crashed) { m.blame(e.Server) }),
		ravel.On(func(m *Membership, _ *ravel.MonitorContext, e Suspected) { m.blame(e.Server) }),
		ravel.On((*Membership).members)))

func (m *Membership) blame(server chainrep.NodeID) {
	if !slices.Contains(m.blamed, server) {
		m.blamed = append(m.blamed, server)
		slices.Sort(m.blamed)
	}
}

func (m *Membership) members(c *ravel.MonitorContext, e Members) {
	for i, s := range e.Servers {
		c.Assert(!slices.Contains(e.Servers[:i], s), "the master has %s in the chain twice: %v", s, e.Servers)
	}
	for _, s := range m.servers {
		c.Assert(slices.Contains(e.Servers, s) || slices.Contains(m.blamed, s), "the master has struck out %s, which has not failed: %v are left", s, e.Servers)
	}
}

// Repairs is the state of the RepairMonitor.
type Repairs struct {
	crashed []chainrep.NodeID
	listed  []chainrep.NodeID
	stable  bool
}

const (
	whole  ravel.State = "Whole"
	broken ravel.State = "Broken"
)

// RepairMonitor asserts that each reconfiguration completes: it is hot while the
// master is about to mend the chain, or has a failed server in it.
var RepairMonitor = ravel.DefineMonitor[Repairs]("RepairMonitor",
	ravel.Hot(broken, ravel.On((*Repairs).fails), ravel.On((*Repairs).members)),
	ravel.Cold(whole, ravel.On((*Repairs).fails), ravel.On((*Repairs).members)))

func (r *Repairs) fails(c *ravel.MonitorContext, e Crashed) {
	r.crashed = append(r.crashed, e.Server)
	slices.Sort(r.crashed)
	r.look(c)
}

func (r *Repairs) members(c *ravel.MonitorContext, e Members) {
	r.listed, r.stable = slices.Clone(e.Servers), e.State == chainrep.Stable
	r.look(c)
}

func (r *Repairs) look(c *ravel.MonitorContext) {
	now := broken
	if r.stable && !slices.ContainsFunc(r.crashed, func(s chainrep.NodeID) bool { return slices.Contains(r.listed, s) }) {
		now = whole
	}
	if now != c.State() {
		c.Goto(now)
	}
}
