package lease

import (
	"slices"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/internal/trial"
)

// Barred asserts that nothing passes the gate of a server that was declared dead.
type Barred struct{ dead []chainrep.NodeID }

var barredMonitor = ravel.DefineMonitor[Barred]("Barred",
	ravel.Warm("Watching",
		ravel.On(func(b *Barred, _ *ravel.MonitorContext, e Died) { b.dead = append(b.dead, e.Server) }),
		ravel.On(func(b *Barred, c *ravel.MonitorContext, e Passed) {
			c.Assert(!slices.Contains(b.dead, e.Server), "%v, and it was declared dead", e)
		})))

const term = 10 * time.Second

// world makes two servers behind gates, Leases, and somebody who sends to the servers now and then. Under the asynchronous
// clock any timer may fire at any step, so that events take as long as they like.
type world struct {
	gates []ravel.ID
	left  int // events to be sent
}

type due struct{}

var worldMachine = ravel.Define[world]("World", ravel.Start("Sending",
	ravel.Entry(func(w *world, c *ravel.Context) { c.After(term/2, due{}) }),
	ravel.On(func(w *world, c *ravel.Context, _ due) {
		for _, g := range w.gates {
			c.Send(g, "a message")
		}
		if w.left--; w.left > 0 {
			c.After(term/2, due{})
		}
	})))

// sink is a server, and a detector.
type sink struct{ got int }

var sinkMachine = ravel.Define[sink]("Sink", ravel.Start("Taking", ravel.On(func(s *sink, _ *ravel.Context, _ any) { s.got++ })))

// options say whether leases are counted from the arrival of the grant, which is wrong.
type options struct{ sinceGrant bool }

// Settings has a bound: the timers of this test never end.
func (options) Settings() check.Config {
	return check.Config{Steps: 400, Strategy: "random", Schedules: 3000}
}

func body(o options) func(*check.T) {
	return func(t *check.T) {
		t.Monitor(barredMonitor.New(&Barred{}))
		t.Sometimes(false, "a server is declared dead")
		names := []chainrep.NodeID{"s1", "s2"}
		detector := t.Create(ravel.Define[sink]("Detector", ravel.Start("Hearing",
			ravel.On(func(_ *sink, c *ravel.Context, _ chainrep.PingDead) { c.Sometimes(true, "a server is declared dead") }))).New(&sink{}))
		leases := t.Create(LeasesMachine.New(&Leases{Term: term, Detector: detector, Known: names}))
		w := &world{left: 4}
		for _, s := range names {
			g := &Gate{Of: s, Server: t.Create(sinkMachine.New(&sink{})), Leases: leases, Term: term, SinceGrant: o.sinceGrant}
			g.old = true // they have been in the chain
			w.gates = append(w.gates, t.Create(GateMachine.New(g)))
		}
		t.Create(worldMachine.New(w))
	}
}

var study = trial.Of(body)

// Nothing passes the gate of a server that was declared dead, however slow messages are.
func TestBarred(t *testing.T) {
	r := study.Passes(t, options{})
	if len(r.NeverTrue) > 0 || len(r.SilentMonitors) > 0 {
		t.Errorf("never true: %q, monitors that heard nothing: %q", r.NeverTrue, r.SilentMonitors)
	}
}

// A lease that is counted from the arrival of the grant lasts too long, if the grant was slow.
func TestSinceGrant(t *testing.T) {
	trial.Expect(t, study.Find(t, options{sinceGrant: true}), "and it was declared dead")
}
