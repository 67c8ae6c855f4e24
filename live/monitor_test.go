package live_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

type (
	taken    struct{ id int }
	returned struct{ id int }
)

// lending is a specification: what is taken is returned, and nothing is taken twice.
type lending struct{ out map[int]bool }

func (l *lending) taken(c *ravel.MonitorContext, e taken) {
	c.Assert(!l.out[e.id], "%d is taken twice", e.id)
	l.out[e.id] = true
	c.Goto("Lent")
}

func (l *lending) returned(c *ravel.MonitorContext, e returned) {
	if delete(l.out, e.id); len(l.out) == 0 {
		c.Goto("Complete")
	}
}

var lendingMonitor = ravel.DefineMonitor[lending]("Lending",
	ravel.Cold("Complete", ravel.On((*lending).taken)),
	ravel.Hot("Lent", ravel.On((*lending).taken), ravel.On((*lending).returned)))

func monitored() live.Options {
	return live.Options{Monitors: []ravel.Monitor{lendingMonitor.New(&lending{out: map[int]bool{}})}, HotAfter: time.Minute}
}

func TestViolatedMonitor(t *testing.T) {
	bubble(t, monitored(), func(t *testing.T, s *live.System, d *diary) {
		went := false
		_, _ = s.Go("reader", func(c *ravel.Context) {
			c.Notify(taken{1})
			c.Notify(taken{1})
			c.Notify(taken{1}) // it listens no more
			c.Yield()
			went = true
		})
		synctest.Wait()
		if len(d.violated) != 1 || !strings.Contains(d.violated[0], "1 is taken twice") || !strings.Contains(d.violated[0], "Lending") {
			t.Error(d.violated)
		}
		if !went || len(d.failed) != 0 {
			t.Error("the machine is to go on", d.failed)
		}
	})
}

// A monitor that stays hot is reported with how long it has been, at longer and longer distances.
func TestHotMonitor(t *testing.T) {
	bubble(t, monitored(), func(t *testing.T, s *live.System, d *diary) {
		id := create(t, s, ravel.Func("reader", func(c *ravel.Context) {
			for {
				c.Notify(ravel.Next(c))
			}
		}))
		send(t, s, id, taken{1}, returned{1})
		time.Sleep(10 * time.Minute)
		if len(d.hot) != 0 || len(s.Hot()) != 0 {
			t.Error("it is not hot", d.hot)
		}
		send(t, s, id, taken{2})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		var after []time.Duration
		for _, h := range d.hot {
			after = append(after, h.For)
		}
		if !slices.Equal(after, []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute}) || d.hot[0].State != "Lent" {
			t.Error(d.hot)
		}
		if h := s.Hot(); len(h) != 1 || h[0] != (live.HotMonitor{Monitor: "Lending", State: "Lent", For: 5 * time.Minute}) {
			t.Error(h)
		}
		send(t, s, id, returned{2})
		time.Sleep(time.Hour)
		if len(d.hot) != 3 || len(s.Hot()) != 0 {
			t.Error("it has cooled", d.hot)
		}
	})
}

// Notifications of many machines are heard one after the other; under the race detector this test proves more.
func TestMonitorHearsOneAtATime(t *testing.T) {
	heard := &hearing{}
	bubble(t, live.Options{Monitors: []ravel.Monitor{hearingMonitor.New(heard)}}, func(t *testing.T, s *live.System, d *diary) {
		for range 20 {
			_, _ = s.Go("speaker", func(c *ravel.Context) {
				for i := range 50 {
					c.Notify(add{i})
					c.Yield()
				}
			})
		}
		synctest.Wait()
		if heard.n != 1000 {
			t.Errorf("%d of 1000 notifications were heard", heard.n)
		}
	})
}

type hearing struct{ n int }

var hearingMonitor = ravel.DefineMonitor[hearing]("Hearing", ravel.Warm("Listening", ravel.On(func(h *hearing, c *ravel.MonitorContext, _ add) { h.n++ })))
