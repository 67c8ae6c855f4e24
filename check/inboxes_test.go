package check_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// courier forwards what it gets for the first time to its peer, twice.
type courier struct {
	peer ravel.ID
	got  int
}

type (
	partner struct{ id ravel.ID }
	crate   struct{ n int }
)

var courierMachine = ravel.Define[courier]("Courier", ravel.Start("On duty",
	ravel.On(func(m *courier, _ *ravel.Context, p partner) { m.peer = p.id }),
	ravel.On(func(m *courier, c *ravel.Context, p crate) {
		if m.got++; p.n == 0 {
			c.Send(m.peer, crate{1})
			c.Send(m.peer, crate{2})
		}
	})))

// couriers is a body in which two couriers get a crate each, at the same time or one after the other.
func couriers(wait bool) func(*check.T) {
	return func(t *check.T) {
		a, b := &courier{}, &courier{}
		x, y := t.Create(courierMachine.New(a)), t.Create(courierMachine.New(b))
		t.Send(x, partner{y})
		t.Send(y, partner{x})
		t.Send(x, crate{})
		if wait {
			t.Wait()
		}
		t.Send(y, crate{})
		t.AtEnd(func() {
			if a.got+b.got != 6 {
				t.Errorf("%d parcels have arrived", a.got+b.got)
			}
		})
	}
}

var roomForOne = map[string]ravel.Inbox{"Courier": {Capacity: 1}}

// allStrategies are strategies of every kind: samplers, delaying explorers, searches with and without states and reductions.
var allStrategies = []string{
	"portfolio", "random", "pct:3", "pos", "surw", "urw", "ss:rtc", "ss:rr", "ss:prr", "delay:3,rtc", "irs", "ql", "feedback",
	"dfs", "pb:3", "pbs", "dpor", "states", "ses",
}

// A circle of full inboxes is found by every strategy, replays, and is explained. Without bounds, and by who waits for the one
// courier before it asks the other, it does not happen.
func TestCircleOfFullInboxes(t *testing.T) {
	for _, spec := range allStrategies {
		t.Run(spec, func(t *testing.T) {
			explore := func(in map[string]ravel.Inbox, wait bool) *check.Report {
				r, err := check.Explore("couriers", check.Config{Strategy: spec, Schedules: 3000, Inboxes: in}, couriers(wait))
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			for _, r := range []*check.Report{explore(nil, false), explore(roomForOne, true)} {
				if r.Failure != nil {
					t.Errorf("%v", r.Failure.Err)
				}
			}
			r := explore(roomForOne, false)
			var d *failure.Deadlock
			if r.Failure == nil || !r.Failure.Reproduced || !errors.As(r.Failure.Err, &d) {
				t.Fatalf("not found: %s", r.Summary())
			}
			if len(d.Circle) != 2 || d.Blocked[0].Room == "" || !strings.Contains(d.Detail(), "each waits for room in the inbox of the next") {
				t.Errorf("not explained: %v\n%s", d, d.Detail())
			}
			held := 0
			for _, ev := range r.Failure.Trace.Events {
				if ev.Kind == trace.Held {
					held++
				}
			}
			if held < 2 {
				t.Errorf("the trace says %d times that somebody waits for room", held)
			}
		})
	}
}

// Exhaustive searches end, with the same verdict.
func TestBoundedInboxesExhausted(t *testing.T) {
	for _, spec := range []string{"dfs", "dpor", "states", "ses"} {
		r, err := check.Explore("couriers", check.Config{Strategy: spec, Schedules: 1_000_000, Inboxes: roomForOne}, couriers(true))
		if err != nil || r.Failure != nil || !r.Exhausted {
			t.Errorf("%s: %v %s", spec, err, r.Summary())
		}
	}
}

// Searches for states reach those of all schedules.
func TestStatesOfBoundedInboxes(t *testing.T) {
	bounds := []map[string]ravel.Inbox{{"Walker": {Capacity: 1}}, {"Walker": {Capacity: 1, Reject: true}}}
	for compared, seed := 0, uint64(0); compared < 6; seed++ {
		cfg := check.Config{Strategy: "custom", NoShrink: true, Inboxes: bounds[seed%2]}
		body := randomProgram(seed)
		d := &allStates{strategy.NewDFS(0), map[strategy.State]bool{}}
		cfg.Schedules, cfg.Custom = 5000, func() strategy.Strategy { return d }
		rd, err := check.Explore("states", cfg, body)
		if err != nil {
			t.Fatal(err)
		}
		if !rd.Exhausted || rd.Failure != nil { // too large, or it deadlocks at once
			continue
		}
		compared++
		for _, c := range searches {
			s := note(c.make(c.remember))
			cfg.Schedules, cfg.Custom = 100_000, func() strategy.Strategy { return s }
			rs, err := check.Explore("states", cfg, body)
			if err != nil || !rs.Exhausted || !maps.Equal(d.states, s.states) {
				t.Fatalf("program %d, %s remembering %d: %d states, DFS has %d: %v", seed, c.name, c.remember, len(s.states), len(d.states), err)
			}
		}
	}
}

// What a full inbox rejects is lost, and the trace says why.
func TestRejectedIsTold(t *testing.T) {
	in := map[string]ravel.Inbox{"Courier": {Capacity: 1, Reject: true}}
	r, err := check.Explore("couriers", check.Config{Inboxes: in, Schedules: 1000}, couriers(false))
	if err != nil {
		t.Fatal(err)
	}
	if r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), "parcels have arrived") {
		t.Fatalf("nothing was rejected: %s", r.Summary())
	}
	if text := r.Failure.Trace.Text(trace.TextOptions{}); !strings.Contains(text, "whose inbox is full: it") {
		t.Errorf("the trace does not tell what was rejected:\n%s", text)
	}
}

// A bound that has never mattered is named, also if no machine has the name; so it is when worker processes take part.
func TestNeverFull(t *testing.T) {
	in := map[string]ravel.Inbox{"Courier": {Capacity: 1}, "Currier": {Capacity: 1}}
	for _, isolate := range []bool{false, true} {
		r, err := check.ExploreInTest(t, check.Config{Inboxes: in, Schedules: 20, Isolate: isolate}, couriers(true))
		if err != nil {
			t.Fatal(err)
		}
		if r == nil {
			continue // the other one's process
		}
		if len(r.NeverFull) != 1 || r.NeverFull[0] != "Currier" || len(r.NeverTrue) > 0 || !strings.Contains(r.Summary(), "Currier was ever full") {
			t.Errorf("isolated %v: %q %q\n%s", isolate, r.NeverFull, r.NeverTrue, r.Summary())
		}
	}
	r, err := check.Explore("couriers", check.Config{Inbox: ravel.Inbox{Capacity: 100}, Schedules: 20}, couriers(true))
	if err != nil || len(r.NeverFull) != 1 || r.NeverFull[0] != "Courier" {
		t.Errorf("%v %q", err, r.NeverFull)
	}
}

func TestBadInboxes(t *testing.T) {
	for _, test := range []struct {
		option check.Option
		want   string
	}{
		{check.Inbox(ravel.Inbox{Capacity: -1}), "capacity -1: it must be positive, or 0 for no bound"},
		{check.Inbox(ravel.Inbox{Reject: true}), "set its Capacity"},
		{check.Inboxes(map[string]ravel.Inbox{"A": {Capacity: 1}, "B": {Capacity: -7}}), `Inboxes["B"]: an inbox of capacity -7`},
	} {
		cfg := check.Config{}
		test.option(&cfg)
		if _, err := check.Explore("bad", cfg, func(*check.T) {}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: the error does not say %q", err, test.want)
		}
	}
}
