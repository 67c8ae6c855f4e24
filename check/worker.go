package check

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// worker runs executions of one body, one at a time.
type worker struct {
	cfg    *Config
	body   func(*T)
	outer  testing.TB
	eng    *engine.Engine
	strat  strategy.Strategy // made by the factory
	driver strategy.Strategy // strat, completed by a fault plan if it needs one
	prog   engine.Program
	exec   execution // the present one

	learner    strategy.Learner  // strat, if it is one
	team       strategy.Parallel // strat, if it shares its search with other workers
	back       bool              // strat may go back to saved states
	visits     bool              // strat wants to see states
	begun      bool              // the engine has started the strategy for the next execution,
	ended      bool              // or it has tried, and there is none
	referee    *worker           // runs executions from the start, for comparison
	verify     int               // after so many executions that began in saved states one is compared,
	unverified int               // of which there were so many
	lesson     any               // of the last execution
	lessons    []lesson          // of this round

	now   atomic.Uint64 // the execution that runs, plus 1; 0 when none does
	ran   atomic.Uint64 // for Progress
	steps atomic.Uint64

	away awaySums // of executions in processes of their own
	// The first of its executions of which the report is to name who went on beyond the bound, or behind the end of the
	// test, or was woken from outside, is behind it.
	spun, endless, woken bool

	log        []entry
	unhashable error
	goids      []uint64 // of the goroutines that it has run on, guarded by explorer.mu
}

func newWorker(cfg *Config, body func(*T), outer testing.TB) *worker {
	w := &worker{cfg: cfg, body: body, outer: outer, eng: engine.New()}
	w.exec.worker, w.exec.eng = w, w.eng
	w.eng.Stranger = w.exec.stranger
	w.prog = engine.Program{
		Body: w.exec.begin, AtEnd: w.exec.runAtEnd,
		Ends: w.exec.ends, Trim: w.exec.trim, Final: w.exec.final,
	}
	w.use(cfg.Custom())
	return w
}

func (w *worker) use(s strategy.Strategy) {
	w.strat, w.driver = s, s
	w.learner, _ = s.(strategy.Learner)
	_, back := s.(strategy.Backtracker)
	_, bounder := s.(strategy.Bounder)
	w.back = back && !bounder && !w.cfg.BoundIsFailure && !w.cfg.Lasso
	_, w.visits = s.(strategy.Visitor)
	w.begun, w.ended, w.verify, w.unverified = false, false, 1, 0
	if _, ok := s.(strategy.FaultPicker); !ok {
		w.driver = strategy.WithFaults(s)
	}
}

func (w *worker) close() {
	w.eng.Close()
	if w.referee != nil {
		w.referee.close()
	}
}

// mode says how carefully an execution is run. Nothing in it changes what the execution does, but for failures that only
// a careful one notices.
type mode struct {
	check       bool
	fingerprint bool
	reach       bool
	record      bool
	explain     bool                   // with record: for a trace that people read
	logs        bool                   // record what is logged with packages log and slog; nothing else of the exploration runs
	cover       bool                   // count what it visits
	until       int                    // cut at so many steps, if positive
	fair        func(choices int) bool // the fair suffix begins where it says so, if a monitor is hot; nil: where the configuration wants it
	cool        int                    // from that step on it is cut when no monitor is hot, if positive
	give        func() bool            // cut where it says so
	paths       int                    // executions that the engine may run one after the other, going back to saved states; 0: it saves none
}

// checkEvery is the sample of ordinary executions in which payloads are digested at Send and compared later.
const checkEvery = 16

func sampled(k uint64) mode { return mode{check: k%checkEvery == 0, cover: true} }

func (w *worker) engineConfig(m mode) engine.Config {
	c := engine.Config{
		MaxSteps: w.cfg.Steps, Threshold: w.cfg.Threshold, Ordered: w.cfg.OrderedClock, EarlyTimers: w.cfg.EarlyTimers,
		Lasso: w.cfg.Lasso, Check: m.check, Fingerprint: m.fingerprint || m.reach, Reach: m.reach, Record: m.record, Explain: m.explain,
		Cover: m.cover, Inbox: w.cfg.Inbox, Inboxes: w.cfg.Inboxes, Cool: m.cool, Give: m.give,
	}
	if c.Fair = m.fair; m.fair == nil {
		c.Fair = fairFrom(w.cfg.fairFrom)
	}
	return c
}

// goroutines changes the configuration of an engine for controlled executions: their states have no fingerprints.
func (g goSettings) engine(c *engine.Config) {
	if g.on {
		c.Goroutines, c.EarlyGoTimers, c.ValueSeeds, c.Memory = true, g.early, g.seeds, g.memory
		c.Lasso, c.Fingerprint, c.Reach, c.Paths, c.Fair, c.Cool, c.Give = false, false, false, 0, nil, 0, nil
	}
}

