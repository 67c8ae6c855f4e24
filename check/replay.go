package check

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
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
	w := newWorker(x.cfg, x.body, x.outer)
	defer w.close()
	out := &Failure{Err: f.err, Execution: f.k, Strategy: strategyName(w.strat, x.cfg.Strategy, f.k)}
	if k := failure.Of(f.err); k != nil && (k.Kind() == failure.KindUncontrolledGoroutine || k.Kind() == failure.KindNondeterminism) {
		return out
	}
	w.use(newRaw(f.choices))
	o, _, _ := w.run(strategy.Execution{K: f.k, MaxSteps: x.cfg.Steps}, mode{record: true, check: true})
	out.FoundSteps, out.FoundChoices = o.Steps, len(o.Named)
	if !sameBug(f.err, o.Err) && !seenWhenChecked(o.Err) {
		out.fill(x.cfg, &o)
		out.Err = &failure.NotReproducible{First: f.err, Second: o.Err}
		return out
	}
	if !x.cfg.NoShrink {
		d := &deviating{values: w.shrink(&o)}
		w.use(d)
		o, _, _ = w.run(strategy.Execution{MaxSteps: x.cfg.Steps}, mode{record: true, check: true})
	}
	out.fill(x.cfg, &o)
	out.Err = o.Err
	// Once more, from what will be saved.
	w.use(newFollowing(out.Record.Follow))
	again, _, _ := w.run(strategy.Execution{MaxSteps: x.cfg.Steps}, mode{check: true})
	if err := followError(w.strat); err != nil || !failure.Same(o.Err, again.Err) {
		out.Err = &failure.NotReproducible{First: o.Err, Second: errors.Join(err, again.Err)}
		return out
	}
	out.Reproduced = true
	return out
}

// seenWhenChecked reports whether a failure is of a kind that is only noticed in executions that look for it: a replay
// does, so it may fail earlier, and for a better reason, than the execution that it repeats.
func seenWhenChecked(err error) bool {
	f := failure.Of(err)
	return f != nil && (f.Kind() == failure.KindChanged || f.Kind() == failure.KindLockHeld)
}

func (f *Failure) fill(cfg *Config, o *engine.Outcome) {
	f.Steps, f.Choices = o.Steps, len(o.Named)
	r := &f.Record
	r.Package, r.Test, r.Code = cfg.pkg, cfg.test, codeHash()
	r.Strategy, r.Seed, r.Execution = f.Strategy, cfg.Seed, f.Execution
	r.Settings = cfg.settings()
	if k := failure.Of(o.Err); k != nil {
		r.Failure, r.Message = k.Kind().String(), k.Error()
	}
	r.Choices = append([]schedule.Named(nil), o.Named...)
	f.Token, f.HasToken = r.Token()
	h := trace.Header{
		Package: cfg.pkg, Test: cfg.test, Strategy: f.Strategy, Seed: cfg.Seed, Execution: f.Execution, Settings: r.Settings,
	}
	f.Trace = trace.New(h, append([]trace.Event(nil), o.Events...), o.Err)
}

func (c *Config) settings() schedule.Settings {
	s := schedule.Settings{MaxSteps: c.Steps, Threshold: c.Threshold, Lasso: c.Lasso}
	if c.OrderedClock {
		s.Clock = schedule.Ordered
		if c.EarlyTimers > 0 {
			s.Budgets = schedule.Budgets(map[string]int{earlyTimers: c.EarlyTimers})
		}
	}
	return s
}

// apply makes a replay run under the settings of the execution that is replayed.
func (c *Config) apply(s schedule.Settings) {
	c.Steps, c.Threshold, c.Lasso, c.OrderedClock = s.MaxSteps, s.Threshold, s.Lasso, s.Clock == schedule.Ordered
	c.EarlyTimers = 0
	for _, b := range s.Budgets {
		if b.Name == earlyTimers {
			c.EarlyTimers = b.Units
		}
	}
}

const earlyTimers = "early timers"

// strategyName names the strategy that made execution k.
func strategyName(s strategy.Strategy, spec string, k uint64) string {
	if n, ok := s.(interface{ Name(k uint64) string }); ok {
		return n.Name(k)
	}
	return spec
}

// following is a strict replay of a saved schedule.
type following struct {
	open  func() *schedule.Follower
	f     *schedule.Follower
	last  *strategy.Op
	asked map[*strategy.Op]int
	err   error
}

func newFollowing(open func() *schedule.Follower) *following { return &following{open: open} }

func (r *following) Start(strategy.Execution) bool {
	r.f, r.last, r.err, r.asked = r.open(), nil, nil, map[*strategy.Op]int{}
	return true
}

func (r *following) next(k schedule.Kind, n int) int {
	if r.err != nil {
		return 0
	}
	v, err := r.f.Next(k, n)
	r.err = err
	return v
}

func (r *following) confirm(op string, nth int) {
	if r.err == nil {
		r.err = r.f.Confirm(op, nth)
	}
}

func (r *following) Pick(ops []*strategy.Op) int { return r.PickFault(0, ops, nil) }

func (r *following) PickFault(_ int, ops, faults []*strategy.Op) int {
	i := strategy.Index(ops, faults, r.last, r.next(schedule.Schedule, len(ops)+len(faults)))
	if i < len(ops) {
		r.confirm(ops[i].Path(), 0)
	} else {
		r.confirm(faults[i-len(ops)].Path(), 0)
	}
	return i
}

func (r *following) Value(v strategy.Value) int {
	n := r.next(v.Kind, v.N)
	r.confirm(v.Op.Path(), r.asked[v.Op])
	r.asked[v.Op]++
	return n
}

func (r *following) Enabled(*strategy.Op)  {}
func (r *following) Disabled(*strategy.Op) {}
func (r *following) Executed(op *strategy.Op, _ []strategy.Action) {
	r.last = strategy.Moved(r.last, op)
}

// followError says where a replay left its schedule, if it did.
func followError(s strategy.Strategy) error {
	r, ok := s.(*following)
	switch {
	case !ok:
		return nil
	case r.err != nil:
		return r.err
	case !r.f.Done():
		return fmt.Errorf("the execution ended after %d choices, before its schedule did", r.f.Index())
	}
	return nil
}

// raw repeats choices as the engine keeps them: indices into ops and faults, and values.
type raw struct {
	choices []uint32
	next    int
}

func newRaw(choices []uint32) *raw { return &raw{choices: choices} }

func (r *raw) Start(strategy.Execution) bool { r.next = 0; return true }
func (r *raw) take(n int) int {
	if r.next == len(r.choices) {
		return 0
	}
	v := int(r.choices[r.next])
	r.next++
	return min(v, n-1)
}
func (r *raw) Pick(ops []*strategy.Op) int { return r.take(len(ops)) }
func (r *raw) PickFault(_ int, ops, faults []*strategy.Op) int {
	return r.take(len(ops) + len(faults))
}
func (r *raw) Value(v strategy.Value) int { return r.take(v.N) }

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
