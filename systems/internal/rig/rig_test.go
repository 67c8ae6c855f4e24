package rig_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/network"
	"github.com/ravelgo/ravel/systems/internal/rig"
)

type ring struct{}

// sleeper resets its alarm twice, and stops it if it should.
type sleeper struct {
	stops bool
	alarm *rig.Alarm
	rings int
}

var sleeperMachine = ravel.Define[sleeper]("Sleeper",
	ravel.Start("Sleeping",
		ravel.Entry(func(s *sleeper, c *ravel.Context) {
			s.alarm = rig.NewAlarm(c, time.Second, ring{})
			s.alarm.Reset()
			s.alarm.Reset()
			if s.stops {
				s.alarm.Stop()
				s.alarm.Stop()
			}
		}),
		ravel.On(func(s *sleeper, _ *ravel.Context, _ ring) {
			s.alarm.Fired()
			s.rings++
		})))

// An alarm rings once, however often it is reset, and not when it was stopped.
func TestAlarm(t *testing.T) {
	check.Test(t, func(t *check.T) {
		rings, stops := &sleeper{}, &sleeper{stops: true}
		t.Create(sleeperMachine.New(rings))
		t.Create(sleeperMachine.New(stops))
		t.AtEnd(func() {
			t.Assert(rings.rings == 1, "it rang %d times", rings.rings)
			t.Assert(stops.rings == 0, "it was stopped and rang %d times", stops.rings)
		})
	}, check.Schedules(200), check.OrderedClock(1))
}

// Over links two messages of different senders may change places; directly the one
// that was sent first arrives first.
func TestWire(t *testing.T) {
	for _, linked := range []bool{false, true} {
		r, err := check.Explore(t.Name(), check.Config{Schedules: 500, Seeded: true, NoShrink: true}, func(t *check.T) {
			var w rig.Wire
			if linked {
				w = rig.Linked(t, network.Config{})
			}
			to := t.Go("receiver", func(c *ravel.Context) {
				first, second := ravel.Receive[int](c), ravel.Receive[int](c)
				c.Assert(first == 1 && second == 2, "%d came before %d", first, second)
			})
			relay := t.Go("relay", func(c *ravel.Context) {
				ravel.Receive[ring](c)
				w.Send(c, to, 2)
			})
			w.Send(t.Root(), to, 1)
			t.Send(relay, ring{})
		})
		if err != nil {
			t.Fatal(err)
		}
		if overtaken := r.Failure != nil; overtaken != linked {
			t.Errorf("linked %v: overtaken %v, %v", linked, overtaken, r.Failure)
		}
	}
}