// run runs one execution; ok is false when the strategy has nothing left to explore. A worker that is watched says before
// and after, in now, what it runs.
func (w *worker) run(x strategy.Execution, m mode) (o engine.Outcome, ok bool) {
	if i := w.cfg.isolation; i != nil {
		return i.run(w, x, m)
	}
	if !w.start(x) {
		return o, false
	}
	defer w.brokenDown()
	e := &w.exec
	cfg := w.engineConfig(m)
	cfg.MaxSteps = strategy.StepBoundOf(w.driver, cfg.MaxSteps)
	if m.until > 0 {
		cfg.MaxSteps = min(cfg.MaxSteps, m.until)
	}
	if m.paths > 0 {
		cfg.Paths, cfg.Execution = m.paths, x
	}
	w.cfg.goroutines.engine(&cfg)
	if len(w.cfg.allow) > 0 {
		cfg.AllowLeak = w.cfg.allows
	}
	if cfg.Goroutines {
		w.prog.Cleanup = e.cleanInside
	} else {
		w.prog.Cleanup = nil
	}
	if m.paths == 0 || !w.eng.Resumes(w.driver) {
		e.reset(m.record)
	}
	if m.logs {
		defer e.record()()
	}
	o = w.eng.Run(cfg, w.driver, w.prog)
	if ord := w.cfg.ordinary; ord != nil {
		ord.after()
	}
	w.begun, w.ended = o.Begun, o.Ended
	if o.Unproven {
		w.prove(&o, x, m)
	}
	e.curtailed = o.Bounded && cfg.MaxSteps < w.cfg.Steps
	if o.Bounded = o.Bounded && !e.curtailed; e.curtailed {
		o.Endless = nil // it is the strategy that has cut it
	}
	if o.Err == nil && o.Bounded && w.cfg.BoundIsFailure {
		o.Err = &failure.BoundHit{Site: failure.Site{Step: o.Steps}, Bound: w.cfg.Steps, Spinning: o.Spinning}
	}
	if e.used || e.skipped {
		w.eng.Forget() // the next execution has to begin at the start
	}
	if e.used {
		e.finish(&o)
	}
	if m.paths == 0 {
		e.epoch++ // the T of this execution is of no use any more
	}
	if f, ok := w.driver.(strategy.Finisher); ok && !w.begun && !w.ended {
		f.Finish(strategy.Result{Steps: o.Steps, Picks: o.Picks, Ops: o.Ops, Failed: o.Err != nil, Bounded: o.Bounded || e.curtailed})
	}
	if w.learner != nil {
		w.lesson = w.learner.Lesson()
	}
	return o, true
}

// start starts the strategy, unless the engine has.
func (w *worker) start(x strategy.Execution) bool {
	begun, ended := w.begun, w.ended
	w.begun, w.ended = false, false
	if begun || ended {
		return begun
	}
	if w.team == nil {
		return w.driver.Start(x)
	}
	now := w.now.Swap(0) // it may wait for others, and is not stuck then
	defer w.now.Store(now)
	return w.driver.Start(x)
}

// only runs one execution outside the rounds.
func (w *worker) only(x strategy.Execution, m mode) (o engine.Outcome, ok bool) {
	w.now.Store(x.K + 1)
	defer w.now.Store(0)
	return w.run(x, m)
}

// broken is a strategy that breaks the rules of package strategy.
type broken struct {
	strategy string
	k        uint64
	value    any
}

func (b *broken) Error() string {
	return fmt.Sprintf("strategy %s cannot be used: in execution %d: %s", b.strategy, b.k, strings.TrimPrefix(fmt.Sprint(b.value), "ravel: "))
}

// runCustom is run for strategies that are not ours: what they panic with, or what the engine says about their answers, is
// theirs to mend, and no reason to end the process.
func (w *worker) runCustom(x strategy.Execution, m mode) (o engine.Outcome, ok bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &broken{w.cfg.Strategy, x.K, v}
		}
	}()
	o, ok = w.run(x, m)
	return o, ok, nil
}

// begin is the root machine's handler.
func (e *execution) begin(c *ravel.Context) {
	e.c = c
	e.worker.body(&T{TB: e.worker.outer, x: e, epoch: e.epoch})
}

func (e *execution) runAtEnd() {
	for i := 0; i < len(e.atEnd); i++ { // one may register another
		e.atEnd[i]()
	}
}

// What follows lets the engine go back to states in which fewer functions had been registered.
func (e *execution) ends() int   { return len(e.atEnd) }
func (e *execution) trim(n int)  { e.atEnd = e.atEnd[:n] }
func (e *execution) final() bool { return e.used || e.skipped }
