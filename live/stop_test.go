package live_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// What was accepted before Stop is handled, with all that follows from it.
func TestStopDrains(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		m := &slow{}
		to := create(t, s, slowMachine.New(m))
		send(t, s, create(t, s, fastMachine.New(&source{})), burst{to, 10})
		if err := s.Stop(t.Context()); err != nil || m.done != 10 {
			t.Error(err, m.done)
		}
		if err := s.Send(t.Context(), to, add{1}); !errors.Is(err, live.ErrStopped) {
			t.Error(err)
		}
		if _, err := s.Create(slowMachine.New(m)); !errors.Is(err, live.ErrStopped) {
			t.Error(err)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Error("the second Stop says", err)
		}
	})
}

// What there was no time for is reported, machine by machine.
func TestStopAtADeadline(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		m := &slow{}
		to := create(t, s, slowMachine.New(m))
		send(t, s, create(t, s, fastMachine.New(&source{})), burst{to, 10})
		ctx, cancel := context.WithTimeout(t.Context(), 3500*time.Millisecond)
		defer cancel()
		var e *live.StopError
		if err := s.Stop(ctx); !errors.As(err, &e) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		// Three were done and the fourth was being handled.
		if e.Dropped["Slow"] != 6 || len(e.Running) != 0 || m.done != 4 || s.DeadLetters()[live.Stopped] != 6 {
			t.Errorf("%+v, %d done", e, m.done)
		}
	})
}

// A handler that blocks outside of Ravel is named.
func TestStopNamesWhoDoesNotReturn(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		release := make(chan struct{})
		_, _ = s.Go("blocked", func(c *ravel.Context) { <-release })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var e *live.StopError
		if err := s.Stop(ctx); !errors.As(err, &e) || len(e.Running) != 1 || e.Running[0] != "blocked" {
			t.Error(err)
		}
		close(release)
	})
}

// Handlers that wait are unwound: their deferred functions run.
func TestStopUnwinds(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		var unwound atomic.Int32
		for range 10 {
			_, _ = s.Go("waiting", func(c *ravel.Context) {
				defer unwound.Add(1)
				defer c.Send(c.Self(), add{1}) // does nothing
				ravel.Receive[add](c)
			})
		}
		synctest.Wait()
		if err := s.Stop(t.Context()); err != nil || unwound.Load() != 10 {
			t.Error(err, unwound.Load())
		}
	})
}

// deferring never takes an add.
type deferring struct{}

var deferringMachine = ravel.Define[deferring]("Deferring", ravel.Start("Deferring", ravel.Defer[add](), ravel.On(func(_ *deferring, c *ravel.Context, _ report) {
	c.Every(time.Second, report{})
})))

// What is deferred at the end is reported, and timers do not keep a system going.
func TestStopWithDeferredEvents(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		id := create(t, s, deferringMachine.New(&deferring{}))
		send(t, s, id, report{}, add{1}, add{2})
		time.Sleep(10 * time.Second)
		var e *live.StopError
		if err := s.Stop(t.Context()); !errors.As(err, &e) || e.Cause != nil || e.Dropped["Deferring"] != 2 {
			t.Error(err)
		}
	})
}

// Shutdown under load: every event that was accepted is either handled or a dead letter.
func TestStopUnderLoad(t *testing.T) {
	for range 20 {
		s := start(t, live.Options{Inboxes: map[string]live.Inbox{"Tally": {Capacity: 8}}, Logger: quiet})
		var handled, accepted atomic.Int64
		ids := make([]ravel.ID, 8)
		for i := range ids {
			ids[i] = create(t, s, tallyMachine.New(&tally{&handled}))
		}
		senders := make(chan struct{})
		for g := range 4 {
			go func() {
				defer func() { senders <- struct{}{} }()
				for i := g; ; i++ {
					if err := s.Send(t.Context(), ids[i%len(ids)], add{1}); errors.Is(err, live.ErrStopped) {
						return
					}
					accepted.Add(1)
				}
			}()
		}
		for handled.Load() < 1000 {
			time.Sleep(time.Millisecond)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		err := s.Stop(ctx)
		cancel()
		for range 4 {
			<-senders
		}
		if err := live.Quiet(t.Context(), s); err != nil { // also who took longer than Stop waits
			t.Fatal(err)
		}
		dropped := 0
		var e *live.StopError
		if errors.As(err, &e) {
			for _, n := range e.Dropped {
				dropped += n
			}
		}
		// Of each sender the last event was refused: an error for it, and a dead letter, perhaps before Stop looked.
		if got := handled.Load() + int64(s.DeadLetters()[live.Stopped]); got != accepted.Load()+4 || dropped > int(s.DeadLetters()[live.Stopped]) {
			t.Fatalf("%d accepted, %d handled, %v: %v", accepted.Load(), handled.Load(), s.DeadLetters(), err)
		}
	}
}

type tally struct{ n *atomic.Int64 }

var tallyMachine = ravel.Define[tally]("Tally", ravel.Start("Counting", ravel.On(func(m *tally, c *ravel.Context, _ add) { m.n.Add(1) })))
