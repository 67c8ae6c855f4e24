package vnext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/internal/trial"
	"github.com/ravelgo/ravel/systems/vnext"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/trace"
)

var study = trial.Of(vnext.Test)

// What the tutorial shows of this file uses these names.
var explore, found, few = study.Explore, trial.Found, trial.Few

var withV1 = vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V1}

// fixes are the ways in which a correct manager keeps replicas of unknown nodes
// out.
var fixes = map[string]extmgr.Fix{
	"default":          0,
	"membership":       extmgr.FixMembership,
	"sweep":            extmgr.FixSweep,
	"membership+sweep": extmgr.FixMembership | extmgr.FixSweep,
	"sweep+fencing":    extmgr.FixSweep | extmgr.FixFencing,
	"all":              extmgr.FixMembership | extmgr.FixSweep | extmgr.FixFencing,
}

// TestCorrect explores correct code in every scenario, with modelled and with
// real nodes, under either clock. The invariants are asserted too: with real nodes
// that includes what a node reports being on its disk. For more executions:
//
//	go test ./vnext -run TestCorrect -timeout 0 -ravel.schedules=100000
func TestCorrect(t *testing.T) {
	for _, o := range vnext.Variants() {
		t.Run(o.Name(), func(t *testing.T) {
			o.Invariants = true
			check.Test(t, vnext.Test(o), check.Schedules(few(50)), bounds(o))
		})
	}
}

// TestFixes explores the other fixes, which are as good.
func TestFixes(t *testing.T) {
	for name, fix := range fixes {
		t.Run(name, func(t *testing.T) {
			o := vnext.Options{Fix: fix}
			check.Test(t, vnext.Test(o), check.Schedules(few(200)), bounds(o))
		})
	}
}

// bounds is the part of the settings that belongs to the test.
func bounds(o vnext.Options) check.Option {
	return func(c *check.Config) {
		s := o.Settings()
		c.Steps, c.Threshold, c.OrderedClock = s.Steps, s.Threshold, s.OrderedClock
	}
}

// V1 is found with any seed, as a violation of liveness, and the trace shows the
// report that puts the dead node back.
func TestV1(t *testing.T) {
	for seed := range few(10) {
		t.Run(fmt.Sprint(seed+1), func(t *testing.T) {
			f := found(t, explore(t, withV1, func(c *check.Config) {
				c.Schedules, c.Seed, c.Seeded = 3000, seed+1, true
				c.NoShrink = seed > 2 // as found, the trace must tell it as well
			}))
			if k := failure.Of(f.Err).Kind(); k != failure.KindLivelock && k != failure.KindLiveness {
				t.Errorf("found as %v: %v", k, f.Err)
			}
			victim := ""
			for _, e := range f.Trace.Events {
				if e.Kind == trace.Crashed {
					victim = e.Who
				}
			}
			if victim == "" {
				t.Fatal("no node has failed")
			}
			if back := putBack(f.Trace, victim); !strings.Contains(back, victim+" holds x") {
				t.Errorf("the report that puts %s back is %q", victim, back)
			}
			text := strings.Join(strings.Fields(f.Trace.Text(trace.TextOptions{})), " ")
			if !strings.Contains(text, victim+" (not in the node map)") {
				t.Errorf("the trace does not tell that the manager counts %s:\n%s", victim, text)
			}
		})
	}
}

// putBack returns the message after which the manager first counts a node that is
// not in its node map, for the last time.
func putBack(tr *trace.Trace, node string) string {
	mark := node + " (not in the node map)"
	last, taken, counted := "", "", false
	for _, e := range tr.Events {
		switch {
		case e.Who != vnext.ManagerMachine.Name():
		case e.Kind == trace.Took:
			taken = e.Value
		case e.Kind == trace.Logged && strings.HasPrefix(e.Value, "believes"):
			if now := strings.Contains(e.Value, mark); now && !counted {
				last, counted = taken, true
			} else {
				counted = now
			}
		}
	}
	return last
}

// The failure is a matter of the schedule alone: it comes back every time, also
// from a file.
func TestV1Replays(t *testing.T) {
	f := study.Find(t, withV1, check.Schedules(3000))
	study.Replays(t, withV1, f, few(30))
}

// The same schedules find nothing in the correct manager.
func TestV1IsTheCause(t *testing.T) {
	f := found(t, explore(t, withV1, func(c *check.Config) { c.Schedules = 3000 }))
	r := explore(t, vnext.Options{Scenario: vnext.Repair}, func(c *check.Config) {
		c.Schedules, c.Seed, c.Seeded = f.Execution+1, f.Record.Seed, true
	})
	if r.Failure != nil {
		t.Error(r.Failure.Sentence())
	}
}

