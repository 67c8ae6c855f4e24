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
	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// Explore explores a body outside go test and returns the full report. The error is about the configuration, or about a
// strategy of the caller's that does not work; a bug found is in Report.Failure.
func Explore(name string, cfg Config, body func(*T)) (*Report, error) {
	cfg.name, cfg.test = cmp.Or(cfg.name, name), cmp.Or(cfg.test, name)
	if err := cfg.normalize(false); err != nil {
		return nil, err
	}
	if err := cfg.missing(); err != nil {
		return nil, err
	}
	x := newExplorer(&cfg, body, nil)
	defer x.close()
	return x.explore()
}

// isolate gives each execution a process of its own, if that is asked for.
func (x *explorer) isolate() {
	if !x.cfg.Isolate || x.server != nil || x.cfg.isolation != nil {
		return
	}
	i, err := newIsolation(x)
	if err != nil {
		x.broken = err
		return
	}
	x.cfg.isolation, x.cfg.Processes = i, false
	x.report.Isolated = true
}

// explorer runs the executions of one body on several workers.
type explorer struct {
	cfg    *Config
	body   func(*T)
	outer  testing.TB
	report *Report
	start  time.Time
	logs   func() // ends that lines of package log are diverted

	mu       sync.Mutex // guards what follows while workers run
	workers  []*worker
	first    found
	broken   error // a strategy that is not ours
	distinct distinct

	*claims  // what workers have still to run
	overtime atomic.Bool
	alone    atomic.Bool // executions disturb each other: one worker only

	released   map[uintptr]bool // locks of which the report tells
	distrusted atomic.Bool      // going back to saved states led elsewhere

	spin   spinNote       // who went on beyond the bound
	ending spinNote       // who went on behind the end of the test
	zero   []engine.Event // what execution 0 did
	crew   *crew          // worker processes, nil if there are none
	server *server        // in a worker process
	hands  int            // workers that share a round, in a worker process
}

// found is the failing execution with the smallest number so far.
type found struct {
	k       uint64
	err     error
	choices []uint32
}

func newExplorer(cfg *Config, body func(*T), outer testing.TB) *explorer {
	x := &explorer{cfg: cfg, body: body, outer: outer, start: time.Now(), claims: new(claims)}
	x.report = &Report{Name: cfg.test, Strategy: cfg.Strategy, Seed: cfg.Seed}
	x.first.k = math.MaxUint64
	x.workers = []*worker{newWorker(cfg, body, outer)}
	x.logs = func() {}
	if cfg.ordinary == nil { // what such a test prints is not seen anyway
		x.logs = divertLogs()
	}
	return x
}

func (x *explorer) close() {
	x.logs()
	for _, w := range x.workers {
		w.close()
	}
	x.crew.close()
	if i := x.cfg.isolation; i != nil && i.x == x {
		i.close()
		x.cfg.isolation = nil
	}
}

// grow makes workers until there are n.
func (x *explorer) grow(n int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for len(x.workers) < n {
		x.workers = append(x.workers, newWorker(x.cfg, x.body, x.outer))
	}
}

// shrink goes on with one worker.
func (x *explorer) shrink() {
	x.crew.dismiss()
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, w := range x.workers[1:] {
		w.close()
	}
	x.workers = x.workers[:1]
}

// explore is the whole run: the alone executions, the rounds, and the report of what came of them.
func (x *explorer) explore() (*Report, error) {
	defer x.watch()()
	x.knows(x.workers[0])
	r := x.report
	props := strategy.PropertiesOf(x.workers[0].strat)
	r.Exhaustive = props.Exhaustive
	if x.isolate(); x.broken != nil {
		return nil, x.broken
	}
	n := x.cfg.Workers
	if _, shared := x.workers[0].strat.(strategy.Parallel); props.Exhaustive && (!shared || x.cfg.anyWorkers) {
		n = 1 // so that what is found first is not up to chance, unless somebody has asked for more
	}
	if x.cfg.Processes {
		n = 1 // the others are processes
	}
	est := x.executeAlone(n)
	if o := x.cfg.ordinary; o != nil && o.plain != "" {
		return x.report, nil
	}
	if x.alone.Load() || x.cfg.goroutines.on && x.cfg.isolation == nil {
		n = 1
	}
	if x.first.err == nil && x.broken == nil {
		x.grow(n)
		x.enlist()
		x.share()
		x.rounds(est)
		if x.distrusted.Load() {
			x.startOver(est)
		}
		x.unsaved()
	}
	if x.broken != nil {
		return nil, x.broken
	}
	x.crew.dismiss()
	if d := r.Nondeterminism; d != nil {
		d.Carried = x.carried()
	}
	r.Workers = n + x.crew.served()
	if x.alone.Load() {
		r.Workers = 1
	}
	r.Elapsed = time.Since(x.start)
	x.summarize()
	if x.first.err != nil {
		r.Failure = x.reproduce(x.first)
	}
	return r, nil
}

