package crash_test

import (
	"slices"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/internal/modeltest"
)

type (
	acquire struct{ From ravel.ID }
	release struct{ From ravel.ID }
	granted struct{}
)

// lock hands itself to one client after the other. A lock that does not watch its clients waits for ever for one that has
// crashed.
type lock struct {
	watching bool
	queue    []ravel.ID // the first one holds the lock
}

var lockMachine = ravel.Define[lock]("Lock",
	ravel.Start("Serving",
		ravel.On(func(l *lock, c *ravel.Context, a acquire) {
			if l.queue = append(l.queue, a.From); len(l.queue) == 1 {
				c.Send(a.From, granted{})
			}
		}),
		ravel.On(func(l *lock, c *ravel.Context, r release) { l.drop(c, r.From) }),
		ravel.On(func(l *lock, c *ravel.Context, d crash.Down) {
			if l.watching {
				l.drop(c, d.ID)
			}
		}),
	),
)

func (l *lock) drop(c *ravel.Context, id ravel.ID) {
	i := slices.Index(l.queue, id)
	if i < 0 {
		return
	}
	l.queue = slices.Delete(l.queue, i, i+1)
	if i == 0 && len(l.queue) > 0 {
		c.Send(l.queue[0], granted{})
	}
}

type client struct{ lock ravel.ID }

var clientMachine = ravel.Define[client]("Client",
	ravel.Start("Waiting",
		ravel.Entry(func(m *client, c *ravel.Context) { c.Send(m.lock, acquire{c.Self()}) }),
		ravel.On(func(m *client, c *ravel.Context, _ granted) { c.Send(m.lock, release{c.Self()}) }),
	),
)

func TestEndToEnd(t *testing.T) {
	row := func(name string, watching bool, crashes int, want ...string) enginetest.Row {
		return enginetest.Row{
			Name: name, Source: "doc: Telling", Want: want,
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				l := c.Create(lockMachine.New(&lock{watching: watching}))
				ravel.AwaitQuiet(c)
				id := c.Create(clientMachine.New(&client{l}))
				crash.Enable(c, crash.Config{Crashes: crashes, Detector: l}, crash.Node{ID: id})
				c.Send(l, acquire{c.Self()})
				ravel.Receive[granted](c)
				p.See("granted")
			},
		}
	}
	modeltest.Test(t, []enginetest.Row{
		row("trusting, no crash", false, 0, "granted"),
		row("trusting", false, 1, "granted", "!deadlock"),
		row("watching, no crash", true, 0, "granted"),
		row("watching", true, 1, "granted"),
	})
}
