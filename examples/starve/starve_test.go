package starve_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/examples/starve"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/strategy/strategytest"
)

// What every strategy promises without saying so.
func TestContract(t *testing.T) { strategytest.Check(t, starve.New) }

// Each operation starves equally often.
func TestVictim(t *testing.T) {
	const threads, operations, runs = 4, 5, 20_000 // the root is an operation, too
	p := strategytest.Program{}
	for range threads {
		p.Threads = append(p.Threads, strategytest.Repeat(3, strategytest.Local()))
	}
	last := make([]int, threads) // the thread that has nothing done when all others have done everything
	sim := strategytest.NewSimulator(t, p)
	sim.Explore(starve.New(), strategy.Execution{Seed: 1, Ops: operations}, runs, func(tr *strategytest.Trace) {
		for v := range threads {
			starved := true
			for o := range threads {
				starved = starved && (o == v || tr.Before(o, 2, v, 0))
			}
			if starved {
				last[v]++
			}
		}
	})
	strategytest.Uniform(t, "who starves", last)
	for v, n := range last {
		strategytest.AtLeast(t, fmt.Sprint("thread ", v), n, runs, 1.0/operations)
	}
}

type (
	grant struct{}
	work  struct{ held bool } // of the holder of the lease, or of anybody else
)

// office counts the work that is done while the holder of its lease says nothing.
type office struct{ ticks int }

func (o *office) work(c *ravel.Context, w work) {
	if !w.held {
		o.ticks++
		return
	}
	c.Assert(o.ticks < 30, "the holder of the lease was away for %d ticks, and goes on", o.ticks)
}

var officeMachine = ravel.Define[office]("Office", ravel.Start("Open", ravel.On((*office).work)))

// offices is a test with a bug that shows when the holder waits long enough amid others that work.
func offices(t *check.T) {
	o := t.Create(officeMachine.New(&office{}))
	holder := t.Go("holder", func(c *ravel.Context) {
		ravel.Receive[grant](c)
		c.Send(o, work{held: true})
	})
	t.Send(holder, grant{})
	for range 3 {
		t.Go("worker", func(c *ravel.Context) {
			for range 10 {
				c.Send(o, work{})
			}
		})
	}
}

// The bug is what the strategy is for: it finds it in every run, where a random walk needs luck.
func TestFindsWhatHappensToTheSlow(t *testing.T) {
	found := func(name string, factory func() strategy.Strategy) (n int) {
		for seed := range uint64(20) {
			r, err := check.Explore("offices", check.Config{
				Strategy: name, Custom: factory, Schedules: 100, Seed: seed, Seeded: true, NoShrink: true,
			}, offices)
			if err != nil {
				t.Fatal(err)
			}
			if r.Failure != nil {
				if !r.Failure.Reproduced {
					t.Errorf("seed %d: the failure does not reproduce", seed)
				}
				n++
			}
		}
		return n
	}
	mine, random := found("starve", starve.New), found("random", nil)
	if mine != 20 || random > 0 {
		t.Errorf("found with %d of 20 seeds, by a random walk with %d", mine, random)
	}
}
