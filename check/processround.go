package check

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/strategy"
)

// setup is what a process has to know.
func (c *crew) setup() *setup {
	f := c.x.cfg
	return &setup{
		seed: f.Seed, steps: f.Steps, threshold: f.Threshold, early: f.EarlyTimers, ordered: f.OrderedClock, lasso: f.Lasso,
		bound: f.BoundIsFailure, strategy: f.Strategy, foreign: f.foreign, counts: f.Progress != nil, zero: c.x.zeroLines(),
	}
}

// begin begins a round: processes that are ready take part.
func (c *crew) begin(from, to uint64, est strategy.Execution) {
	if c == nil {
		return
	}
	if c.stopped() {
		return
	}
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	c.from, c.to, c.est, c.open = from, to, est, true
	for _, p := range c.procs {
		c.add(p)
	}
}

// join makes a process that is ready take part, from the present round on.
func (c *crew) join(p *process) {
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	p.ready = true
	c.add(p)
}

func (c *crew) add(p *process) {
	if !c.open || !p.ready {
		return
	}
	p.desk.now.Store(c.x.next.Load() + 1) // it will begin somewhere behind
	p.served = true
	p.busy.Store(true)
	c.round.Add(1)
	p.orders <- c.order()
}

// end waits until the processes have run all that they have claimed of a round. What they have not told of is run by w.
func (c *crew) end(w *worker, grown *strategy.Execution) {
	if c == nil {
		return
	}
	x := c.x
	x.mu.Lock()
	c.open = false // nobody joins any more
	x.mu.Unlock()
	c.round.Wait()
	x.mu.Lock()
	lost := c.lost
	c.lost = nil
	x.mu.Unlock()
	if len(lost) > 0 {
		var wg sync.WaitGroup
		wg.Go(func() {
			x.knows(w)
			defer w.now.Store(0)
			for _, s := range lost {
				for k := s.from; k < s.to && k < x.limit.Load(); k++ {
					x.some(w, k, k+1, c.est, grown)
				}
			}
		})
		wg.Wait()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, p := range c.procs {
		*grown = largest(*grown, p.grown)
		p.grown = strategy.Execution{}
		p.desk.now.Store(0)
	}
}

var errLate = errors.New("it was ready so late that there was no memory left for all the lessons that it has to learn")

// untaught returns the lessons that a process has not been sent, as frames.
func (c *crew) untaught(p *process) ([][]byte, error) {
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	if p.taught < c.dropped {
		return nil, errLate
	}
	frames := c.history[p.taught-c.dropped:]
	p.taught = c.dropped + len(c.history)
	return frames, nil
}

// tell returns what the processes have learnt in a round.
func (c *crew) tell() (all []lesson) {
	if c == nil {
		return nil
	}
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	for _, p := range c.procs {
		all = append(all, p.lessons...)
		clear(p.lessons)
		p.lessons = p.lessons[:0]
	}
	return all
}

// remember keeps the lessons of a round, in their order, for the processes.
func (c *crew) remember(all []lesson) {
	if c == nil || c.codec == nil || len(all) == 0 {
		return
	}
	m := &lessons{}
	for _, l := range all {
		m.list = append(m.list, sentLesson{l.k, c.codec.AppendLesson(nil, l.what)})
	}
	c.x.mu.Lock()
	defer c.x.mu.Unlock()
	frame := appendFrame(nil, m)
	c.history = append(c.history, frame)
	if c.bytes += len(frame); c.bytes <= historyMost {
		return
	}
	// All but the newest: whoever is ready knows them. Others come too late.
	c.dropped += len(c.history) - 1
	c.history, c.bytes = [][]byte{frame}, len(frame)
}

// order asks a process to take part in the present round.
func (c *crew) order() *roundOrder {
	return &roundOrder{
		size: c.to - c.from, hands: len(c.x.workers) + c.planned,
		length: c.est.Length, steps: c.est.Steps, ops: c.est.Ops,
	}
}

// take keeps what a process tells.
func (c *crew) take(p *process, b *batch) error {
	var learnt []lesson
	for _, l := range b.lessons {
		what, err := c.codec.ReadLesson(l.what)
		if err != nil {
			return fmt.Errorf("%w: %w", errProtocol, err)
		}
		learnt = append(learnt, lesson{l.k, what})
	}
	x := c.x
	x.mu.Lock()
	p.told = b.claims
	p.tally.log = append(p.tally.log, b.entries...)
	p.lessons = append(p.lessons, learnt...)
	p.grown = largest(p.grown, strategy.Execution{Length: b.length, Steps: b.steps, Ops: b.ops})
	p.heard, p.gone, p.somes = b.heard, b.gone, b.somes
	if b.unhashable != "" {
		p.tally.unhashable = errors.New(b.unhashable)
	}
	full := len(p.tally.log) >= foldAt
	x.mu.Unlock()
	if full {
		x.tryFold(p.tally)
	}
	return nil
}

// finish ends a round of a process.
func (c *crew) finish(p *process, d *done) {
	x := c.x
	if d.failed {
		x.failed(found{d.k, d.failure.error(), slices.Clone(d.choices)})
	}
	if d.nondeterminism {
		x.nondeterministic(d.nondeterministicElsewhere())
	}
	for _, s := range d.notes {
		c.note(s)
	}
	if all, err := coverage.Decode(d.covered); err == nil {
		x.mu.Lock()
		p.covered = all // since it began
		x.mu.Unlock()
	}
	if d.spinning != "" {
		x.spinning(d.spinAt, d.spinning)
	}
	if d.ending != "" {
		x.noteEnding(d.endAt, d.ending)
	}
	if d.broken {
		x.mu.Lock()
		if x.broken == nil {
			x.broken = &broken{x.cfg.Strategy, d.brokenAt, d.brokenBy}
		}
		x.mu.Unlock()
	}
	p.desk.now.Store(0)
}
