// Package flight runs the lock service of examples/firsttest in production, with a flight recorder, and has the monitor of its
// tests listen to the record:
//
//	go test ./examples/flight -run Recorded -update  // records testdata/*.jsonl
//	ravel observe examples/flight/testdata/violated.jsonl ./examples/flight
package flight

import (
	"context"
	"io"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/examples/firsttest"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/transport"
)

// Events knows what the machines tell monitors. Production and the test that observes have it in common.
var Events transport.Registry

func init() {
	transport.MustRegister(&Events, "lock.Written", transport.JSON[firsttest.Written](1))
}

// LeaseOrder demands that nobody writes under a lease after a newer lease has been used.
type LeaseOrder struct{ newest int }

var LeaseOrderMonitor = ravel.DefineMonitor[LeaseOrder]("LeaseOrder", ravel.Warm("Watching", ravel.On((*LeaseOrder).written)))

func (m *LeaseOrder) written(c *ravel.MonitorContext, w firsttest.Written) {
	c.Assert(w.Lease >= m.newest, "lease %d wrote after lease %d: two clients held the lock", w.Lease, m.newest)
	m.newest = w.Lease
}

// Alternation demands that leases write in turn: no number is left out, and none comes back.
type Alternation struct{ last int }

var AlternationMonitor = ravel.DefineMonitor[Alternation]("Alternation", ravel.Warm("Watching", ravel.On((*Alternation).written)))

func (m *Alternation) written(c *ravel.MonitorContext, w firsttest.Written) {
	c.Assert(w.Lease == m.last+1, "lease %d wrote, and lease %d was to be the next", w.Lease, m.last+1)
	m.last = w.Lease
}

// Run has clients take the lock and write, the first of them after a pause (of its garbage collector, say), and writes what a
// flight recorder with room for so many events has kept.
func Run(ctx context.Context, log io.Writer, clients int, pause time.Duration, record int) error {
	system, err := live.New(live.Options{Name: "locks", Record: record, Notifications: &Events})
	if err != nil {
		return err
	}
	lock, err := system.Create(firsttest.LockMachine.New(&firsttest.Lock{}))
	if err != nil {
		return err
	}
	store, err := system.Create(firsttest.StoreMachine.New(&firsttest.Store{}))
	if err != nil {
		return err
	}
	written := make(chan struct{})
	for i := range clients {
		wait := pause
		if i > 0 {
			wait = 0
		}
		if _, err := system.Go("client", func(c *ravel.Context) {
			c.Send(lock, firsttest.Acquire{Client: c.Self()})
			granted := ravel.Receive[firsttest.Granted](c)
			time.Sleep(wait)
			c.Send(store, firsttest.Write{Lease: granted.Lease})
			c.Send(lock, firsttest.Release{Lease: granted.Lease})
			c.Yield() // the events are on their way
			written <- struct{}{}
		}); err != nil {
			return err
		}
		if i == 0 {
			time.Sleep(time.Second) // it is the first to have the lock
		}
	}
	for range clients {
		<-written
	}
	if err := system.Stop(ctx); err != nil {
		return err
	}
	return system.WriteTrace(log)
}
