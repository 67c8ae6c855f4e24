package check

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"
	"sync"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// reproduce replays a failing execution with full recording: it proves that the failure is a matter of the schedule, and
// gets the trace.
func (x *explorer) reproduce(f found) *Failure {
	w := x.another()
	out := &Failure{Err: f.err, Execution: f.k, Seed: x.cfg.Seed, Strategy: strategyName(x.workers[0].strat, x.cfg.Strategy, f.k), Deciding: -1}
	if k := failure.Of(f.err); k != nil && k.Kind() == failure.KindUncontrolledGoroutine {
		return out
	}
	if p, ok := f.err.(*failure.ProcessFailure); ok && x.cfg.isolation != nil {
		w.use(x.cfg.Custom())
		o, _ := w.run(x.execution(f.k, strategy.Execution{}), mode{})
		if again, ok := o.Err.(*failure.ProcessFailure); ok {
			p.Again = "it ended another process as well: " + again.How
		} else {
			out.Err = &failure.NotReproducible{First: p, Second: o.Err}
		}
		return out
	} else if ok {
		out.Err = x.crew.again(f, p)
		return out
	}
	w.use(newRaw(f.choices))
	w.now.Store(f.k + 1)
	defer w.now.Store(0)
	careful := mode{record: true, check: true, explain: true, logs: true}
	o, _ := w.run(strategy.Execution{K: f.k, MaxSteps: x.cfg.Steps}, careful)
	out.Found = schedule.Measure(o.Named, o.Steps)
	if !sameBug(f.err, o.Err) && !onlyChecked(o.Err) {
		out.Err = &failure.NotReproducible{First: f.err, Second: o.Err, Outside: x.outside(&o), Carried: x.carried()}
		return out
	}
	if !x.cfg.NoShrink {
		// What shrinking runs is less careful, and the body may not be deterministic: keep what is known to fail.
		var simple *deviating
		simple, careful, out.Shrinking = x.simplify(w, &o)
		w.use(simple)
		if short, _ := w.run(strategy.Execution{MaxSteps: x.cfg.Steps}, careful); sameBug(o.Err, short.Err) {
			o = short
		}
	}
	out.fill(x.cfg, &o)
	out.Err = o.Err
	// Once more, from what will be saved.
	if again := x.strictly(w, &out.Record, o.Err); !same(o.Err, again) {
		out.forget(&failure.NotReproducible{First: o.Err, Second: again, Outside: x.outside(&o), Carried: x.carried()})
		return out
	}
	if leak := x.confirm(&out.Record, &o); leak != nil {
		out.forget(leak)
		return out
	}
	out.Reproduced = true
	out.explainExit(x.outer)
	if !x.cfg.NoShrink {
		x.nearest(w, out)
	}
	return out
}

// forget gives up a failure that is not one of its schedule.
func (f *Failure) forget(err error) {
	f.Err = err
	f.Record, f.Token, f.HasToken, f.Trace = schedule.Record{}, "", false, nil
}

// another makes a worker that the look-out sees, closed with the others.
func (x *explorer) another() *worker {
	w := newWorker(x.cfg, x.body, x.outer)
	x.knows(w)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.workers = append(x.workers, w)
	return w
}

// strictly replays a record and returns how the execution fails, and where it leaves the record. The worker says itself
// that it is busy.
func (x *explorer) strictly(w *worker, r *schedule.Record, was error) error {
	if i := x.cfg.isolation; i != nil {
		o, stale := i.again(w, r, byProof(was))
		if stale != nil {
			return errors.Join(stale, o.Err)
		}
		return o.Err
	}
	s := strategy.NewFollow(r.Follow)
	w.use(s)
	o, _ := w.run(strategy.Execution{MaxSteps: x.cfg.Steps}, mode{check: true, record: byProof(was), fair: fairFrom(fairIn(&r.Settings))})
	if err := s.Err(); err != nil {
		return errors.Join(err, o.Err)
	}
	return o.Err
}

