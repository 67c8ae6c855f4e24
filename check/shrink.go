package check

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Bounds of the search for a simpler schedule. They count tries and steps, so that the result is the same on every machine.
// Time is the last resort, for programs whose steps are slow; the report says when it has ended a search.
const (
	shrinkTries = 5_000

	pilotTries = 200 // of each of two ways, ahead of the search

	isolatedTries = 150 // each needs a process of its own
)

// shrinkBatch is how many candidates each worker gets at once.
const shrinkBatch = 4

// Shrinking is the search for a simpler schedule with the same failure.
type Shrinking struct {
	Tries   int    // schedules that were tried
	Steps   int    // joined steps of all of them
	Cut     string // what ended it early, if something did: "tries", "steps" or "time"; only the last depends on the machine
	Elapsed time.Duration
}

// simplify looks for a simpler schedule that fails as an execution did; see schedule.Shrink. It returns a strategy that follows
// it, and the mode in which it has to be run.
func (x *explorer) simplify(w *worker, o *engine.Outcome) (d *deviating, m mode, did Shrinking) {
	start := time.Now()
	s := shrinker{x: x, like: o.Err, workers: []*worker{w}}
	s.over = func() bool { return x.cfg.late() || time.Since(start) > x.cfg.ShrinkTime }
	for range x.besides() {
		s.workers = append(s.workers, x.another())
	}
	first := schedule.Attempt{Failed: true, Choices: slices.Clone(o.Named), Steps: o.Steps}
	best := s.any(first)
	d = &deviating{}
	for _, c := range best.Choices {
		d.values = append(d.values, c.Value)
	}
	if m = (mode{record: true, check: true, explain: true, logs: true}); s.fair {
		m.fair = d.exhausted
	}
	return d, m, Shrinking{Tries: s.tries, Steps: s.steps, Cut: best.Cut, Elapsed: time.Since(start)}
}

// any searches from the first, or, if an execution can fail early, from one that does, and from those between the two as long
// as few of the steps have been used: where a search ends depends on where it begins.
func (s *shrinker) any(first schedule.Attempt) schedule.Shrunk {
	if !s.suffix() {
		return s.search(first)
	}
	starts := s.earlier(first)
	best := s.search(starts[len(starts)-1])
	for i := len(starts) - 2; i >= 0 && best.Cut == "" && !s.over() && s.steps < s.x.cfg.ShrinkSteps/2; i-- {
		if size := schedule.Measure(best.Choices, best.Steps); size.Switches+size.Faults < 2 {
			break
		}
		fair := s.fair
		if other := s.search(starts[i]); other.Simpler(&best.Attempt) {
			best = other
		} else {
			s.fair = fair
		}
	}
	return best
}

// search searches with the fair suffix where it was, or, if there is one, with a suffix that begins where the choices end (see
// fair.go): with that which is ahead after some tries.
func (s *shrinker) search(first schedule.Attempt) schedule.Shrunk {
	if !s.suffix() {
		return s.bounded(first, shrinkTries)
	}
	s.fair = false
	plain := s.bounded(first, pilotTries)
	s.fair = true
	fair := s.run(s.workers[0], &schedule.Candidate{Names: first.Choices})
	if fair.Failed {
		if best := s.bounded(fair, pilotTries); best.Simpler(&plain.Attempt) {
			return s.bounded(best.Attempt, shrinkTries)
		}
	}
	s.fair = false
	return s.bounded(plain.Attempt, shrinkTries)
}

// bounded searches with so many tries.
func (s *shrinker) bounded(first schedule.Attempt, tries int) schedule.Shrunk {
	l := schedule.Limits{Tries: tries, Steps: s.x.cfg.ShrinkSteps - s.steps, Batch: 1, Proof: s.proof(), Exact: s.fair, Over: s.over}
	if s.x.cfg.isolation != nil {
		l.Tries = isolatedTries
	}
	if len(s.workers) > 1 {
		l.Batch = shrinkBatch * len(s.workers)
	}
	best := schedule.Shrink(first, l, s.try)
	s.tries += best.Tries
	s.steps += best.Ran
	return best
}