// With the invariants asserted V1 shows where it happens.
func TestInvariants(t *testing.T) {
	o := withV1
	o.Invariants = true
	f := found(t, explore(t, o, func(c *check.Config) { c.Schedules, c.NoShrink = 1000, true }))
	if failure.Of(f.Err).Kind() != failure.KindAssertion || !strings.Contains(f.Err.Error(), "I1") {
		t.Errorf("found as %v", f.Err)
	}
	for name, fix := range fixes {
		o := vnext.Options{Fix: fix, Invariants: true}
		r := explore(t, o, func(c *check.Config) { c.Schedules, c.NoShrink = few(100), true })
		// Sweeping alone lets a late report break I1 until the next sweep.
		sweeps := fix != 0 && fix&extmgr.FixMembership == 0
		if broken := r.Failure != nil; broken != sweeps {
			t.Errorf("fix %s: broken is %v", name, broken)
		}
	}
}

// Bugs of the manager show with real nodes as they do with models, though not
// all of them: under V10 a restarted node is believed again when it has sent more
// messages than before, and the real nodes of the test are young.
func TestRealNodes(t *testing.T) {
	monitor, livelock := failure.KindMonitor, failure.KindLivelock
	for _, test := range []struct {
		name  string
		o     vnext.Options
		shows failure.Kind
	}{
		{"V1", vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V1}, livelock},
		{"V2", vnext.Options{Scenario: vnext.TwoFailures, Bugs: extmgr.V2}, livelock},
		{"V3", vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V3}, livelock},
		{"V4", vnext.Options{Scenario: vnext.NodeRestart, Bugs: extmgr.V4}, livelock},
		{"V5", vnext.Options{Scenario: vnext.Lossy, Timely: true, Bugs: extmgr.V5}, monitor},
		{"V6", vnext.Options{Scenario: vnext.Capacity, Timely: true, Bugs: extmgr.V6}, monitor},
		{"V8", vnext.Options{Scenario: vnext.Replicate, NodeBugs: extnode.V8}, failure.KindAssertion},
		{"V9", vnext.Options{Scenario: vnext.ManagerRestart, Timely: true, Bugs: extmgr.V9}, monitor},
		{"V11", vnext.Options{Scenario: vnext.Repair, Bugs: extmgr.V11}, livelock},
		{"V12", vnext.Options{Scenario: vnext.TwoFailures, Bugs: extmgr.V12}, livelock},
		{"V14", vnext.Options{Scenario: vnext.Namesakes, Bugs: extmgr.V14}, livelock},
		{"V15", vnext.Options{Scenario: vnext.Move, Bugs: extmgr.V15}, livelock},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.o.Real = true
			f := found(t, explore(t, test.o, func(c *check.Config) { c.Schedules, c.NoShrink = 5000, true }))
			if k := failure.Of(f.Err).Kind(); k != test.shows {
				t.Errorf("found as %v, want %v", f.Err, test.shows)
			}
		})
	}
}

// With V7 what was written last is lost: the newest version goes with the second
// node that fails, although there was time to copy it.
func TestV7LosesData(t *testing.T) {
	o := vnext.Options{Scenario: vnext.TwoFailures, Timely: true, Real: true, Bugs: extmgr.V7}
	lost := ""
	for seed := range uint64(20) {
		f := found(t, explore(t, o, func(c *check.Config) {
			c.Schedules, c.Seed, c.Seeded, c.NoShrink = 5000, seed, true, true
			c.Threshold = c.Steps // not as a repair that never comes
		}))
		if lost = f.Err.Error(); strings.Contains(lost, "data loss") {
			return
		}
	}
	t.Errorf("no data was lost with 20 seeds; the last one found %s", lost)
}

// The tests say something: the monitors hear, every fault happens, repairs are
// made. And they keep the rules: no shared memory, nothing without a digest.
func TestNotVacuous(t *testing.T) {
	for _, o := range vnext.Variants() {
		t.Run(o.Name(), func(t *testing.T) {
			o.Invariants = true
			r := explore(t, o, func(c *check.Config) {
				c.Schedules, c.Lasso = 40, true
				c.Steps, c.Threshold = 1500, 1500 // enough for everything to happen, and fingerprints take time
			})
			if r.Failure != nil || r.Nondeterminism != nil {
				t.Fatal(r.Summary(), r.Failure)
			}
			for what, list := range map[string][]string{
				"silent monitors": r.SilentMonitors,
				"unheard events":  r.Unheard,
				"never true":      r.NeverTrue,
				"notes":           r.Notes,
			} {
				if len(list) > 0 {
					t.Errorf("%s: %q", what, list)
				}
			}
		})
	}
}

// Options that make no sense fail the test and say why.
func TestBadOptions(t *testing.T) {
	for want, o := range map[string]vnext.Options{
		"there is no Scenario(9)":  {Scenario: 9},
		"Bugs has unknown bits":    {Bugs: 1 << 31},
		"Fix has neither":          {Fix: extmgr.FixFencing},
		"set Real":                 {NodeBugs: extnode.V8},
		"Bugs has unknown bits 0x": {Real: true, NodeBugs: 1 << 31},
	} {
		study.Refuses(t, o, want)
	}
}
