package failure_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
)

// TestBeyond: deadlocks and leaks name who outside of the execution may be waited for, and count those beyond the third.
func TestBeyond(t *testing.T) {
	serve := failure.Beyond{Name: "bank.serve", State: "chan receive", Started: failure.Place{File: "/src/bank/bank.go", Line: 7, Func: "bank.init"}}
	for _, f := range []failure.Failure{
		&failure.Deadlock{Beyond: []failure.Beyond{serve, serve, serve, serve, serve}},
		&failure.Leak{Beyond: []failure.Beyond{serve, serve, serve, serve, serve}},
	} {
		d := f.Detail()
		if strings.Count(d, "goroutine bank.serve [chan receive], started at bank.go:7") != 3 || !strings.Contains(d, "and 2 others") {
			t.Errorf("%s", d)
		}
	}
	if d := (&failure.Deadlock{}).Detail(); strings.Contains(d, "not part of the execution") {
		t.Errorf("without any: %s", d)
	}
}

// TestOutsideAnd: what reached into two executions is told once, with the sum of its counts.
func TestOutsideAnd(t *testing.T) {
	a := failure.Wakeup{By: failure.NetworkWaker, Goroutine: "g1", Count: 2}
	b := failure.Wakeup{By: failure.UncontrolledWaker, Goroutine: "g1", Count: 1}
	one, two := &failure.Outside{Wakeups: []failure.Wakeup{a}}, &failure.Outside{Wakeups: []failure.Wakeup{a, b}}
	both := one.And(two)
	if both.Count() != 5 || len(both.Wakeups) != 2 || both.Wakeups[0].Count != 4 {
		t.Errorf("%+v", both)
	}
	if one.Count() != 2 || two.Count() != 3 {
		t.Errorf("the arguments have changed: %+v %+v", one, two)
	}
	var none *failure.Outside
	if none.And(none) != nil || none.And(one) != one || one.And(none) != one {
		t.Error("nil is not neutral")
	}
}