// suffix reports whether the failure was proved by a fair suffix that may begin earlier.
func (s *shrinker) suffix() bool {
	l, ok := s.like.(*failure.Livelock)
	return ok && l.Suffix > 0 && !s.x.cfg.goroutines.on && s.x.cfg.isolation == nil
}

// proof is how many steps at the end of each failing execution prove the failure: a monitor is hot for two thresholds.
func (s *shrinker) proof() int {
	if !s.suffix() {
		return 0
	}
	return 2 * s.x.cfg.Threshold
}

// besides returns how many executions may run beside another one, in this process or for isolated ones in their own.
func (x *explorer) besides() int {
	if x.alone.Load() || x.cfg.isolation == nil && (x.cfg.goroutines.on || x.cfg.Processes) {
		return 0
	}
	return x.cfg.Workers - 1
}

// shrinker runs the candidates of a search.
type shrinker struct {
	x       *explorer
	like    error // the failure that is wanted
	workers []*worker
	fair    bool // the fair suffix begins where the choices end
	over    func() bool
	tries   int
	steps   int
}

// try runs candidates on all workers, in their order, until one is better.
func (s *shrinker) try(batch []schedule.Candidate, better func(schedule.Attempt) bool) []schedule.Attempt {
	got := make([]schedule.Attempt, len(batch))
	var next, end atomic.Int64
	end.Store(int64(len(batch)))
	work := func(w *worker) {
		for i := next.Add(1) - 1; i < end.Load(); i = next.Add(1) - 1 {
			got[i] = s.run(w, &batch[i])
			if !better(got[i]) {
				continue
			}
			for e := end.Load(); i+1 < e && !end.CompareAndSwap(e, i+1); e = end.Load() {
			}
		}
	}
	if len(s.workers) == 1 {
		work(s.workers[0])
		return got[:end.Load()]
	}
	var wg sync.WaitGroup
	for _, w := range s.workers {
		wg.Go(func() {
			s.x.knows(w)
			now := w.now.Swap(1)
			defer w.now.Store(now)
			work(w)
		})
	}
	wg.Wait()
	return got[:end.Load()]
}

// run runs one candidate.
func (s *shrinker) run(w *worker, c *schedule.Candidate) schedule.Attempt {
	m := mode{check: onlyChecked(s.like), record: s.x.cfg.isolation != nil || byProof(s.like), until: c.Steps}
	var names *naming
	if c.Names != nil {
		l := newLoose(c.Names)
		names, m.fair = &l.naming, l.exhausted
		w.use(l)
	} else {
		d := &deviating{values: c.Values}
		names, m.fair = &d.naming, d.exhausted
		w.use(d)
	}
	if !s.fair {
		m.fair = nil
	}
	if c.Deviations > 0 {
		m.give = func() bool { return names.apart > c.Deviations }
	}
	if s.proof() > 0 {
		m.cool = c.Steps - s.proof()
	}
	o, _ := w.run(strategy.Execution{MaxSteps: w.cfg.Steps}, m)
	a := schedule.Attempt{Failed: sameBug(s.like, o.Err) && (o.Fair > 0 || !s.fair), Choices: names.list, Steps: o.Steps}
	if s.x.cfg.isolation != nil {
		a.Choices = o.Named
	}
	return a
}

// sameBug reports whether two failures come from the same bug as far as one can tell: they are the same, or the same line
// of code reports them with other values.
func sameBug(a, b error) bool {
	if r, ok := a.(*remote); ok && r.is(b) || failure.Same(a, b) {
		return true
	}
	fa, fb := failure.Of(a), failure.Of(b)
	if fa == nil || fb == nil || fa.Kind() != fb.Kind() {
		return false
	}
	pa, pb := fa.Where().Place, fb.Where().Place
	return pa.Line != 0 && pa.File == pb.File && pa.Line == pb.Line
}
