package strategy_test

import (
	"testing"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	. "github.com/ravelgo/ravel/strategy/strategytest"
)

// recordOf returns the names of the first execution of the random walk with the bug.
func recordOf(t *testing.T, p Program, bug func(*Trace) bool) []schedule.Named {
	t.Helper()
	var names []schedule.Named
	NewSimulator(t, p).Explore(strategy.NewRandom(), strategy.Execution{Seed: 1, Length: 10}, 10_000, func(tr *Trace) {
		if names == nil && bug(tr) {
			names = tr.Clone().Named
		}
	})
	if names == nil {
		t.Fatal("the random walk does not find the bug")
	}
	return names
}

// A recording leads to the same bug after small edits, and says that it is stale.
func TestGuidedAfterEdits(t *testing.T) {
	lost := func(tr *Trace) bool { return tr.Deadlock }
	one := Thread{Local(), Choose(4), Lock(0), Lock(1), Unlock(1), Unlock(0)}
	two := Thread{Local(), Local(), Lock(1), Lock(0), Unlock(0), Unlock(1)}
	names := recordOf(t, Program{Threads: []Thread{one, two, {Local(), Local()}}}, lost)
	for _, c := range []struct {
		name  string
		p     Program
		stale bool
	}{
		{"unchanged", Program{Threads: []Thread{one, two, {Local(), Local()}}}, false},
		{"a thread is gone", Program{Threads: []Thread{one, two}}, true},
		{"a thread is new", Program{Threads: []Thread{one, two, {Local(), Local()}, {Local()}}}, true},
		{"a range is smaller", Program{Threads: []Thread{{Local(), Choose(2), Lock(0), Lock(1), Unlock(1), Unlock(0)}, two, {Local(), Local()}}}, true},
		{"a choice is a boolean", Program{Threads: []Thread{{Local(), Flip(), Lock(0), Lock(1), Unlock(1), Unlock(0)}, two, {Local(), Local()}}}, true},
		{"an action is new behind the bug", Program{Threads: []Thread{append(one[:6:6], Local()), two, {Local(), Local()}}}, false},
	} {
		g := strategy.NewGuided(names)
		tr := Run(t, g, c.p, strategy.Execution{})
		if (g.Stale() != nil) != c.stale || !tr.Deadlock {
			t.Errorf("%s: stale %v, deadlock %v: %s", c.name, g.Stale(), tr.Deadlock, tr.Key())
		}
	}
}

// Whatever the edit, the run ends, and is stale unless it followed every name.
func TestGuidedNeverFails(t *testing.T) {
	programs := Programs()
	for _, from := range programs {
		NewSimulator(t, from).Explore(strategy.NewRandom(), strategy.Execution{Seed: 2, Length: 10, MaxSteps: 60}, 100, func(tr *Trace) {
			for _, to := range programs {
				g := strategy.NewGuided(tr.Named)
				got := Run(t, g, to, strategy.Execution{MaxSteps: 60})
				if g.Stale() == nil && len(got.Named) < len(tr.Named) {
					t.Errorf("%s as %s: not stale after %d of %d choices", from.Name, to.Name, len(got.Named), len(tr.Named))
				}
			}
		})
	}
}

// Names of an operation that is gone are skipped, but not more than 15 at once; then the default order takes over.
func TestGuidedLookAhead(t *testing.T) {
	p := Program{Threads: []Thread{{Local(), Local()}, {Local(), Local()}}}
	for _, c := range []struct {
		gone int
		want string
	}{{0, "1 0 0 1"}, {15, "1 0 0 1"}, {16, "0 0 1 1"}} {
		var names []schedule.Named
		add := func(op string) {
			names = append(names, schedule.Named{Choice: schedule.Choice{Kind: schedule.Schedule, N: 2}, Op: op})
		}
		for range c.gone {
			add("7")
		}
		add("1")
		add("0")
		add("0")
		g := strategy.NewGuided(names)
		if got := Run(t, g, p, strategy.Execution{}).Order(); got != c.want {
			t.Errorf("%d names gone: %s, expected %s", c.gone, got, c.want)
		}
		if c.gone > 0 && (g.Stale() == nil || g.Stale().At != 0) {
			t.Errorf("%d names gone: stale %v, expected at choice 0", c.gone, g.Stale())
		}
	}
}

func TestGuidedStaleAtTheEnd(t *testing.T) {
	names := []schedule.Named{
		{Choice: schedule.Choice{Kind: schedule.Schedule, N: 2, Value: 1}, Op: "1"},
		{Choice: schedule.Choice{Kind: schedule.Bool, N: 2, Value: 1}, Op: "1", Nth: 0},
	}
	g := strategy.NewGuided(names)
	Run(t, g, Program{Threads: []Thread{{Local()}, {Local()}}}, strategy.Execution{})
	if v := g.Stale(); v == nil || v.At != 1 || !v.Ended {
		t.Errorf("stale %v, expected choice 1 to be missing", v)
	}
}
