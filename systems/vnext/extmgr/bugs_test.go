package extmgr_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// bugNames are all seeded defects of the manager. V8 and V13 are of the extent node.
// What each does to a manager is told in testdata, in the files that begin with
// its name.
var bugNames = map[string]Bugs{
	"V1": V1, "V2": V2, "V3": V3, "V4": V4, "V5": V5, "V6": V6,
	"V7": V7, "V9": V9, "V10": V10, "V11": V11, "V12": V12, "V14": V14, "V15": V15,
}

// The numbers are those of the names, and a manager takes no others.
func TestBugNumbers(t *testing.T) {
	all := Bugs(0)
	for name, bug := range bugNames {
		var n int
		if _, err := fmt.Sscanf(name, "V%d", &n); err != nil || bug != 1<<(n-1) {
			t.Errorf("%s is %#x", name, bug)
		}
		all |= bug
	}
	for bit := range 32 {
		bug := Bugs(1) << bit
		err := Config{Bugs: bug}.Validate()
		if known := all&bug != 0; known != (err == nil) {
			t.Errorf("bit %d is a defect of the manager: %v; Validate() = %v", bit, known, err)
		}
	}
}

// restartedConfig is that of a manager that has restarted and warms up, which is
// what V9 needs.
func restartedConfig(bugs Bugs) Config {
	cfg := testConfig()
	cfg.Incarnation, cfg.WarmUp, cfg.Bugs = 2, 30*time.Second, bugs
	return cfg
}

func always(int, *fixture) bool { return true }

// TestBugsBreakI1 must find the defects that leave replicas of unknown nodes
// behind, at every seed and fast, and I1 is all that they break.
func TestBugsBreakI1(t *testing.T) {
	for _, name := range []string{"V1", "V3", "V11", "V12"} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(20) {
				found := false
				runRandom(t, restartedConfig(bugNames[name]), seed, 1_000, func(step int, f *fixture) bool {
					broken := brokenIn(f.Snapshot())
					if found = len(broken) > 0; found && !slices.Equal(broken, []string{"I1"}) {
						t.Errorf("seed %d, step %d: %q are broken, want I1", seed, step, broken)
					}
					return !found
				})
				if !found {
					t.Errorf("seed %d: 1,000 random inputs did not break I1", seed)
				}
			}
		})
	}
}

// TestOtherBugsBreakNothing says that the other defects cannot be seen in the
// manager's state: it is consistent, and wrong about the world or about what to
// do. That they do something is seen in what it logs and sends.
func TestOtherBugsBreakNothing(t *testing.T) {
	for _, name := range []string{"V2", "V4", "V5", "V6", "V7", "V9", "V10", "V14", "V15"} {
		t.Run(name, func(t *testing.T) {
			shows := false
			for seed := range uint64(3) {
				got := runRandom(t, restartedConfig(bugNames[name]), seed, 1_000, func(step int, f *fixture) bool {
					if err := f.Snapshot().Check(); err != nil {
						t.Fatalf("seed %d, step %d: %v", seed, step, err)
					}
					return true
				})
				shows = shows || got != runRandom(t, restartedConfig(0), seed, 1_000, always)
			}
			if !shows {
				t.Error("vacuous: the defect changed nothing")
			}
		})
	}
}

// brokenIn returns the invariants that are broken, each once.
func brokenIn(v View) (names []string) {
	joined, ok := v.Check().(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	for _, err := range joined.Unwrap() {
		names = append(names, err.(*InvariantError).Invariant)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestV9NeedsRestart: the first manager of all warms up with V9 as without.
func TestV9NeedsRestart(t *testing.T) {
	warmsUp := func(inc Incarnation, bugs Bugs) bool {
		cfg := restartedConfig(bugs)
		cfg.Incarnation = inc
		return newFixture(t, cfg).Snapshot().WarmingUp
	}
	for inc, want := range map[Incarnation]bool{0: true, 1: true, 2: false, 3: false} {
		if got := warmsUp(inc, V9); got != want {
			t.Errorf("incarnation %d with V9 warms up: %v, want %v", inc, got, want)
		}
		if !warmsUp(inc, 0) {
			t.Errorf("incarnation %d without V9 does not warm up", inc)
		}
	}
	first := func(bugs Bugs) string {
		cfg := restartedConfig(bugs)
		cfg.Incarnation = 1
		return runRandom(t, cfg, 1, 1_000, always)
	}
	if got, want := first(V9), first(0); got != want {
		t.Errorf("transcripts of incarnation 1 differ at line %s", firstDifference(want, got))
	}
}

// TestAckFields gives acknowledgements to a manager that knows x@2 on en0 and has
// ordered a copy of it from en1. Which task they are about is in Task; only V12
// looks at what else they say.
func TestAckFields(t *testing.T) {
	tests := []struct {
		name    string
		extent  string
		version uint64
		outcome Outcome
		correct string // what is known of en1 afterwards
		v12     string
	}{
		{"done", "x", 2, RepairDone, "1 task", "0 tasks, x@2"},
		{"done, old version", "x", 1, RepairDone, "1 task", "1 task, x@1"},
		{"done, new version", "x", 3, RepairDone, "1 task", "0 tasks, x@3"},
		{"done, other extent", "y", 2, RepairDone, "1 task", "1 task, y@2"},
		{"failed", "x", 2, RepairFailed, "0 tasks", "0 tasks"},
		{"failed, other extent", "y", 9, RepairFailed, "0 tasks", "0 tasks"},
		{"failed, no extent", "", 0, RepairFailed, "0 tasks", "0 tasks"},
		{"neither", "x", 2, 0, "1 task", "1 task"},
	}
	for _, test := range tests {
		ack := &RepairAck{
			Header:  Header{From: "en1", Inc: 1, Seq: 1},
			Task:    TaskID{Inc: 1, N: 1},
			Extent:  extent(test.extent),
			Version: test.version,
			Outcome: test.outcome,
		}
		if got := knownAfter(t, 0, ack); got != test.correct {
			t.Errorf("%s: %s, want %s", test.name, got, test.correct)
		}
		if got := knownAfter(t, V12, ack); got != test.v12 {
			t.Errorf("%s with V12: %s, want %s", test.name, got, test.v12)
		}
	}
}

// knownAfter says what a manager knows of en1 when it has the acknowledgement.
func knownAfter(t *testing.T, bugs Bugs, ack *RepairAck) string {
	cfg := testConfig()
	cfg.Target, cfg.Bugs = 2, bugs
	f := newFixture(t, cfg)
	f.heartbeat("en0", 1)
	f.heartbeat("en1", 1)
	f.sync("en0", 1, 1, info("x", 2))
	f.ProcessEvent(RepairTick)
	f.ProcessMessage(ack)

	v := f.Snapshot()
	if err := v.Check(); err != nil {
		t.Error(err)
	}
	known := map[int]string{0: "0 tasks", 1: "1 task"}[record(v, "en1").Inflight]
	for _, h := range v.Extents {
		for _, r := range h.Replicas {
			if r.Node == "en1" {
				known += fmt.Sprintf(", %s@%d", name(h.Extent), r.Info.Version)
			}
		}
	}
	return known
}
