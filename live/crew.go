package live

import "sync/atomic"

// A machine that sends to many idle ones makes each of them active. A goroutine for each of them at once would cost more than
// their handlers do, and they would fetch their events one by one; instead they are given to a crew, whose goroutines take one
// machine after the other, and which begins when it is complete or a few effects later.
//
// A handler may block, and then holds up nobody: before a member of a crew runs a machine it sees to it that another goroutine
// is there for the others, one that runs as soon as there is a processor for it. While that one waits for its turn the first
// one may well have run them all.

const (
	crewSize  = 16 // so many machines a crew has at most
	crewAfter = 32 // so many effects later it begins in any case
)

// crew are machines that are active and have no goroutine yet.
type crew struct {
	sys    *System
	n      int32 // how many
	waited int32 // effects since there are some
	next   atomic.Int32
	list   [crewSize]*proc
}

// join gives a machine that was made active to the crew of the one that made it so.
func (p *proc) join(t *proc) {
	if p.crew == nil {
		p.crew = &crew{sys: p.sys}
	}
	c := p.crew
	c.list[c.n] = t
	if c.n++; c.n == crewSize {
		p.sendCrew()
	}
}

// waits counts an effect, and reports whether the crew has waited for long enough.
func (c *crew) waits() bool {
	c.waited++
	return c.waited > crewAfter
}

// sendCrew lets the crew begin.
func (p *proc) sendCrew() {
	c := p.crew
	p.crew = nil
	if c.n == 1 {
		go c.sys.work(c.list[0])
		return
	}
	go c.work()
}

// work runs machines until none is left. While it runs one, another goroutine is there for the others.
func (c *crew) work() {
	for first := true; ; first = false {
		i := c.next.Add(1) - 1
		if i >= c.n {
			return
		}
		if first && i+1 < c.n {
			go c.work()
		}
		p := c.list[i]
		c.list[i] = nil
		c.sys.work(p)
	}
}