// onlyChecked reports whether a failure is one of those that only careful executions notice. A replay is careful: it may
// meet one before the failure that it is to reproduce, which is then the better explanation.
func onlyChecked(err error) bool {
	f := failure.Of(err)
	return f != nil && (f.Kind() == failure.KindChanged || f.Kind() == failure.KindLockHeld)
}

// explainExit tells a Goexit of the outer test's FailNow from others.
func (f *Failure) explainExit(outer interface{ Failed() bool }) {
	e, ok := f.Err.(*failure.Exit)
	if !ok || outer == nil || !outer.Failed() {
		return
	}
	better := *e
	better.Call = "Fatal or FailNow of the outer test (use the T that the body is given)"
	f.Err = &better
	if f.Trace != nil {
		f.Trace.Failure = trace.FailureOf(f.Err)
	}
}

func (f *Failure) fill(cfg *Config, o *engine.Outcome) {
	if cfg.goroutines.on {
		nameBeyond(o.Err)
	}
	f.Steps, f.Choices, f.Shrunk = o.Steps, len(o.Named), schedule.Measure(o.Named, o.Steps)
	r := &f.Record
	r.Package, r.Test, r.Code = cfg.pkg, cfg.test, codeHash()
	r.Strategy, r.Seed, r.Execution = f.Strategy, cfg.Seed, f.Execution
	r.Settings = cfg.settingsOf(o)
	if k := failure.Of(o.Err); k != nil {
		r.Failure, r.Message = k.Kind().String(), k.Error()
	}
	r.Choices = slices.Clone(o.Named)
	f.Token, f.HasToken = r.Token()
	h := trace.Header{
		Package: cfg.pkg, Test: cfg.test, Strategy: f.Strategy, Seed: cfg.Seed, Execution: f.Execution, Settings: r.Settings,
	}
	trace.Explain(o.Err, o.Events)
	f.Trace = trace.New(h, slices.Clone(o.Events), o.Err)
}

func (c *Config) settings() schedule.Settings {
	s := schedule.Settings{MaxSteps: c.Steps, Threshold: c.Threshold, Lasso: c.Lasso}
	units := map[string]int{}
	if c.OrderedClock {
		s.Clock = schedule.Ordered
		if c.EarlyTimers > 0 {
			units[earlyTimers] = c.EarlyTimers
		}
	}
	if c.fairFrom > 0 {
		units[fairSuffix] = c.fairFrom
	}
	c.goroutines.budgets(units)
	if len(units) > 0 {
		s.Budgets = schedule.Budgets(units)
	}
	return s
}

// settingsOf are the settings with which an execution that ends so is replayed.
func (c *Config) settingsOf(o *engine.Outcome) schedule.Settings {
	d := *c
	d.fairFrom = o.Fair
	_, d.goroutines.race = o.Err.(*failure.DataRace)
	return d.settings()
}

// Apply makes executions run under the settings of a recorded schedule, as a replay of it has to: the step bound, the clock and
// what else its choices depend on.
func (c *Config) Apply(s schedule.Settings) {
	c.Steps, c.Threshold, c.Lasso, c.OrderedClock = s.MaxSteps, s.Threshold, s.Lasso, s.Clock == schedule.Ordered
	c.EarlyTimers, c.fairFrom, c.goroutines = 0, 0, goSettings{}
	for _, b := range s.Budgets {
		c.goroutines.read(b)
		switch b.Name {
		case earlyTimers:
			c.EarlyTimers = b.Units
		case fairSuffix:
			c.fairFrom = b.Units
		}
	}
}

// What travels among the budgets of a schedule.
const (
	earlyTimers = "early timers"
	fairSuffix  = "fair suffix" // see Config.fairFrom
)

// strategyName names the strategy that made execution k.
func strategyName(s strategy.Strategy, spec string, k uint64) string {
	if n, ok := s.(interface{ Name(k uint64) string }); ok {
		return n.Name(k)
	}
	return spec
}

// codeHash identifies the program that runs: saved schedules of another one may not fit.
var codeHash = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	f, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
})
