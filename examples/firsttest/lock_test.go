//go:build firsttest

package firsttest

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// LeaseOrder demands that nobody writes under a lease after a newer lease has been used.
type LeaseOrder struct{ newest int }

var LeaseOrderMonitor = ravel.DefineMonitor[LeaseOrder]("LeaseOrder",
	ravel.Warm("Watching", ravel.On((*LeaseOrder).written)))

func (m *LeaseOrder) written(c *ravel.MonitorContext, w Written) {
	c.Assert(w.Lease >= m.newest, "lease %d wrote after lease %d: two clients held the lock", w.Lease, m.newest)
	m.newest = w.Lease
}

func TestLock(t *testing.T) {
	check.Test(t, func(t *check.T) {
		t.Monitor(LeaseOrderMonitor.New(&LeaseOrder{}))
		lock := t.Create(LockMachine.New(&Lock{}))
		store := t.Create(StoreMachine.New(&Store{}))
		for range 2 {
			t.Go("client", func(c *ravel.Context) {
				c.Send(lock, Acquire{c.Self()})
				granted := ravel.Receive[Granted](c)
				c.Send(store, Write{granted.Lease})
				c.Send(lock, Release{granted.Lease})
			})
		}
	})
}