// share makes all workers explore one tree, if the strategy is exhaustive.
func (x *explorer) share() {
	first, ok := x.workers[0].strat.(strategy.Parallel)
	if !ok || !x.report.Exhaustive || len(x.workers) == 1 {
		return
	}
	x.workers[0].team = first
	for _, w := range x.workers[1:] {
		w.use(first.Join())
		w.team = w.strat.(strategy.Parallel)
	}
}

// startOver explores again with nothing but what the alone executions told.
func (x *explorer) startOver(est strategy.Execution) {
	r := x.report
	*r = Report{
		Name: r.Name, Strategy: r.Strategy, Seed: r.Seed, Workers: r.Workers, Exhaustive: r.Exhaustive, Notes: r.Notes,
		Nondeterminism: r.Nondeterminism, Isolated: r.Isolated,
	}
	x.first, x.distinct = found{k: math.MaxUint64}, distinct{}
	for _, w := range x.workers {
		w.use(x.cfg.Custom())
		w.log = w.log[:0]
		w.eng.Uncover()
	}
	x.share()
	x.rounds(est)
}

// execution describes execution k. What it depends on is the seed, k, and the estimates of earlier rounds.
func (x *explorer) execution(k uint64, est strategy.Execution) strategy.Execution {
	return strategy.Execution{
		K: k, Seed: mix(x.cfg.Seed, k), Run: x.cfg.Seed, Length: est.Length, Steps: est.Steps, Ops: est.Ops, MaxSteps: x.cfg.Steps,
	}
}

// mix derives the seed of execution k, a bijection of k for every seed.
func mix(seed, k uint64) uint64 {
	z := seed + (k+1)*0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// summarize adds what the engines have seen over all executions.
func (x *explorer) summarize() {
	r := x.report
	if !x.workers[0].back {
		r.Distinct, r.DistinctAtLeast = uint64(x.distinct.n), x.distinct.full
	}
	r.Coverage = x.coverage()
	r.Coverage.Tests = []coverage.Test{x.explored()}
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
		w.away.summarize(r, heard, gone, somes)
	}
	x.crew.summarize(r, heard, gone, somes)
	x.tellSpinning()
	x.tellAllowed()
	for _, n := range sortedKeys(heard) {
		if heard[n] == 0 {
			r.SilentMonitors = append(r.SilentMonitors, n)
		}
	}
	r.Unheard = sortedKeys(gone)
	for _, n := range sortedKeys(somes) {
		switch definition, inbox := engine.FullInbox(n); {
		case somes[n]:
		case inbox:
			r.NeverFull = append(r.NeverFull, definition)
		default:
			r.NeverTrue = append(r.NeverTrue, n)
		}
	}
}

// watch starts the clock, the progress reports and the look-out for code that is stuck.
func (x *explorer) watch() (stop func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	if x.cfg.Progress != nil {
		wg.Go(func() { x.tellProgress(done) })
	}
	if x.cfg.Stuck > 0 {
		wg.Go(func() { x.lookOut(done) })
	}
	if x.cfg.Time > 0 {
		wg.Go(func() { x.endInTime(done) })
	}
	return func() {
		close(done)
		wg.Wait()
	}
}

// endInTime ends the run when its time is over.
func (x *explorer) endInTime(done <-chan struct{}) {
	clock := time.NewTimer(x.cfg.Time)
	defer clock.Stop()
	select {
	case <-done:
	case <-clock.C:
		x.mu.Lock()
		defer x.mu.Unlock()
		x.overtime.Store(true)
		x.lower(max(1, x.next.Load())) // what has been claimed is run: there are no gaps
	}
}

const progressEvery = 500 * time.Millisecond

func (x *explorer) tellProgress(done <-chan struct{}) {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	for {
		over := false
		select {
		case <-done:
			over = true
		case <-tick.C:
		}
		p := Progress{Elapsed: time.Since(x.start)}
		x.mu.Lock()
		for _, w := range x.workers {
			p.Executions += w.ran.Load()
			p.Steps += w.steps.Load()
		}
		x.crew.progress(&p)
		p.Failed = x.first.err != nil
		x.mu.Unlock()
		x.cfg.Progress(p)
		if over {
			return
		}
	}
}

// nondeterministic notes that the body depends on something that Ravel does not control. The run goes on with one worker.
func (x *explorer) nondeterministic(d *failure.Nondeterminism) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.report.Nondeterminism == nil {
		x.report.Nondeterminism = d
	}
	x.alone.Store(true)
	x.dismissed.Store(1)
}

// goroutine returns the number of the calling goroutine, as stacks show it.
func goroutine() (id uint64) {
	var buf [64]byte
	for _, c := range buf[len("goroutine "):runtime.Stack(buf[:], false)] {
		if c < '0' || c > '9' {
			break
		}
		id = 10*id + uint64(c-'0')
	}
	return id
}
