package disk_test

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/disk"
)

type (
	Add    struct{ From ravel.ID }
	Added  struct{}
	Count  struct{ From ravel.ID }
	Number struct{ N int }
)

// Counter counts on a disk, a byte for each Add.
type Counter struct {
	disk  *disk.Disk
	hasty bool // acknowledges before it syncs
}

var CounterMachine = ravel.Define[Counter]("Counter",
	ravel.Start("Serving",
		ravel.Entry(func(s *Counter, c *ravel.Context) { s.disk = disk.Open(c, "counter") }),
		ravel.On((*Counter).add),
		ravel.On(func(s *Counter, c *ravel.Context, q Count) {
			data, _ := s.disk.Read("log")
			c.Send(q.From, Number{len(data)})
		}),
	),
)

func (s *Counter) add(c *ravel.Context, a Add) {
	_ = s.disk.Append("log", []byte{1})
	if s.hasty {
		c.Send(a.From, Added{})
	}
	_ = s.disk.Sync("log")
	if !s.hasty {
		c.Send(a.From, Added{})
	}
}

// Exhaustive search shows that the patient counter loses nothing, and how the hasty one does.
func Example() {
	for _, hasty := range []bool{false, true} {
		body := func(t *check.T) {
			disk.New(t.Root(), "counter", disk.Config{})
			fresh := func(int) ravel.Machine { return CounterMachine.New(&Counter{hasty: hasty}) }
			counter := t.Create(fresh(0))
			crash.Enable(t.Root(), crash.Config{Crashes: 1, Restarts: 1, MustRestart: true}, crash.Node{ID: counter, New: fresh})
			t.Go("client", func(c *ravel.Context) {
				c.Send(counter, Add{c.Self()})
				if _, ok := ravel.Next(c).(Added); !ok {
					return
				}
				c.Send(counter, Count{c.Self()})
				n := ravel.Next(c).(Number)
				c.Assert(n.N == 1, "one was added, and there are %d", n.N)
			})
		}
		report, err := check.Explore("counter", check.Config{Strategy: "dfs", Schedules: 1e6}, body)
		switch {
		case err != nil:
			fmt.Println(err)
		case report.Failure != nil:
			fmt.Println(report.Failure.Err)
		default:
			fmt.Println("exhausted:", report.Exhausted)
		}
	}
	// Output:
	// exhausted: true
	// an assertion in client failed: one was added, and there are 0
}
