package crash_test

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/crash"
)

type (
	Set   struct{ From ravel.ID }
	Done  struct{}
	Query struct{ From ravel.ID }
	State struct{ Set bool }
)

// Flag keeps its state in memory only.
type Flag struct{ set bool }

var FlagMachine = ravel.Define[Flag]("Flag",
	ravel.Start("Serving",
		ravel.On(func(f *Flag, c *ravel.Context, s Set) {
			f.set = true
			c.Send(s.From, Done{})
		}),
		ravel.On(func(f *Flag, c *ravel.Context, q Query) { c.Send(q.From, State{f.set}) }),
	),
)

// A crash between two requests finds that the flag does not outlive one.
func Example() {
	body := func(t *check.T) {
		flag := t.Create(FlagMachine.New(&Flag{}))
		crash.Enable(t.Root(), crash.Config{Crashes: 1, Restarts: 1, MustRestart: true}, crash.Node{
			ID:  flag,
			New: func(int) ravel.Machine { return FlagMachine.New(&Flag{}) },
		})
		t.Go("client", func(c *ravel.Context) {
			c.Send(flag, Set{c.Self()})
			if _, ok := ravel.Next(c).(Done); !ok { // it may never come
				return
			}
			c.Send(flag, Query{c.Self()})
			s := ravel.Next(c).(State)
			c.Assert(s.Set, "the flag was set, and is not")
		})
	}
	report, err := check.Explore("flag", check.Config{}, body)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Failure.Err)
	// Output: an assertion in client failed: the flag was set, and is not
}
