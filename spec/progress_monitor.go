package spec

import "github.com/ravelgo/ravel"

func (p *progress[Q]) asked(c *ravel.MonitorContext, e Asked[Q]) {
	p.pending[e.Request] = true
	p.look(c)
}

func (p *progress[Q]) answered(c *ravel.MonitorContext, e Answered[Q]) {
	held := p.settle(e.Request)
	c.Assert(held || !p.once, "%v, which is not pending: it was answered before, or never asked", e)
	p.look(c)
}

func (p *progress[Q]) abandoned(c *ravel.MonitorContext, e Abandoned[Q]) {
	if !p.settle(e.Request) {
		return
	}
	if !p.unlimited {
		p.given++
		c.Assert(p.given <= p.allowed, "%v without an answer, and no more than %d may be", e, p.allowed)
	}
	p.look(c)
}

// settle takes a request from the pending ones.
func (p *progress[Q]) settle(q Q) bool {
	held := p.pending[q]
	delete(p.pending, q)
	return held
}

// look moves to the state that fits, and tells in the trace what is pending: nothing else names the request that keeps
// the monitor hot.
func (p *progress[Q]) look(c *ravel.MonitorContext) {
	c.Logf("%v", pendingNow[Q](p.pending))
	switch hot := c.State() == waiting; {
	case len(p.pending) > 0 && !hot:
		c.Goto(waiting)
	case len(p.pending) == 0 && hot:
		c.Goto(answered)
	}
}
