package live_test

import (
	"runtime"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/trace"
)

// tight takes events by handlers and amid them, and ignores some.
type tight struct{}

var tightMachine = ravel.Define[tight]("Tight", ravel.Start("Open",
	ravel.Ignore[hit](),
	ravel.On(func(_ *tight, c *ravel.Context, l leisurely) {
		if l.n[0]%10 == 0 {
			ravel.Next(c)
		}
	})))

// leisurely takes its time to be printed, so that others get a turn between what happens and its being recorded.
type leisurely struct{ n []int }

func (l leisurely) String() string {
	runtime.Gosched()
	return "one at leisure"
}

// The flight recorder has what happens to a bounded inbox in an order in which it can have happened: what is delivered has found
// room, and what is rejected has found none.
func TestFlightRecorderOfFullInboxes(t *testing.T) {
	const senders, each = 8, 400
	for _, in := range []live.Inbox{{Capacity: 2, Reject: true}, {Capacity: 2}} {
		s := start(t, live.Options{Record: 1 << 15, Payloads: true, Inboxes: map[string]live.Inbox{"Tight": in}, Logger: quiet})
		to := create(t, s, tightMachine.New(&tight{}))
		for range senders {
			_, _ = s.Go("sender", func(c *ravel.Context) {
				for i := range each {
					if i%3 == 0 {
						c.Send(to, hit{})
					} else {
						c.Send(to, leisurely{[]int{i}})
					}
					if i%7 == 0 {
						c.Yield()
					}
				}
			})
		}
		if err := live.Quiet(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		tr, err := s.Trace()
		if err != nil || tr.Missing > 0 {
			t.Fatal(err, tr.Missing)
		}
		sent, rejected := roomy(t, tr, "Tight", in.Capacity)
		if sent+rejected != senders*each || uint64(rejected) != s.DeadLetters()[live.Full] || in.Reject && rejected == 0 {
			t.Errorf("%+v: %d events were sent, and %d rejected", in, sent, rejected)
		}
	}
}

// roomy checks that a machine's inbox never holds more than it may, and was full whenever it rejected an event, by the record.
func roomy(t *testing.T, tr *trace.Trace, name string, capacity int) (sent, rejected int) {
	t.Helper()
	size := 0
	for _, ev := range tr.Events {
		switch {
		case ev.Kind == trace.Sent && ev.Peer == name:
			size++
			sent++
		case ev.Kind == trace.Took && ev.Who == name && ev.Sent > 0, ev.Kind == trace.Dropped && ev.Who == name:
			size--
		case ev.Kind == trace.Lost && ev.Peer == name && ev.To == trace.Full:
			rejected++
			if size != capacity {
				t.Fatalf("%+v: the inbox holds %d events", ev, size)
			}
		}
		if size < 0 || size > capacity {
			t.Fatalf("%+v: the inbox holds %d events", ev, size)
		}
	}
	return sent, rejected
}
