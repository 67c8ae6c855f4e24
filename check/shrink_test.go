package check_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/trace"
)

// twice needs two switches: the writer gives way to the reader amid each of its writes.
func twice(t *check.T) {
	half, torn := false, 0
	t.Go("writer", func(c *ravel.Context) {
		for range 6 {
			half = true
			c.Yield()
			half = false
			c.Yield()
		}
	})
	t.Go("reader", func(c *ravel.Context) {
		for range 6 {
			if half {
				torn++
			} else {
				torn = 0
			}
			c.Assert(torn < 2, "two torn reads")
			half = false
			c.Yield()
		}
	})
	for range 4 {
		t.Go("bystander", func(c *ravel.Context) {
			for range 5 {
				c.Yield()
			}
		})
	}
}

// What is reported fails as what was found, is never larger, and the report says both sizes.
func TestShrunk(t *testing.T) {
	for name, body := range map[string]func(*check.T){"lastWins": lastWins, "late": late, "unpaid": unpaid, "circling": circling, "twice": twice} {
		for seed := uint64(1); seed <= 4; seed++ {
			cfg := check.Config{Strategy: "random", Seed: seed, Seeded: true, Schedules: 3000, Steps: 400}
			r := explore(t, cfg, body)
			f := r.Failure
			if f == nil || !f.Reproduced {
				t.Fatalf("%s, seed %d: %+v", name, seed, f)
			}
			cfg.NoShrink = true
			raw := explore(t, cfg, body).Failure
			if raw.Execution != f.Execution || raw.Shrunk != f.Found || raw.Found != f.Found {
				t.Fatalf("%s, seed %d: found %+v in execution %d; kept as it is %+v in %d", name, seed, f.Found, f.Execution, raw.Shrunk, raw.Execution)
			}
			if failure.Of(f.Err).Kind() != failure.Of(raw.Err).Kind() || failure.Of(f.Err).Where().Place != failure.Of(raw.Err).Where().Place {
				t.Errorf("%s, seed %d: %v was shrunk to %v", name, seed, raw.Err, f.Err)
			}
			if was, is := f.Found, f.Shrunk; is.Switches+is.Faults > was.Switches+was.Faults {
				t.Errorf("%s, seed %d: %+v became %+v", name, seed, was, is)
			}
			if f.Shrunk != schedule.Measure(f.Record.Choices, f.Steps) {
				t.Errorf("%s, seed %d: %+v does not measure the record", name, seed, f.Shrunk)
			}
			if text := f.Text("T", ""); f.Found != f.Shrunk && !strings.Contains(text, "(shrunk from ") {
				t.Errorf("%s, seed %d: the sizes are not told:\n%s", name, seed, text)
			}
			again, err := check.NewReplayer(cfg, f, body)
			if err != nil {
				t.Fatal(err)
			}
			for range 5 {
				if g, err := again.Run(); err != nil || !failure.Same(f.Err, g.Err) || g.Shrunk != f.Shrunk {
					t.Fatalf("%s, seed %d: the replay: %v, %v, %+v instead of %+v", name, seed, g.Err, err, g.Shrunk, f.Shrunk)
				}
			}
			again.Close()
		}
	}
}

// A bug of two switches has a token of a few dozen characters.
func TestTokenOfTwoSwitches(t *testing.T) {
	f := explore(t, check.Config{Strategy: "random", Seed: 1, Seeded: true, Schedules: 3000}, twice).Failure
	if f == nil || f.Shrunk.Switches > 3 {
		t.Fatalf("%+v", f)
	}
	if !f.HasToken || len(f.Token) > 60 {
		t.Errorf("%d switches: a token of %d characters, %s", f.Shrunk.Switches, len(f.Token), f.Token)
	}
}

// A livelock is shrunk to what makes it inevitable; the suffix that proves it is as long as it was.
func TestShrunkLivelock(t *testing.T) {
	body := func(t *check.T) {
		t.Monitor(patientMonitor.New(&patient{}))
		gave := false
		t.Go("debtor", func(c *ravel.Context) {
			c.Notify(owed{})
			c.Yield()
			if !gave {
				c.Notify(paid{})
			}
		})
		t.Go("thief", func(c *ravel.Context) { gave = true })
		for range 3 {
			t.Go("walker", func(c *ravel.Context) {
				for {
					c.Yield()
				}
			})
		}
	}
	r := explore(t, check.Config{Strategy: "random", Seed: 3, Seeded: true, Schedules: 200, Steps: 2000}, body)
	f := r.Failure
	l, ok := f.Err.(*failure.Livelock)
	if !ok || !f.Reproduced || !f.HasToken {
		t.Fatalf("%v", f.Err)
	}
	if f.Found.Choices < 500 || f.Shrunk.Choices > 20 || f.Shrunk.Switches > 3 {
		t.Errorf("found with %+v, shrunk to %+v", f.Found, f.Shrunk)
	}
	if l.Suffix < l.Threshold || f.Shrunk.Steps < 2*l.Threshold {
		t.Errorf("a suffix of %d steps with threshold %d, %d steps in all", l.Suffix, l.Threshold, f.Shrunk.Steps)
	}
	if f.Passing == nil || f.Deciding < 0 {
		t.Errorf("no schedule that passes was found")
	}
}

// The nearest schedule that passes has all in common with the failing one up to the step that decides.
func TestNearestPassing(t *testing.T) {
	for name, body := range map[string]func(*check.T){"lastWins": lastWins, "unpaid": unpaid, "twice": twice} {
		f := explore(t, check.Config{Strategy: "random", Seed: 1, Seeded: true, Schedules: 3000}, body).Failure
		if f == nil || f.Passing == nil {
			t.Fatalf("%s: %+v", name, f)
		}
		at, fails, passes := f.Deciding, f.Trace.Events, f.Passing.Events
		if at < 0 || at >= len(fails) || at > 0 && fails[at-1].Step == fails[at].Step {
			t.Fatalf("%s: event %d of %d decides", name, at, len(fails))
		}
		for i := range at {
			if a, b := fails[i], passes[i]; a.Step != b.Step || a.Who != b.Who || a.Kind != b.Kind {
				t.Fatalf("%s: event %d differs, ahead of %d: %+v, %+v", name, i, at, a, b)
			}
		}
		step := func(events []trace.Event) (list []trace.Event) {
			for _, e := range events[min(at, len(events)):] {
				if e.Step != fails[at].Step {
					break
				}
				e.Stack = nil
				list = append(list, e)
			}
			return list
		}
		if reflect.DeepEqual(step(fails), step(passes)) {
			t.Errorf("%s: step %d is the same in both", name, fails[at].Step)
		}
		for _, e := range passes {
			if e.Kind == trace.Failed {
				t.Errorf("%s: what passes fails: %+v", name, e)
			}
		}
	}
	if f := explore(t, check.Config{Strategy: "random", NoShrink: true}, twice).Failure; f.Passing != nil || f.Deciding != -1 {
		t.Errorf("without shrinking: event %d decides", f.Deciding)
	}
	if f := explore(t, check.Config{}, func(t *check.T) { t.Fatal("always") }).Failure; f.Passing != nil || f.Deciding != -1 {
		t.Errorf("no schedule passes, and event %d decides", f.Deciding)
	}
}
