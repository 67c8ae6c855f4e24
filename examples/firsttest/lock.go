// Package firsttest is a lock service whose locks are leases, and a store that the lock protects.
package firsttest

import (
	"time"

	"github.com/ravelgo/ravel"
)

// What the machines tell each other.
type (
	Acquire struct{ Client ravel.ID }
	Granted struct{ Lease int } // leases are numbered from 1
	Release struct{ Lease int }
	expired struct{ Lease int }
	Write   struct{ Lease int }
	Written struct{ Lease int } // for the monitor
)

// Lock grants one lease at a time. A lease ends when its holder releases it or when its time is over.
type Lock struct {
	holder  int // the current lease, 0 if there is none
	last    int // the last lease that was granted
	waiting []ravel.ID
}

var LockMachine = ravel.Define[Lock]("Lock",
	ravel.Start("Serving",
		ravel.On((*Lock).acquire),
		ravel.On((*Lock).release),
		ravel.On((*Lock).expire)))

func (l *Lock) acquire(c *ravel.Context, a Acquire) {
	l.waiting = append(l.waiting, a.Client)
	l.grant(c)
}

func (l *Lock) release(c *ravel.Context, r Release) { l.end(c, r.Lease) }
func (l *Lock) expire(c *ravel.Context, e expired)  { l.end(c, e.Lease) }

func (l *Lock) end(c *ravel.Context, lease int) {
	if lease == l.holder {
		l.holder = 0
		l.grant(c)
	}
}

func (l *Lock) grant(c *ravel.Context) {
	if l.holder != 0 || len(l.waiting) == 0 {
		return
	}
	l.last++
	l.holder = l.last
	c.Send(l.waiting[0], Granted{l.holder})
	c.After(10*time.Second, expired{l.holder})
	l.waiting = l.waiting[1:]
}

// Store is what the lock protects: it is written by the holder of the lease.
type Store struct{ newest int }

var StoreMachine = ravel.Define[Store]("Store",
	ravel.Start("Serving", ravel.On((*Store).write)))

func (s *Store) write(c *ravel.Context, w Write) {
	s.newest = w.Lease
	c.Notify(Written{w.Lease})
}
