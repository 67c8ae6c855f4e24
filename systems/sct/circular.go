package sct

import (
	"sync"
	"sync/atomic"
)

// circular is a buffer of two places for one sender and one receiver. Each has its own index; the number of items is what
// both change, by a load and a store.
type circular struct {
	mu     sync.Mutex
	locked bool // changes of used hold mu
	slots  [2]atomic.Int64
	used   atomic.Int64
	in     int // of the sender
	out    int // of the receiver
}

func (c *circular) add(n int64) {
	if c.locked {
		c.mu.Lock()
		defer c.mu.Unlock()
	}
	c.used.Store(c.used.Load() + n)
}

func (c *circular) send(item int64) bool {
	if c.used.Load() == int64(len(c.slots)) {
		return false
	}
	c.slots[c.in].Store(item)
	c.in = (c.in + 1) % len(c.slots)
	c.add(1)
	return true
}

func (c *circular) receive() (item int64, ok bool) {
	if c.used.Load() == 0 {
		return 0, false
	}
	item = c.slots[c.out].Load()
	c.out = (c.out + 1) % len(c.slots)
	c.add(-1)
	return item, true
}

// runCircularBuffer sends the numbers from 1 on and wants them back in this order.
func runCircularBuffer(t TB, locked bool) {
	c := &circular{locked: locked}
	var sent, received int64
	receive := func() bool {
		item, ok := c.receive()
		if ok {
			received++
		}
		if ok && item != received {
			t.Errorf("received %d, want %d", item, received)
		}
		return ok
	}
	together(
		func() {
			for range 2 {
				if c.send(sent + 1) {
					sent++
				}
			}
		},
		func() {
			for range 2 {
				receive()
			}
		})
	for range c.slots {
		receive()
	}
	if received != sent {
		t.Errorf("received %d items, want %d", received, sent)
	}
}

func circularBuffers() []Program {
	return []Program{{
		Name: "circular_buffer", Family: "queue", Threads: 3, Within: 500, Shows: Assertion,
		Bug:    "the sender and the receiver of a ring buffer both count its items, by a load and a store",
		Source: sctbench,
		Run:    func(t TB) { runCircularBuffer(t, false) },
		Fixed:  func(t TB) { runCircularBuffer(t, true) },
	}}
}
