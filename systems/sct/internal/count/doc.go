// Package count counts the schedules of small programs and those that fail, exactly, and computes the probability that a
// random walk over the scheduling points fails.
//
// A schedule is the list of decisions with more than one alternative, as package gocontrol asks for them. [All] goes
// through all of them, one execution each. [Merged] comes to the same numbers with fewer executions: two prefixes that
// order all operations on the same object in the same way, but for loads among each other (the same Mazurkiewicz trace),
// lead to the same state, so what follows is counted once. For this a program must touch the objects of package sync and
// sync/atomic itself: what the standard library does with objects of its own is no scheduling point, and is not seen.
//
// The binary must have been built with the overlay, and nothing else may run under control meanwhile.
package count

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/ravelgo/ravel/internal/gocontrol"
)

// A Program prepares one execution: the function to run under control, and one that says afterwards whether what it has to
// check was wrong. Deadlocks, leaks and panics count as failures without its help. Executions must depend on nothing but
// their schedule; where schedules are merged, they must also be free of data races.
type Program func() (run func(), failed func() bool)

// A Count is the result.
type Count struct {
	Schedules, Failing *big.Int
	Random             *big.Rat // probability that a random walk fails
	Executions         int      // that it took
}

// ErrLimit is the error of a count that was not finished in the number of executions allowed.
var ErrLimit = errors.New("count: more executions than allowed")

func newCount() Count {
	return Count{Schedules: new(big.Int), Failing: new(big.Int), Random: new(big.Rat)}
}

// leaf is the count of what follows the end of an execution.
func leaf(failed bool) Count {
	c := newCount()
	c.Schedules.SetInt64(1)
	if failed {
		c.Failing.SetInt64(1)
		c.Random.SetInt64(1)
	}
	return c
}

// add adds what follows one of n alternatives to what follows them all.
func (c *Count) add(branch Count, n int) {
	c.Schedules.Add(c.Schedules, branch.Schedules)
	c.Failing.Add(c.Failing, branch.Failing)
	c.Random.Add(c.Random, new(big.Rat).Mul(branch.Random, big.NewRat(1, int64(n))))
}

// execute runs a program once.
func execute(p Program, choose func(gocontrol.Question) (int, bool)) (end gocontrol.End, failed bool, err error) {
	run, check := p()
	r, err := gocontrol.Run(run, gocontrol.Options{Strategy: gocontrol.Ask, Choose: choose, Atomics: true})
	switch {
	case err != nil:
		return r.End, false, err
	case r.End == gocontrol.Bounded:
		return r.End, false, fmt.Errorf("count: an execution does not end within %d steps", r.Steps)
	case r.Outside > 0:
		return r.End, false, fmt.Errorf("count: an execution was woken %d times from outside", r.Outside)
	}
	return r.End, r.End.Failed() || check(), nil
}
