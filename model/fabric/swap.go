package fabric

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// swapAsked is a request to make another replica the primary.
type swapAsked struct{}

// swap is a swap of the primary: the zero swap is none.
type swap struct {
	N  int // counts the swaps of the partition
	To member
}

// What is said in a swap. The primary takes no operations any more, waits until the replica that is to come has all, and
// becomes a secondary. It goes on as it was if it is told to resume before that.
type (
	demote struct {
		Epoch service.Epoch
		swap
	}
	resume  struct{ N int }
	demoted struct{ Epoch service.Epoch } // in which it was the primary
)

func (m *manager) offerSwap(c *ravel.Context) {
	if m.swaps > 0 {
		c.OfferFault(m.budget, swapAsked{})
	}
}

func (m *manager) askSwap(c *ravel.Context, _ swapAsked) {
	m.swaps--
	m.asked = true
	m.offerSwap(c)
	m.step(c)
}

// beginSwap has the primary make room for another member.
func (m *manager) beginSwap(c *ravel.Context) {
	m.asked = false
	m.swap = swap{m.swap.N + 1, ravel.Choose(c, m.current().Without(m.primary.ID))}
	m.order(c, m.primary, demote{m.epoch, m.swap})
}

// abortSwap has the primary go on. If it is too late for that it will say so.
func (m *manager) abortSwap(c *ravel.Context) {
	if m.swap.To.ID == 0 {
		return
	}
	m.swap.To = member{}
	if !m.bugs.has(forgetResume) {
		m.order(c, m.primary, resume{m.swap.N})
	}
}

// demoted notes that the primary has become a secondary, maybe by a swap that was given up in the meantime.
func (m *manager) demoted(id service.ReplicaID, e service.Epoch) {
	if id == m.primary.ID && e == m.epoch && !(m.bugs.has(overlookSwap) && m.swap.To.ID == 0) {
		m.vacant, m.prefers = true, m.swap.To
	}
}

// demote begins a swap.
func (r *replica) demote(d demote) {
	if r.prim == nil || r.prim.epoch != d.Epoch || d.N <= r.swap {
		return // the order is repeated
	}
	p := r.prim
	r.swap, p.draining = d.N, true
	r.n.c.Notify(drains{r.id, p.epoch})
	over := func() bool { return r.closed || !p.draining || r.swap != d.N }
	r.enqueue(func() {
		r.n.wait(func() bool {
			return over() || r.bugs.has(hastySwap) ||
				r.applied == r.log.last() && p.acked[d.To.ID] >= r.log.last() && !r.busy
		})
		if over() {
			return
		}
		r.leaves = true
		if !r.bugs.has(keepRunning) {
			r.endRun()
		}
		if r.changeRole(p.epoch, service.RoleActiveSecondary) {
			clear(p.building)
			r.prim, r.leaves, r.promoted, r.seq, r.leader = nil, false, false, 0, member{}
			r.n.report(r.id, demoted{d.Epoch})
		}
	})
}

// resume ends a swap before its time.
func (r *replica) resume(e resume) {
	if r.prim != nil && r.swap == e.N && r.prim.draining && !r.leaves {
		r.prim.draining = false
		r.n.c.Notify(resumes{r.id})
	}
}
