package check_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/strategy"
)

// account is a machine whose balance others read and write back: atomically if they ask it to add, else not.
type account struct{ balance int }

type (
	addTo   struct{ n int }
	balance struct{ from ravel.ID }
	setTo   struct{ n int }
)

var accountMachine = ravel.Define[account]("Account", ravel.Start("Open",
	ravel.On(func(a *account, c *ravel.Context, e addTo) { a.balance += e.n }),
	ravel.On(func(a *account, c *ravel.Context, e balance) { c.Send(e.from, a.balance) }),
	ravel.On(func(a *account, c *ravel.Context, e setTo) { a.balance = e.n })))

// deposits is a program with clients that each add 1 to an account; the correct one does so atomically.
func deposits(clients int, atomic bool) func(*check.T) {
	return func(t *check.T) {
		a := &account{}
		id := t.Create(accountMachine.New(a))
		for i := range clients {
			t.Go(fmt.Sprint("client ", i), func(c *ravel.Context) {
				if atomic {
					c.Send(id, addTo{1})
					return
				}
				c.Send(id, balance{c.Self()})
				c.Send(id, setTo{ravel.Receive[int](c) + 1})
			})
		}
		t.AtEnd(func() {
			if a.balance != clients {
				t.Errorf("the balance is %d after %d deposits", a.balance, clients)
			}
		})
	}
}

func reduce(t *testing.T, cfg check.Config, body func(*check.T)) *check.Report {
	t.Helper()
	cfg.Strategy = "dpor"
	if cfg.Schedules == 0 {
		cfg.Schedules = 100_000
	}
	r, err := check.Explore("reduced", cfg, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A correct program is explored to the end with few executions; its twin's lost update is found, and replays.
func TestReducedTwins(t *testing.T) {
	good := reduce(t, check.Config{}, deposits(3, true))
	if good.Failure != nil || !good.Exhausted || !good.Reduced || good.Executions-good.Pruned != 6 {
		t.Errorf("correct: %s", good.Summary())
	}
	if !matches(good.Summary(), "every schedule was explored, up to the order of independent steps") {
		t.Errorf("the report does not say what was explored: %s", good.Summary())
	}
	bad := reduce(t, check.Config{}, deposits(2, false))
	if bad.Failure == nil || !bad.Failure.Reproduced || failure.Of(bad.Failure.Err).Kind() != failure.KindTest {
		t.Fatalf("lost update: %v %s", bad.Failure, bad.Summary())
	}
}

// What shows in handlers and monitors, at the end, under faults and with values is found as well, and replays.
func TestReducedFailures(t *testing.T) {
	for name, body := range map[string]func(*check.T){
		"assertion": func(t *check.T) {
			id := t.Create(modularMachine.New(&modular{}))
			for i := range 3 {
				t.Go(fmt.Sprint(i), func(c *ravel.Context) {
					c.Send(id, signal{n: i})
					c.Send(id, signal{n: 1})
				})
			}
		},
		"deadlock": func(t *check.T) {
			first := t.Go("first", func(c *ravel.Context) {
				if ravel.Receive[int](c) == 1 {
					ravel.Receive[string](c)
				}
			})
			for i := range 2 {
				t.Go(fmt.Sprint(i), func(c *ravel.Context) { c.Send(first, i) })
			}
		},
		"value": func(t *check.T) {
			n := t.Root().Int(5)
			t.Root().Assert(n != 4, "the last value")
		},
		"panic": func(t *check.T) {
			id := t.Create(modularMachine.New(&modular{}))
			t.Go("killer", func(c *ravel.Context) {
				c.Crash(id)
				c.Restart(id, ravel.Func("Modular", func(c *ravel.Context) {
					if _, ok := ravel.Next(c).(signal); ok {
						panic("it came too late")
					}
				}))
			})
			t.Go("sender", func(c *ravel.Context) { c.Send(id, signal{}) })
		},
	} {
		r := reduce(t, check.Config{}, body)
		if r.Failure == nil || !r.Failure.Reproduced {
			t.Errorf("%s: %v %s", name, r.Failure, r.Summary())
		}
	}
}

// An execution that was cut voids the claim, and the report says so.
func TestReducedWithoutEnd(t *testing.T) {
	r := reduce(t, check.Config{Schedules: 200, Steps: 50}, func(t *check.T) {
		id := t.Create(circleMachine.New(&circle{most: 3}))
		t.Send(id, signal{})
	})
	if r.Exhausted || !r.CutShort || r.Bounded == 0 || r.Failure != nil {
		t.Errorf("%s", r.Summary())
	}
	r = reduce(t, check.Config{Steps: 3}, func(t *check.T) {
		id := t.Create(modularMachine.New(&modular{}))
		t.Send(id, signal{})
	})
	if r.Exhausted || !matches(r.Summary(), "not every schedule was explored, not even up to the order") {
		t.Errorf("%s", r.Summary())
	}
}

// A program that is not deterministic is named, not explored.
func TestReducedNondeterminism(t *testing.T) {
	runs := 0
	r := reduce(t, check.Config{}, func(t *check.T) {
		runs++
		id := t.Create(modularMachine.New(&modular{}))
		for i := range 2 + runs/4%2 { // as the first execution, others than the second
			t.Go(fmt.Sprint(i), func(c *ravel.Context) { c.Send(id, signal{}) })
		}
	})
	if r.Exhausted || r.Nondeterminism == nil {
		t.Errorf("%v %s", r.Nondeterminism, r.Summary())
	}
}

// Reduction explores with far fewer executions what enumeration does, whatever order the seeds of values give.
func TestReducedReachesAll(t *testing.T) {
	compared, most, all, some := 0, 15, uint64(0), uint64(0)
	for seed := uint64(0); compared < most; seed++ {
		if seed == 400 {
			t.Fatalf("only %d programs were small enough", compared)
		}
		body := randomProgram(seed)
		rd := exhaust(t, strategy.NewDFS(0), 10_000, body)
		if !rd.Exhausted {
			continue
		}
		rs := exhaust(t, strategy.NewDPOR(), 10_000, body)
		if !rs.Exhausted || rs.Executions > rd.Executions {
			t.Fatalf("program %d: %d executions, DFS %d: %s", seed, rs.Executions, rd.Executions, rs.Summary())
		}
		all, some = all+rd.Executions, some+rs.Executions
		compared++
	}
	if t.Logf("%d programs: %d executions by DFS, %d by DPOR", compared, all, some); some*5 > all {
		t.Errorf("%d executions of %d: nothing was reduced", some, all)
	}
}
