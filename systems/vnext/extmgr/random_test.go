package extmgr_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// randomStep gives the manager one random input: a message of any of five nodes
// and three incarnations, with any sequence number, or an event. Nothing says
// that the messages are consistent; the invariants hold all the same.
func randomStep(f *fixture, rng *rand.Rand) {
	h := Header{
		From: NodeID(fmt.Sprintf("en%d", rng.IntN(5))),
		Inc:  Incarnation(1 + rng.IntN(3)),
		Seq:  rng.Uint64N(1000),
	}
	switch rng.IntN(12) {
	case 0, 1, 2, 3:
		addr := []string{"", "", "here", "there"}[rng.IntN(4)]
		f.ProcessMessage(&Heartbeat{Header: h, Addr: addr, FreeBytes: rng.Int64N(4)})
	case 4, 5, 6:
		report := &SyncReport{Header: h}
		for range rng.IntN(6) {
			e := info(string(rune('a'+rng.IntN(6))), rng.Uint64N(3))
			e.Length = rng.Int64N(3)
			report.Extents = append(report.Extents, e)
		}
		f.ProcessMessage(report)
	case 7:
		outcome := RepairDone + Outcome(rng.IntN(2))
		task := randomTask(f, rng)
		f.ProcessMessage(&RepairAck{Header: h, Task: task.ID, Extent: task.Extent, Version: task.Version, Outcome: outcome})
	case 8:
		f.now = f.now.Add(time.Duration(rng.IntN(30)) * time.Second)
	case 9:
		f.tickExpire()
	case 10:
		f.ProcessEvent(RepairTick)
	case 11:
		f.refuse[h.From] = rng.IntN(4) == 0
	}
}

// randomTask returns a pending task, or one that never was.
func randomTask(f *fixture, rng *rand.Rand) Task {
	pending := f.Snapshot().Pending
	if i := rng.IntN(len(pending) + 1); i < len(pending) {
		return pending[i]
	}
	return Task{ID: TaskID{Inc: 9, N: 9}, Extent: extent("a"), Version: 1}
}

// runRandom executes steps random inputs and returns all that could be observed.
// Each time the manager yields there are a few more inputs.
func runRandom(tb testing.TB, cfg Config, seed uint64, steps int, after func(step int, f *fixture) bool) string {
	var transcript strings.Builder
	rng := rand.New(rand.NewPCG(seed, 0))
	f := newFixture(tb, cfg)
	f.log = &transcript
	input := func() {
		randomStep(f, rng)
		for _, s := range f.outbox {
			fmt.Fprintln(&transcript, describe(s))
		}
		checkTasks(tb, cfg, f.takeTasks())
	}
	f.during = func() {
		for range 5 {
			input()
		}
	}
	for step := range steps {
		input()
		if !after(step, f) {
			break
		}
	}
	printView(&transcript, f.Snapshot(), f.now)
	return transcript.String()
}

// checkTasks verifies what every order must satisfy by itself.
func checkTasks(tb testing.TB, cfg Config, tasks []*RepairTask) {
	tb.Helper()
	perExtent := make(map[ExtentID]int)
	for _, task := range tasks {
		perExtent[task.Extent]++
		if len(task.Sources) == 0 {
			tb.Errorf("task %s has no source", task.Task)
		}
	}
	for id, n := range perExtent {
		if n >= cfg.WithDefaults().Target {
			tb.Errorf("one tick ordered %d copies of %s", n, name(id))
		}
	}
}

func TestInvariantsHold(t *testing.T) {
	for _, fix := range []Fix{DefaultFix, FixMembership, FixMembership | FixSweep, FixMembership | FixSweep | FixFencing} {
		for seed := range uint64(3) {
			t.Run(fmt.Sprintf("fix=%d/seed=%d", fix, seed), func(t *testing.T) {
				cfg := testConfig()
				cfg.Fix = fix
				tasks, most := 0, 0
				runRandom(t, cfg, seed, 10_000, func(step int, f *fixture) bool {
					v := f.Snapshot()
					if err := v.Check(); err != nil {
						t.Fatalf("step %d: %v", step, err)
					}
					for _, rec := range v.Nodes {
						if rec.Inflight > 2 {
							t.Fatalf("step %d: %s has %d tasks", step, rec.ID, rec.Inflight)
						}
					}
					tasks, most = tasks+len(v.Pending), max(most, len(v.Pending))
					return true
				})
				if tasks == 0 || most < 4 {
					t.Errorf("vacuous: at most %d tasks were pending at once", most)
				}
			})
		}
	}
}

// TestSweepRestoresI1 shows what the sweep alone gives: I1 after each expiration
// tick, and a violation now and then in between.
func TestSweepRestoresI1(t *testing.T) {
	cfg := testConfig()
	cfg.Fix = FixSweep
	between := 0
	runRandom(t, cfg, 1, 10_000, func(step int, f *fixture) bool {
		if f.Snapshot().Check() == nil {
			return true
		}
		between++
		f.ProcessEvent(ExpirationTick)
		if err := f.Snapshot().Check(); err != nil {
			t.Fatalf("step %d: after the sweep: %v", step, err)
		}
		return true
	})
	if between == 0 {
		t.Error("no late report was ever taken")
	}
}

// TestDeterminism runs the same inputs twice and compares logs, messages and the
// final state, which the order of no map may change.
func TestDeterminism(t *testing.T) {
	run := func() string {
		return runRandom(t, testConfig(), 7, 2_000, always)
	}
	want := run()
	for range 5 {
		if got := run(); got != want {
			t.Fatalf("transcripts differ at line %s", firstDifference(want, got))
		}
	}
}
