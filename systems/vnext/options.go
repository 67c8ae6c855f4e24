package vnext

import (
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

// Options choose a test. The zero Options are the repair scenario with the
// correct manager, modelled nodes, and timers that fire whenever they like.
type Options struct {
	Scenario   Scenario
	Real       bool         // the nodes are real extent nodes, on modelled disks
	Timely     bool         // everything that can happen happens before the clock moves on
	Bugs       extmgr.Bugs  // seeded defects of the manager
	NodeBugs   extnode.Bugs // seeded defects of real nodes
	Fix        extmgr.Fix   // as in extmgr.Config; 0 is its default
	Invariants bool         // assert the invariants of manager and real nodes after each of their steps
}

// Variants are the options of all tests of correct code: each scenario with
// modelled and with real nodes, under either clock.
func Variants() []Options {
	var all []Options
	for _, s := range Scenarios() {
		for _, real := range []bool{false, true} {
			all = append(all, Options{Scenario: s, Real: real}, Options{Scenario: s, Real: real, Timely: true})
		}
	}
	return all
}

// Name names the scenario and how it is run, such as repair-real-timely.
func (o Options) Name() string {
	name := o.Scenario.String()
	if o.Real {
		name += "-real"
	}
	if o.Timely {
		name += "-timely"
	}
	return name
}

// target is the wanted number of replicas.
const target = 3

const heartbeatEvery = 5 * time.Second

// repairWindow is the time within which everything that one failure did is
// repaired if all is timely: the node expires, the manager warms up, orders the
// copy, and orders it again when the first one came to nothing.
const repairWindow = 24 * heartbeatEvery

// config returns the settings of the manager. The periods of reports, repair and
// overdue tasks are short, so that little has to happen before something does:
// the logical clock only counts heartbeat periods. Expiration keeps the ratio of
// production; if nodes expired sooner, copies that are ordered by mistake would
// soon heal what a lost repair leaves behind.
func (o Options) config() extmgr.Config {
	cfg := extmgr.Config{
		Target:         target,
		HeartbeatEvery: heartbeatEvery,
		ExpireAfter:    3 * heartbeatEvery,
		SyncEvery:      3 * heartbeatEvery,
		RepairEvery:    2 * heartbeatEvery,
		RepairDeadline: 4 * heartbeatEvery,
		Fix:            o.Fix,
		Bugs:           o.Bugs,
	}
	if !o.Timely {
		cfg.WarmUp = extmgr.NoWarmUp // a copy ordered too early goes to a node that holds the extent
	}
	if o.Scenario == Lossy {
		// Two heartbeats or reports in a row may be lost.
		cfg.ExpireAfter = 4 * heartbeatEvery
		cfg.RepairDeadline = 10 * heartbeatEvery
		if o.Timely {
			cfg.WarmUp = 3*cfg.SyncEvery + cfg.ExpireAfter
		}
	}
	return cfg.WithDefaults()
}

// Settings returns how the test is to be explored. The bounds are in steps: a
// correct manager repairs within some hundred steps of a fair schedule, and one
// with a hot monitor over half of the execution, and again over a fair suffix
// of that length, never will.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 5000, Threshold: 2500, OrderedClock: o.Timely}
}

// Test returns the body of the test that o describes, for check.Test and
// check.Explore; see [Options.Settings]. Options that make no sense fail it.
func Test(o Options) func(*check.T) {
	cfg := o.config()
	return func(t *check.T) {
		switch {
		case o.Scenario >= numScenarios:
			t.Fatalf("vnext: there is no %v", o.Scenario)
		case o.NodeBugs != 0 && !o.Real:
			t.Fatalf("vnext: NodeBugs are defects of real nodes: set Real")
		}
		s := &scenes[o.Scenario]
		t.Monitor(RepairMonitor.New(&Repairs{s.truth()}))
		t.Monitor(LossMonitor.New(&Losses{s.truth()}))
		if o.Timely {
			t.Monitor(SurplusMonitor.New(&Surplus{s.truth(), s.excused()}))
		}
		if s.namesakes > 0 {
			t.Monitor(NameMonitor.New(&Names{}))
		}
		t.Create(DriverMachine.New(&Driver{options: o, scene: s, config: cfg}))
	}
}
