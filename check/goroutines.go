package check

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// Programs that start goroutines. In a test binary that ravel test has built the goroutines of a body are under control:
// they are operations like machines. Whether a body starts any shows in its first execution.

// How controlled executions are run, unless a saved schedule says otherwise. They are named like fault budgets, among
// which saved schedules keep them.
const (
	controlled    = "goroutines"    // 1: goroutines are under control
	earlyClock    = "early clock"   // timers of goroutines that may fire while something else can move
	valueSeeds    = "value seeds"   // different sequences of random numbers and orders of maps
	plainMemory   = "plain memory"  // 1: plain memory accesses are scheduling points
	isolationUnit = "isolation"     // 1: each execution is the first one of a process
	withRace      = "race detector" // 1: the failure is a data race, which only a program built with -race shows
)

const (
	defaultEarlyClock = 2
	defaultValueSeeds = 256
)

// goSettings are the settings of controlled executions; the zero value is for uncontrolled ones.
type goSettings struct {
	on     bool
	early  int
	seeds  int
	memory bool

	isolated bool // each in a process of its own
	race     bool // of a schedule: it ends with a data race
}

func (g goSettings) budgets(to map[string]int) {
	if g.on {
		to[controlled], to[earlyClock], to[valueSeeds] = 1, g.early, g.seeds
		if g.memory {
			to[plainMemory] = 1
		}
		if g.isolated {
			to[isolationUnit] = 1
		}
		if g.race {
			to[withRace] = 1
		}
	}
}

func (g *goSettings) read(b schedule.Budget) {
	switch b.Name {
	case controlled:
		g.on = b.Units > 0
	case earlyClock:
		g.early = b.Units
	case valueSeeds:
		g.seeds = b.Units
	case plainMemory:
		g.memory = b.Units > 0
	case isolationUnit:
		g.isolated = b.Units > 0
	case withRace:
		g.race = b.Units > 0
	}
}

// memoryPoints is the error of programs in which plain memory accesses cannot be scheduling points.
func memoryPoints() error {
	if err := gocontrol.Available(); err != nil {
		return err
	}
	if !gocontrol.MemoryPoints {
		return errors.New("plain memory accesses can be scheduling points only in a program built with -race, on amd64 and arm64: " +
			"run it with ravel test --race")
	}
	return nil
}

// selfTest proves once per process that control has an effect.
var selfTest = sync.OnceValue(gocontrol.SelfTest)

// watchGoroutines runs the body once under control, if that can be had, and leaves control on if the body has started
// goroutines, or blocked. The execution is thrown away: the first one in a process initializes what is initialized once.
func (x *explorer) watchGoroutines() {
	if gocontrol.Available() != nil {
		return
	}
	if err := selfTest(); err != nil {
		x.broken = err
		return
	}
	g := goSettings{on: true, early: defaultEarlyClock, seeds: defaultValueSeeds, memory: x.cfg.Memory, isolated: x.cfg.isolation != nil}
	if o := x.cfg.ordinary; o != nil && o.calm {
		g.early = 0
	}
	if x.report.Exhaustive {
		g.seeds = 1 // it would have to try every one
	}
	x.cfg.goroutines = g
	o := x.warmUp()
	if x.cfg.ordinary != nil {
		if i := x.cfg.isolation; i != nil {
			x.cfg.ordinary.plain = i.plain
		} else {
			x.cfg.ordinary.judge(x.cfg, &o)
		}
		if x.cfg.ordinary.plain != "" {
			return
		}
	}
	if o.Goroutines == 0 && !o.Stalled && !x.cfg.Goroutines {
		x.cfg.goroutines = goSettings{}
		return
	}
	x.broken = x.cfg.unfit(x.workers[0].strat)
	if t, ok := x.outer.(*testing.T); ok && t.Name() != "" && !x.report.Exhaustive {
		x.cfg.Processes = x.cfg.isolation == nil // a process controls one execution at a time
	}
	if x.cfg.Lasso {
		x.report.note("cycles of states with a hot monitor are not looked for: the states of goroutines cannot be compared. " +
			"A monitor that stays hot beyond the threshold is still a failure")
	}
}

