package linear_test

import (
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/trace"
)

// explore prints what a monitor says about a body that is explored, and what it writes into the trace.
func explore(body func(*check.T)) {
	r, err := check.Explore("example", check.Config{Schedules: 1000, Seed: 1, Seeded: true}, body)
	if err != nil || r.Failure == nil {
		fmt.Println("no failure:", err)
		return
	}
	var v *failure.MonitorViolation
	if errors.As(r.Failure.Err, &v) {
		fmt.Println(v.Message)
	}
	for _, e := range r.Failure.Trace.Events {
		if e.Kind == trace.Logged {
			fmt.Println(e.Value)
		}
	}
}

// A read returns a value that had been overwritten before the read was invoked.
func ExampleMap() {
	var store linear.Map[string, string, int]
	explore(func(t *check.T) {
		t.Monitor(store.Monitor())
		t.Notify(store.Write("c1", "x", 1))
		t.Notify(store.Done("c1"))
		t.Notify(store.Write("c2", "x", 2))
		t.Notify(store.Done("c2"))
		t.Notify(store.Read("c1", "x"))
		t.Notify(store.Got("c1", 1, true))
	})
	// Output:
	// c1: read(x) -> 1 cannot be linearized. In an order that explains all other operations it meets the state 2
	// the history, with time from left to right:
	// []         c1: write(x, 1) -> ok
	//    []      c2: write(x, 2) -> ok
	//       []   c1: read(x) -> 1  <- this one
	// an order that explains all the others:
	//   1. c1: write(x, 1) -> ok
	//   2. c2: write(x, 2) -> ok
	//   3. c1: read(x) -> ?
}

// An object of one's own: a ticket machine never gives out a number twice.
func ExampleSequential() {
	type ticket struct{}
	tickets := linear.Spec[string, ticket, int]{
		Model: linear.Sequential(0, func(last int, _ ticket) (int, int) { return last + 1, last + 1 }),
		Name:  "Tickets",
	}
	explore(func(t *check.T) {
		t.Monitor(tickets.Monitor())
		t.Notify(tickets.Invoked("c1", ticket{}))
		t.Notify(tickets.Invoked("c2", ticket{}))
		t.Notify(tickets.Returned("c1", 1))
		t.Notify(tickets.Returned("c2", 1))
	})
	// Output:
	// c2: {} -> 1 cannot be linearized. In an order that explains all other operations it meets the state 1
	// the history, with time from left to right:
	// []   c1: {} -> 1
	// []   c2: {} -> 1  <- this one
	// an order that explains all the others:
	//   1. c1: {} -> 1
	//   2. c2: {} -> ?
}
