package check

import (
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// worker runs executions of one body, one at a time.
type worker struct {
	cfg       *Config
	body      func(*T)
	outer     testing.TB
	eng       *engine.Engine
	strat     strategy.Strategy // made by the factory
	driver    strategy.Strategy // strat, completed by a fault plan if it needs one
	recording bool
	t         *T

	now atomic.Uint64 // the execution that runs, plus 1; 0 between two
}

func newWorker(cfg *Config, body func(*T), outer testing.TB) *worker {
	w := &worker{cfg: cfg, body: body, outer: outer, eng: engine.New()}
	w.use(cfg.Custom())
	return w
}

func (w *worker) use(s strategy.Strategy) {
	w.strat, w.driver = s, s
	if _, ok := s.(strategy.FaultPicker); !ok {
		w.driver = strategy.WithFaults(s)
	}
}

func (w *worker) close() { w.eng.Close() }

// mode says how carefully an execution is run. Nothing in it changes what the execution does.
type mode struct {
	check       bool
	fingerprint bool
	reach       bool
	record      bool
}

// checkEvery is the sample of ordinary executions in which payloads are digested at Send and compared later.
const checkEvery = 16

func sampled(k uint64) mode { return mode{check: k%checkEvery == 0} }

func (w *worker) engineConfig(m mode) engine.Config {
	return engine.Config{
		MaxSteps: w.cfg.Steps, Threshold: w.cfg.Threshold, Ordered: w.cfg.OrderedClock, EarlyTimers: w.cfg.EarlyTimers,
		Lasso: w.cfg.Lasso, Check: m.check, Fingerprint: m.fingerprint || m.reach, Reach: m.reach, Record: m.record,
	}
}

// run runs one execution; ok is false when the strategy has nothing left to explore.
func (w *worker) run(x strategy.Execution, m mode) (o engine.Outcome, t *T, ok bool) {
	if !w.driver.Start(x) {
		return o, nil, false
	}
	w.now.Store(x.K + 1)
	w.recording = m.record
	t = &T{TB: w.outer, eng: w.eng, run: w, name: w.cfg.test}
	o = w.eng.Run(w.engineConfig(m), w.driver, engine.Program{
		Body:  func(c *ravel.Context) { t.c = c; w.body(t) },
		AtEnd: t.runAtEnd,
	})
	w.now.Store(0)
	if o.Err == nil && o.Bounded && w.cfg.BoundIsFailure {
		o.Err = &failure.BoundHit{Site: failure.Site{Step: o.Steps}, Bound: w.cfg.Steps}
	}
	failed := t.err()
	if err := t.finish(); o.Err == nil {
		o.Err = err
	}
	if o.Err == nil {
		o.Err = failed
	}
	if f, ok := w.driver.(strategy.Finisher); ok {
		f.Finish(strategy.Result{Steps: o.Steps, Picks: o.Picks, Ops: o.Ops, Failed: o.Err != nil, Bounded: o.Bounded})
	}
	return o, t, true
}

func (t *T) runAtEnd() {
	for _, f := range t.atEnd {
		f()
	}
}