// unfit is the error of a strategy that needs to know more of a program than can be known of goroutines.
func (c *Config) unfit(s strategy.Strategy) error {
	s = strategy.Unwrapped(s)
	const instead = "use dfs, pb:2 or delay:2, which run every schedule, all of them or within a bound, or sample: portfolio"
	if _, ok := s.(strategy.Visitor); ok {
		return fmt.Errorf("strategy %s compares states, which cannot be done with those of goroutines: %s", c.Strategy, instead)
	}
	if _, ok := s.(strategy.Reducer); ok {
		return fmt.Errorf("strategy %s has to know what every step reads and writes, which is not known of goroutines: %s", c.Strategy, instead)
	}
	return nil
}

// warmUp runs a controlled execution that is thrown away.
func (x *explorer) warmUp() (o engine.Outcome) {
	if !x.cfg.goroutines.on || x.cfg.goroutines.isolated && x.cfg.isolation == nil {
		return o // an isolated execution is the first one of its process
	}
	w := x.another()
	w.use(strategy.NewNonPreemptive())
	w.now.Store(1)
	o, _ = w.run(strategy.Execution{MaxSteps: x.cfg.Steps}, mode{record: true})
	w.now.Store(0)
	x.shrink()
	return o
}

// missing is the error of a test that needs control, in a program that has none.
func (c *Config) missing() error {
	if c.Memory {
		if err := memoryPoints(); err != nil {
			return err
		}
	}
	if !c.Goroutines {
		return nil
	}
	return gocontrol.Available()
}

// needsControl is the error of a schedule of controlled executions in a program that cannot control any.
func (c *Config) needsControl() error {
	if !c.goroutines.on {
		return nil
	}
	if err := gocontrol.Available(); err != nil {
		return err
	}
	if c.goroutines.memory {
		if err := memoryPoints(); err != nil {
			return err
		}
	}
	if c.goroutines.race && !gocontrol.RaceDetector {
		return errors.New("it ends with a data race, which only a program built with -race shows: run it with --race")
	}
	return selfTest()
}

// nameSpinning repeats an execution that was cut at the step bound, to note who went on.
func (x *explorer) nameSpinning(k uint64, o *engine.Outcome) {
	w := newWorker(x.cfg, x.body, x.outer)
	defer w.close()
	w.use(newRaw(slices.Clone(o.Choices)))
	again, _ := w.run(strategy.Execution{K: k, MaxSteps: x.cfg.Steps}, mode{record: true})
	if note := failure.SpinningNote(k, again.Spinning); note != "" {
		x.spinning(k, note)
	}
}

// outside tells what reached into an execution; nil if goroutines are not under control.
func (c *Config) outside(o *engine.Outcome) *failure.Outside {
	if !c.goroutines.on {
		return nil
	}
	return &failure.Outside{Wakeups: o.Wakeups}
}

func (x *explorer) outside(o *engine.Outcome) *failure.Outside { return x.cfg.outside(o) }

// nameWakers repeats an execution that was woken from outside, to note who was.
func (x *explorer) nameWakers(k uint64, o *engine.Outcome) {
	seen := x.outside(o)
	w := newWorker(x.cfg, x.body, x.outer)
	defer w.close()
	w.use(newRaw(slices.Clone(o.Choices)))
	again, _ := w.run(strategy.Execution{K: k, MaxSteps: x.cfg.Steps}, mode{record: true})
	if again.Outside > 0 {
		seen = x.outside(&again)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.report.note(seen.Note())
}

// hasRace reports whether a schedule ends with a data race.
func hasRace(s *schedule.Settings) bool {
	var g goSettings
	for _, b := range s.Budgets {
		g.read(b)
	}
	return g.race
}

// ofGoroutines reports whether a schedule is one of controlled executions.
func ofGoroutines(s *schedule.Settings) bool {
	var g goSettings
	for _, b := range s.Budgets {
		g.read(b)
	}
	return g.on
}
