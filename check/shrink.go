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
	shrinkSteps = 10_000_000
	ShrinkTime  = 5 * time.Second

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
// it.
func (x *explorer) simplify(w *worker, o *engine.Outcome) (*deviating, Shrinking) {
	start := time.Now()
	s := shrinker{x: x, like: o.Err, workers: []*worker{w}}
	l := schedule.Limits{Tries: shrinkTries, Steps: shrinkSteps, Over: func() bool { return x.cfg.late() || time.Since(start) > ShrinkTime }}
	if x.cfg.isolation != nil {
		l.Tries = isolatedTries
	}
	for range x.besides() {
		s.workers = append(s.workers, x.another())
	}
	if l.Batch = 1; len(s.workers) > 1 {
		l.Batch = shrinkBatch * len(s.workers)
	}
	first := schedule.Attempt{Failed: true, Choices: slices.Clone(o.Named), Steps: o.Steps}
	best := schedule.Shrink(first, l, s.try)
	d := &deviating{}
	for _, c := range best.Choices {
		d.values = append(d.values, c.Value)
	}
	return d, Shrinking{Tries: best.Tries, Steps: best.Ran, Cut: best.Cut, Elapsed: time.Since(start)}
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
	var f strategy.Strategy
	var names *naming
	if c.Names != nil {
		l := newLoose(c.Names)
		f, names = l, &l.naming
	} else {
		d := &deviating{values: c.Values}
		f, names = d, &d.naming
	}
	w.use(f)
	away := s.x.cfg.isolation != nil
	o, _ := w.run(strategy.Execution{MaxSteps: w.cfg.Steps}, mode{check: onlyChecked(s.like), record: away || byProof(s.like)})
	a := schedule.Attempt{Failed: sameBug(s.like, o.Err), Choices: names.list, Steps: o.Steps}
	if away {
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
