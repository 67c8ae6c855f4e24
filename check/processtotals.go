package check

import (
	"math"

	"github.com/ravelgo/ravel/failure"
)

// tallies are what processes have told of and what is not counted yet.
func (c *crew) tallies() (all []*worker) {
	if c == nil {
		return nil
	}
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	for _, p := range c.procs {
		all = append(all, p.tally)
	}
	return all
}

// earliest returns the earliest execution that a process may still be in; explorer.mu is held.
func (c *crew) earliest() uint64 {
	k := uint64(math.MaxUint64)
	if c == nil {
		return k
	}
	for _, p := range c.procs {
		if now := p.desk.now.Load(); now > 0 {
			k = min(k, now-1)
		}
	}
	return k
}

// served returns how many processes have taken part.
func (c *crew) served() (n int) {
	if c == nil {
		return 0
	}
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	for _, p := range c.procs {
		if p.served {
			n++
		}
	}
	return n
}

// progress adds what the processes have done.
func (c *crew) progress(p *Progress) {
	if c == nil {
		return
	}
	for _, w := range c.procs {
		p.Executions += w.desk.ran.Load()
		p.Steps += w.desk.steps.Load()
	}
}

// summarize adds what the engines of the processes have seen.
func (c *crew) summarize(r *Report, heard, gone map[string]int, somes map[string]bool) {
	if c == nil {
		return
	}
	for _, s := range c.notes {
		r.note(s)
	}
	r.Processes = c.served()
	for _, p := range c.procs {
		for _, n := range p.heard {
			heard[n.name] += int(n.n)
		}
		for _, n := range p.gone {
			gone[n.name] += int(n.n)
		}
		for _, n := range p.somes {
			somes[n.name] = somes[n.name] || n.n > 0
		}
	}
}

// size returns how many processes there may be.
func (c *crew) size() int {
	if c == nil {
		return 0
	}
	return c.planned
}

// spinNote tells who went on when execution k, the first one of which that is known, was cut at the step bound.
type spinNote struct {
	k    uint64
	note string
}

func (x *explorer) spinning(k uint64, note string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.spin.note == "" || k < x.spin.k {
		x.spin = spinNote{k, note}
	}
}

// endsNever keeps who goes on for ever in execution k, if it is the first one that is known.
func (x *explorer) endsNever(k uint64, e *failure.Endless) {
	x.noteEnding(k, failure.EndlessNote(k, e))
}

func (x *explorer) noteEnding(k uint64, note string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ending.note == "" || k < x.ending.k {
		x.ending = spinNote{k, note}
	}
}

// tellSpinning notes both. Each worker has told of its first one, so this is the first of all.
func (x *explorer) tellSpinning() {
	for _, n := range []spinNote{x.ending, x.spin} {
		if n.note != "" && n.k <= x.first.k {
			x.report.note(n.note)
		}
	}
}
