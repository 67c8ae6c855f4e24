package linear_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/trace"
)

type (
	add   struct{ from ravel.ID }
	added struct{ sum int }
	// adder is a machine that calls the counter and records what it does.
	adder struct {
		h       *linear.History[any, any, any]
		name    string
		counter ravel.ID
		op      linear.Op[any, any, any]
	}
)

var adderMachine = ravel.Define[adder]("Adder",
	ravel.Start("Calling",
		ravel.Entry(func(a *adder, c *ravel.Context) {
			a.op = a.h.Call(a.name, 1)
			c.Send(a.counter, add{c.Self()})
		}),
		ravel.On(func(a *adder, c *ravel.Context, e added) {
			a.op.Return(e.sum)
			c.Halt()
		})))

// sums is the specification: each call adds, and returns the sum.
var sums = linear.Sequential(0, func(sum, n int) (int, int) { return sum + n, sum + n })

// counted is a counter that is called by a machine, by a plain function, and by a client that does not wait for the answer.
// The careless one may give the same answer twice.
func counted(careless bool) func(*check.T) {
	return func(t *check.T) {
		h := linear.NewHistory(t, sums)
		counter := t.Go("counter", func(c *ravel.Context) {
			for sum := 0; ; {
				a := ravel.Next(c).(add)
				old := sum
				sum++
				if careless && sum > 1 && c.Bool() {
					c.Send(a.from, added{old})
				} else {
					c.Send(a.from, added{sum})
				}
			}
		})
		t.Create(adderMachine.New(&adder{h: h, name: "machine", counter: counter}))
		t.Go("function", func(c *ravel.Context) {
			op := h.Call("function", 1)
			c.Send(counter, add{c.Self()})
			op.Return(ravel.Receive[added](c).sum)
		})
		t.Go("impatient", func(c *ravel.Context) {
			h.Call("impatient", 1)
			c.Send(counter, add{c.Self()})
			ravel.Receive[added](c)
		})
	}
}

func TestHistory(t *testing.T) {
	t.Run("correct", func(t *testing.T) {
		r, err := check.Explore("correct", check.Config{Schedules: 1000, Seed: 1, Seeded: true}, counted(false))
		if err != nil || r.Failure != nil || r.Distinct < 100 {
			t.Errorf("%v, %v", err, r)
		}
	})
	t.Run("careless", func(t *testing.T) {
		r, err := check.Explore("careless", check.Config{Schedules: 1000, Seed: 1, Seeded: true}, counted(true))
		if err != nil || r.Failure == nil || !r.Failure.Reproduced {
			t.Fatalf("%v, %v", err, r)
		}
		f := r.Failure
		var v *failure.MonitorViolation
		if !errors.As(f.Err, &v) || len(v.Attached) != 2 || !strings.Contains(v.Message, "cannot be linearized") {
			t.Fatalf("%v", f.Err)
		}
		checkVerdict(t, v)
		text := f.Trace.Text(trace.TextOptions{Limit: -1, Width: 200})
		for _, want := range []string{"hears Invoked(\"machine invokes 1\") from Adder", "an order that explains all the others", "<- this one"} {
			if !strings.Contains(text, want) {
				t.Errorf("the trace does not say %q:\n%s", want, text)
			}
		}
	})
}

// checkVerdict looks at the data and at the page.
func checkVerdict(t *testing.T, v *failure.MonitorViolation) {
	t.Helper()
	var data, page bytes.Buffer
	for i, b := range []*bytes.Buffer{&data, &page} {
		if err := v.Attached[i].Write(b); err != nil {
			t.Fatal(err)
		}
	}
	var verdict linear.Verdict
	if err := json.Unmarshal(data.Bytes(), &verdict); err != nil {
		t.Fatalf("%v\n%s", err, data.String())
	}
	suspect := verdict.History[verdict.Suspect]
	if suspect.Pending || !strings.Contains(v.Message, suspect.What) {
		t.Errorf("%q blames %+v", v.Message, suspect)
	}
	placed := map[int]bool{}
	for _, i := range verdict.Longest {
		if placed[i] || i < 0 || i >= len(verdict.History) {
			t.Errorf("longest prefix %v of %d operations", verdict.Longest, len(verdict.History))
		}
		placed[i] = true
	}
	if len(placed) >= len(verdict.History) || verdict.State == "" {
		t.Errorf("all operations have a place in %+v", verdict)
	}
	if !strings.Contains(page.String(), "<html") || !strings.Contains(page.String(), strings.ReplaceAll(suspect.What, ">", `\u003e`)) {
		t.Errorf("no page of %q:\n%.300s", suspect.What, page.String())
	}
}

// Mistakes of those who record are failures that say so.
func TestHistoryMisused(t *testing.T) {
	for want, body := range map[string]func(*check.T){
		"one operation at a time": func(t *check.T) {
			h := linear.NewHistory(t, sums)
			h.Call("a", 1)
			h.Call("a", 1)
		},
		"has not invoked an operation": func(t *check.T) {
			op := linear.NewHistory(t, sums).Call("a", 1)
			op.Return(1)
			op.Return(1)
		},
		"has failed, but has had an effect": func(t *check.T) {
			h := linear.NewHistory(t, sums)
			op := h.Call("a", 1)
			h.Call("b", 1).Return(2)
			op.Failed()
		},
		"a register too": func(t *check.T) {
			linear.NewHistory(t, sums).Call("a", 1)
			h := linear.Spec[string, int, int]{Model: sums, Name: "Other"}.History(t)
			op := h.Call("a", 1)
			op.Lost()
			h.Call("a", 1).Return(2) // the lost one may have come first
			t.Assert(false, "a register too")
		},
	} {
		r, err := check.Explore("misused", check.Config{Schedules: 10, Seed: 1, Seeded: true}, body)
		if err != nil || r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), want) {
			t.Errorf("want %q, got %v, %v", want, err, r.Failure)
		}
	}
}
