package crash_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/internal/modeltest"
)

type (
	word struct{ S string }
	show struct{}
)

// receiver creates a machine that keeps what it gets and shows it after show.
func receiver(p *enginetest.Probe, c *ravel.Context) ravel.ID {
	id := c.Go("receiver", func(c *ravel.Context) {
		ravel.Receive[show](c)
		for {
			switch ev := ravel.Next(c).(type) {
			case word:
				p.See(ev.S)
			case crash.Down:
				p.See("%v down", ev.ID)
			case crash.Up:
				p.See("%v up %d", ev.ID, ev.Incarnation)
			}
		}
	})
	ravel.AwaitQuiet(c)
	return id
}

// talker says its words when it starts.
type talker struct {
	to    ravel.ID
	words []string
}

var talkerMachine = ravel.Define[talker]("talker",
	ravel.Start("Talking", ravel.Entry(func(m *talker, c *ravel.Context) {
		for _, w := range m.words {
			c.Send(m.to, word{w})
		}
	})),
)

// talkers is a program of n talkers that say their number so many times, and after a restart their incarnation.
func talkers(n, times int, cfg crash.Config, tell bool) func(*enginetest.Probe, *ravel.Context) {
	return func(p *enginetest.Probe, c *ravel.Context) {
		to := receiver(p, c)
		var nodes []crash.Node
		for i := range n {
			w := fmt.Sprint(i)
			id := c.Create(talkerMachine.New(&talker{to, slices.Repeat([]string{w}, times)}))
			nodes = append(nodes, crash.Node{ID: id, New: func(inc int) ravel.Machine {
				return talkerMachine.New(&talker{to, []string{fmt.Sprintf("%s.%d", w, inc)}})
			}})
		}
		if tell {
			cfg.Detector = to
		}
		crash.Enable(c, cfg, nodes...)
		ravel.AwaitQuiet(c)
		c.Send(to, show{})
	}
}

func TestCrashes(t *testing.T) {
	row := func(name string, n, times int, cfg crash.Config, want ...string) enginetest.Row {
		return enginetest.Row{Name: name, Source: "doc: Crashes", Body: talkers(n, times, cfg, false), Want: want}
	}
	modeltest.Test(t, []enginetest.Row{
		row("none", 1, 2, crash.Config{}, "0 0"),
		row("no crash, no restart", 1, 2, crash.Config{Restarts: 2}, "0 0"),
		row("between any two effects", 1, 2, crash.Config{Crashes: 1}, "0 0", "0", ""),
		row("any node", 2, 1, crash.Config{Crashes: 1},
			"0 1", "1 0", "0", "1"),
		row("all nodes", 2, 1, crash.Config{Crashes: 2}, "0 1", "1 0", "0", "1", ""),
		row("more than there are nodes", 1, 2, crash.Config{Crashes: 3}, "0 0", "0", ""),
	})
}

func TestRestarts(t *testing.T) {
	row := func(name string, times int, cfg crash.Config, want ...string) enginetest.Row {
		return enginetest.Row{Name: name, Source: "doc: Restarts", Body: talkers(1, times, cfg, false), Want: want}
	}
	modeltest.Test(t, []enginetest.Row{
		row("may", 2, crash.Config{Crashes: 1, Restarts: 1}, "0 0", "0", "", "0 0 0.1", "0 0.1", "0.1"),
		row("must", 2, crash.Config{Crashes: 1, Restarts: 1, MustRestart: true}, "0 0", "0 0 0.1", "0 0.1", "0.1"),
		row("must, as long as there are units", 1, crash.Config{Crashes: 2, Restarts: 1, MustRestart: true},
			"0", "0 0.1", "0.1", ""),
		row("twice", 1, crash.Config{Crashes: 2, Restarts: 2, MustRestart: true},
			"0", "0 0.1", "0.1", "0 0.1 0.2", "0.1 0.2", "0 0.2", "0.2"),
	})
}

func TestTelling(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{
		{
			Name: "the detector hears behind what was sent before", Source: "doc: Telling",
			Body: talkers(1, 1, crash.Config{Crashes: 1, Restarts: 1, MustRestart: true}, true),
			Want: []string{
				"0", "talker down talker up 1 0.1", "talker down 0.1 talker up 1",
				"0 talker down talker up 1 0.1", "0 talker down 0.1 talker up 1",
			},
		},
		{
			Name: "monitors hear", Source: "doc: Telling",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				c.Monitor(watching.New(&watch{p}))
				id := c.Create(talkerMachine.New(&talker{}))
				crash.Enable(c, crash.Config{Crashes: 1, Restarts: 1, Notify: true}, crash.Node{ID: id, New: func(int) ravel.Machine {
					return talkerMachine.New(&talker{})
				}})
			},
			Want: []string{"", "down", "down up1"},
		},
	})
}

type watch struct {
	p *enginetest.Probe `ravel:"-"`
}

var watching = ravel.DefineMonitor[watch]("watching",
	ravel.Warm("Watching",
		ravel.On(func(m *watch, c *ravel.MonitorContext, d crash.Down) { m.p.See("down") }),
		ravel.On(func(m *watch, c *ravel.MonitorContext, u crash.Up) { m.p.See("up%d", u.Incarnation) }),
	),
)

func TestWaitingNodes(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{{
		Name: "a node that waits goes down, and what it was sent is lost", Source: "doc: Crashes",
		Body: func(p *enginetest.Probe, c *ravel.Context) {
			to := receiver(p, c)
			wait := func(c *ravel.Context) {
				for {
					c.Send(to, word{"got " + ravel.Next(c).(word).S})
				}
			}
			id := c.Go("waiter", func(c *ravel.Context) { wait(c) })
			crash.Enable(c, crash.Config{Crashes: 1, Restarts: 1, MustRestart: true}, crash.Node{ID: id, New: func(int) ravel.Machine {
				return ravel.Func("waiter", func(c *ravel.Context) { c.Send(to, word{"back"}); ravel.Next(c) })
			}})
			c.Send(id, word{"x"})
			ravel.AwaitQuiet(c)
			c.Send(to, show{})
		},
		Want: []string{"got x", "got x back", "back"},
	}})
}
