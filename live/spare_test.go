package live_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

type (
	shower struct{ n int }
	drop   struct{ n int }
	later  struct{}
	spread struct {
		to   ravel.ID
		each int
	}
)

// cloud sends showers of drops to another cloud, and counts those that come, which have to come in order.
type cloud struct {
	next  ravel.ID
	each  int
	heard int
	wrong int
	done  *sync.WaitGroup
}

var cloudMachine = ravel.Define[cloud]("Cloud", ravel.Start("Open",
	ravel.On(func(m *cloud, c *ravel.Context, s spread) { m.next, m.each = s.to, s.each }),
	ravel.On(func(m *cloud, c *ravel.Context, s shower) {
		for i := range m.each {
			c.Send(m.next, drop{i})
		}
		if s.n > 1 {
			c.Send(m.next, shower{s.n - 1})
		} else {
			c.Send(m.next, later{})
		}
	}),
	ravel.On(func(m *cloud, c *ravel.Context, d drop) {
		if d.n != m.heard%m.each {
			m.wrong++
		}
		m.heard++
	}),
	ravel.On(func(m *cloud, c *ravel.Context, _ later) { m.done.Done() })))

// clouds runs pairs of machines, each of which sends many bursts to the other, and returns them.
func clouds(t *testing.T, s *live.System, pairs, each, bursts int) []*cloud {
	var done sync.WaitGroup
	var all []*cloud
	for range pairs {
		done.Add(1)
		a, b := &cloud{done: &done}, &cloud{done: &done}
		x, y := create(t, s, cloudMachine.New(a)), create(t, s, cloudMachine.New(b))
		send(t, s, x, spread{y, each})
		send(t, s, y, spread{x, each})
		send(t, s, x, shower{bursts})
		all = append(all, a, b)
	}
	over := make(chan struct{})
	go func() { done.Wait(); close(over) }()
	select {
	case <-over:
	case <-time.After(time.Minute):
		t.Fatal("an event that ends the showers was lost")
	}
	if err := live.Quiet(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return all
}

// Machines that use the buffers of others lose nothing, mix nothing up, and keep the order.
func TestBurstsInSparedBuffers(t *testing.T) {
	for _, o := range []live.Options{{}, {Record: 1 << 10}, {Inbox: live.Inbox{Capacity: 500}}} {
		s := start(t, o)
		const pairs, each, bursts = 20, 100, 40
		for i, m := range clouds(t, s, pairs, each, bursts) {
			if m.heard != each*bursts/2 || m.wrong > 0 {
				t.Errorf("machine %d heard %d events, %d of them out of order, want %d in order", i, m.heard, m.wrong, each*bursts/2)
			}
		}
	}
}

// What a machine needed for a burst it does not keep when it is idle.
func TestIdleMachineAfterBurst(t *testing.T) {
	s := start(t, live.Options{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC() // nothing of other tests is left, nor in pools: they are empty after two
	runtime.ReadMemStats(&before)
	const pairs = 1000
	all := clouds(t, s, pairs, 200, 2)
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / (2 * pairs); each > 2048 {
		t.Errorf("a machine that is idle after a burst takes %d bytes", each)
	} else {
		t.Logf("%d bytes", each)
	}
	runtime.KeepAlive(all)
}
