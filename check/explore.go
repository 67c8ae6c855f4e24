package check

import (
	"cmp"
	"math"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// Explore explores a body outside go test and returns the full report. The error is about the configuration; a bug found
// is in Report.Failure.
func Explore(name string, cfg Config, body func(*T)) (*Report, error) {
	cfg.name, cfg.test = cmp.Or(cfg.name, name), cmp.Or(cfg.test, name)
	if err := cfg.normalize(false); err != nil {
		return nil, err
	}
	x := newExplorer(&cfg, body, nil)
	defer x.close()
	return x.explore(), nil
}

// explorer runs the executions of one body on several workers.
type explorer struct {
	cfg     *Config
	body    func(*T)
	outer   testing.TB
	workers []*worker
	report  *Report
	start   time.Time
	alone   bool // executions disturb each other: one worker only

	mu       sync.Mutex
	next     atomic.Uint64 // the next execution to start
	limit    atomic.Uint64 // executions from here on are not started
	overtime atomic.Bool
	ran      atomic.Uint64 // executions finished
	steps    atomic.Uint64
	first    found
	distinct *distinct
}

// found is the failing execution with the smallest number so far.
type found struct {
	k       uint64
	err     error
	choices []uint32
}

func newExplorer(cfg *Config, body func(*T), outer testing.TB) *explorer {
	x := &explorer{cfg: cfg, body: body, outer: outer, start: time.Now(), distinct: newDistinct()}
	x.report = &Report{Name: cfg.test, Strategy: cfg.Strategy, Seed: cfg.Seed}
	x.first.k = math.MaxUint64
	x.workers = []*worker{newWorker(cfg, body, outer)}
	return x
}

func (x *explorer) close() {
	for _, w := range x.workers {
		w.close()
	}
}

// explore is the whole run: the alone executions, the rounds, and the report of what came of them.
func (x *explorer) explore() *Report {
	stop := x.watch()
	defer stop()
	r := x.report
	props := strategy.PropertiesOf(x.workers[0].strat)
	r.Exhaustive = props.Exhaustive
	n := x.cfg.Workers
	if props.Exhaustive {
		n = 1
	}
	estimates := strategy.Execution{}
	if !props.Exhaustive {
		estimates = x.executeAlone(n)
	}
	if x.alone {
		n = 1
	}
	for len(x.workers) < n {
		x.workers = append(x.workers, newWorker(x.cfg, x.body, x.outer))
	}
	r.Workers = n
	x.rounds(estimates)
	r.Elapsed = time.Since(x.start)
	x.summarize()
	if x.first.err != nil {
		r.Failure = x.reproduce(x.first)
		r.Elapsed = time.Since(x.start)
	}
	return r
}

// execution describes execution k. What it depends on is the seed, k, and the estimates of earlier rounds.
func (x *explorer) execution(k uint64, est strategy.Execution) strategy.Execution {
	return strategy.Execution{K: k, Seed: mix(x.cfg.Seed, k), Length: est.Length, Steps: est.Steps, Ops: est.Ops, MaxSteps: x.cfg.Steps}
}

// mix derives the seed of execution k, a bijection of k for every seed.
func mix(seed, k uint64) uint64 {
	z := seed + (k+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// lastRound is where the estimates are frozen, so that workers need not meet any more.
const lastRound = 1024

// rounds runs executions in fixed ranges of k. The estimates that strategies get are merged at the end of each range, so
// that they do not depend on the number of workers.
func (x *explorer) rounds(est strategy.Execution) {
	total := x.cfg.Schedules
	if total == 0 {
		total = math.MaxUint64
	}
	end := uint64(16)
	for from := uint64(0); from < total; {
		if from >= lastRound {
			end = total
		}
		end = min(end, total)
		grown := x.round(from, end, est)
		if x.first.err != nil || x.overtime.Load() || x.report.Exhausted {
			break
		}
		est = largest(est, grown)
		from, end = end, end*4
	}
	x.report.Executions = x.ran.Load()
	x.report.Steps = x.steps.Load()
	x.report.CutByTime = x.overtime.Load()
	if x.first.err == nil && x.report.Exhaustive && !x.report.Exhausted {
		x.report.CutShort = true
	}
}

// round runs the executions of [from, to) on all workers.
func (x *explorer) round(from, to uint64, est strategy.Execution) (grown strategy.Execution) {
	x.next.Store(from)
	x.limit.Store(to)
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, w := range x.workers {
		wg.Go(func() {
			g := x.work(w, est)
			mu.Lock()
			grown = largest(grown, g)
			mu.Unlock()
		})
	}
	wg.Wait()
	return grown
}

// largest merges estimates; the order in which they are merged does not matter.
func largest(a, b strategy.Execution) strategy.Execution {
	return strategy.Execution{Length: max(a.Length, b.Length), Steps: max(a.Steps, b.Steps), Ops: max(a.Ops, b.Ops)}
}

// work runs executions until none is left.
func (x *explorer) work(w *worker, est strategy.Execution) (grown strategy.Execution) {
	var tally tally
	defer x.merge(&tally)
	for {
		k := x.next.Add(1) - 1
		if k >= x.limit.Load() || x.overtime.Load() {
			return grown
		}
		o, t, ok := w.run(x.execution(k, est), sampled(k))
		if !ok {
			x.exhausted(w)
			return grown
		}
		grown = largest(grown, strategy.Execution{Length: o.Picks, Steps: o.Steps, Ops: o.Ops})
		tally.add(&o, t)
		x.distinct.add(o.Choices)
		if o.Err != nil {
			x.fail(k, &o)
		} else if k%repeatEvery == repeatEvery-1 && !x.report.Exhaustive {
			x.repeat(w, k, est, &o)
		}
		if x.ran.Add(1); x.cfg.Time > 0 && time.Since(x.start) > x.cfg.Time {
			x.overtime.Store(true)
		}
		x.steps.Add(uint64(o.Steps))
	}
}

// fail notes a failing execution. Executions behind it need not run any more; those before it must.
func (x *explorer) fail(k uint64, o *engine.Outcome) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if k < x.first.k {
		x.first = found{k, o.Err, append([]uint32(nil), o.Choices...)}
	}
	for {
		l := x.limit.Load()
		if l <= k || x.limit.CompareAndSwap(l, k) {
			return
		}
	}
}

// exhausted is called when the strategy has nothing left.
func (x *explorer) exhausted(w *worker) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.report.Exhausted = true
	if e, ok := w.strat.(interface{ Exhausted() bool }); ok {
		x.report.Exhausted = e.Exhausted()
		x.report.CutShort = !x.report.Exhausted
	}
	if e, ok := w.strat.(interface{ Err() error }); ok && e.Err() != nil {
		x.first = found{k: x.ran.Load(), err: &failure.Nondeterminism{First: e.Err().Error(), Second: "the same choices asked for something else"}}
	}
	x.limit.Store(0)
}

// tally is what one worker counted in one round.
type tally struct {
	bounded, slow, skipped uint64
	longest                int
	unhashable             error
}

func (a *tally) add(o *engine.Outcome, t *T) {
	if o.Bounded {
		a.bounded++
	}
	if o.Slow {
		a.slow++
	}
	if t.skipped {
		a.skipped++
	}
	a.longest = max(a.longest, o.Steps)
	if o.Unhashable != nil {
		a.unhashable = o.Unhashable
	}
}

func (x *explorer) merge(a *tally) {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.report
	r.Bounded += a.bounded
	r.Slow += a.slow
	r.Skipped += a.skipped
	r.LongestExecution = max(r.LongestExecution, a.longest)
	if a.unhashable != nil {
		r.note("cannot be fingerprinted: " + a.unhashable.Error())
	}
}

// summarize adds what the engines have seen over all executions.
func (x *explorer) summarize() {
	r := x.report
	r.Distinct, r.DistinctAtLeast = x.distinct.count()
	heard, gone, somes := map[string]int{}, map[string]int{}, map[string]bool{}
	for _, w := range x.workers {
		for n, c := range w.eng.Heard() {
			heard[n] += c
		}
		for n, c := range w.eng.Gone() {
			gone[n] += c
		}
		for n, held := range w.eng.Sometimes() {
			somes[n] = somes[n] || held
		}
	}
	for _, n := range sortedKeys(heard) {
		if heard[n] == 0 {
			r.SilentMonitors = append(r.SilentMonitors, n)
		}
	}
	r.Unheard = sortedKeys(gone)
	for _, n := range sortedKeys(somes) {
		if !somes[n] {
			r.NeverTrue = append(r.NeverTrue, n)
		}
	}
}

// watch starts the progress reports and the look-out for code that is stuck.
func (x *explorer) watch() (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	if x.cfg.Progress != nil {
		wg.Go(func() {
			tick := time.NewTicker(500 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-done:
					return
				case <-tick.C:
					x.cfg.Progress(Progress{x.ran.Load(), x.steps.Load(), time.Since(x.start)})
				}
			}
		})
	}
	if x.cfg.Stuck > 0 {
		wg.Go(func() { x.lookOut(done) })
	}
	runtime.Gosched()
	return func() { close(done); wg.Wait() }
}
