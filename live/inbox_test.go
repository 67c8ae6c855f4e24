package live_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/model/network"
)

// slow takes a second for each event.
type slow struct{ done int }

var slowMachine = ravel.Define[slow]("Slow", ravel.Start("Working", ravel.On(func(m *slow, c *ravel.Context, _ add) {
	time.Sleep(time.Second) // the real world
	m.done++
})))

var fastMachine = ravel.Define[source]("Fast", ravel.Start("Sending", ravel.On(func(_ *source, c *ravel.Context, b burst) {
	for range b.n {
		c.Send(b.to, add{1})
	}
})))

// A sender that is faster than the receiver waits for it, and is reported when that takes long.
func TestBackPressure(t *testing.T) {
	o := live.Options{Inboxes: map[string]live.Inbox{"Slow": {Capacity: 3}}, BlockedAfter: 500 * time.Millisecond}
	bubble(t, o, func(t *testing.T, s *live.System, d *diary) {
		m := &slow{}
		to := create(t, s, slowMachine.New(m))
		from := create(t, s, fastMachine.New(&source{}))
		send(t, s, from, burst{to, 10})
		time.Sleep(2500 * time.Millisecond)
		synctest.Wait()
		// One is being handled, three wait, two are done; the sender has four left.
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		err := s.Send(ctx, to, add{1})
		cancel()
		if !errors.Is(err, live.ErrFull) || !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if m.done != 10 {
			t.Errorf("%d of 10 events were handled", m.done)
		}
		if len(d.blocked) == 0 || d.blocked[0] != "Slow" {
			t.Errorf("blocked: %v", d.blocked)
		}
		if err := stop(s); err != nil {
			t.Error(err)
		}
	})
}

// A sender that is passed over again and again, as others take what room there is, is reported as well.
func TestBackPressureOnMany(t *testing.T) {
	o := live.Options{Inboxes: map[string]live.Inbox{"Slow": {Capacity: 1}}, BlockedAfter: 1500 * time.Millisecond}
	bubble(t, o, func(t *testing.T, s *live.System, d *diary) {
		m := &slow{}
		to := create(t, s, slowMachine.New(m))
		for range 10 {
			send(t, s, create(t, s, fastMachine.New(&source{})), burst{to, 1})
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		// Each second there is room for one more, so whoever comes third or later waits for longer than that is borne.
		if m.done != 10 || len(d.blocked) != 7 {
			t.Errorf("%d of 10 events were handled; %d senders have been reported to wait", m.done, len(d.blocked))
		}
	})
}

func TestFullInboxThatRejects(t *testing.T) {
	bubble(t, live.Options{Inbox: live.Inbox{Capacity: 3, Reject: true}}, func(t *testing.T, s *live.System, d *diary) {
		m := &slow{}
		to := create(t, s, slowMachine.New(m))
		send(t, s, to, add{1})
		synctest.Wait()
		send(t, s, create(t, s, fastMachine.New(&source{})), burst{to, 10})
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := s.DeadLetters()[live.Full]; m.done != 4 || n != 7 {
			t.Errorf("%d handled, %d rejected", m.done, n)
		}
	})
}

// Two machines that fill each other's inboxes wait for each other: that is reported, and Stop ends it.
func TestBackPressureInACircle(t *testing.T) {
	bubble(t, live.Options{Inbox: live.Inbox{Capacity: 1}}, func(t *testing.T, s *live.System, d *diary) {
		x := create(t, s, fastMachine.New(&source{}))
		y := create(t, s, fastMachine.New(&source{}))
		send(t, s, x, burst{y, 5})
		send(t, s, y, burst{x, 5})
		_ = y
		z := create(t, s, echoMachine.New(&echo{}))
		w := create(t, s, echoMachine.New(&echo{peer: z}))
		send(t, s, z, meet{w})
		send(t, s, z, add{3})
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if len(d.blocked) < 2 {
			t.Fatalf("blocked: %v", d.blocked)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var e *live.StopError
		if err := s.Stop(ctx); !errors.As(err, &e) || len(e.Dropped) == 0 || !errors.Is(err, context.DeadlineExceeded) || len(e.Running) != 0 {
			t.Errorf("%+v", err)
		}
	})
}

// echo sends two for each that it gets.
type echo struct{ peer ravel.ID }

var echoMachine = ravel.Define[echo]("Echo", ravel.Start("Echoing",
	ravel.On(func(m *echo, c *ravel.Context, x meet) { m.peer = x.peer }),
	ravel.On(func(m *echo, c *ravel.Context, a add) {
		for range a.n {
			c.Send(m.peer, a)
		}
	})))

func TestUnknownReceivers(t *testing.T) {
	other := start(t, live.Options{})
	foreign := create(t, other, workerMachine.New(&worker{}))
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		if err := s.Send(t.Context(), foreign, add{1}); !errors.Is(err, live.ErrNoSuch) || !strings.Contains(err.Error(), "another system") {
			t.Error(err)
		}
		if err := s.Send(t.Context(), ravel.ID{}, add{1}); err == nil {
			t.Error("a send to the zero ID")
		}
		if err := s.Send(t.Context(), create(t, s, workerMachine.New(&worker{})), nil); err == nil {
			t.Error("a send of nil")
		}
		if _, err := s.Create(ravel.Machine{}); err == nil {
			t.Error("the zero Machine")
		}
		_, _ = s.Go("lost", func(c *ravel.Context) { c.Send(foreign, add{2}) })
		synctest.Wait()
		if len(d.failed) != 1 || !strings.Contains(d.failed[0].Err.Error(), "belongs to no machine") {
			t.Errorf("%+v", d.failed)
		}
		if n := s.DeadLetters()[live.Unknown]; n != 2 {
			t.Errorf("%d dead letters", n)
		}
	})
}

// A machine that uses a model of the tester's fails, and says what to do.
func TestModelsAreForTests(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		_, _ = s.Go("user", func(c *ravel.Context) { network.New(c, network.Config{}) })
		synctest.Wait()
		if len(d.failed) != 1 || !strings.Contains(d.failed[0].Err.Error(), "models stand for an environment in tests") {
			t.Errorf("%+v", d.failed)
		}
	})
}

func TestFind(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		one := create(t, s, workerMachine.New(&worker{}))
		two := create(t, s, workerMachine.New(&worker{}))
		bob := create(t, s, workerMachine.New(&worker{}).Named("Bob#x"))
		for name, want := range map[string]ravel.ID{"Worker": one, "Worker#2": two, "Bob#x": bob, "Worker#1": {}, "Worker#3": {}, "Nobody": {}} {
			if id, ok := s.Find(name); id != want || ok != !want.IsZero() {
				t.Errorf("%s: %v, %v", name, id, ok)
			}
		}
		if one.Compare(two) >= 0 || two.Compare(one) <= 0 || one.Compare(one) != 0 {
			t.Error("IDs are ordered by creation")
		}
	})
}

func TestRemote(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		var got []any
		far := s.Remote("node-2/Server", func(from ravel.ID, event any) error {
			if len(got) == 2 {
				return errors.New("the line is dead")
			}
			got = append(got, event)
			return nil
		})
		_, _ = s.Go("near", func(c *ravel.Context) {
			for i := range 3 {
				c.Send(far, add{i})
			}
		})
		synctest.Wait()
		if len(got) != 2 || got[1] != any(add{1}) || len(d.dead) != 1 || d.dead[0].To != far || d.dead[0].Err == nil {
			t.Error(got, d.dead)
		}
	})
}

// A machine that goes down while it waits for room waits no longer: its next incarnation is up at once, however long the inbox
// stays full, and what it would have sent is a dead letter.
func TestCrashOfWhoWaitsForRoom(t *testing.T) {
	bubble(t, live.Options{Inboxes: map[string]live.Inbox{"Deaf": {Capacity: 1}}}, func(t *testing.T, s *live.System, d *diary) {
		deaf := create(t, s, ravel.Define[slow]("Deaf", ravel.Start("Deaf", ravel.Defer[add]())).New(&slow{}))
		from := create(t, s, fastMachine.New(&source{}))
		send(t, s, from, burst{deaf, 3})
		synctest.Wait()
		again := &worker{}
		_, _ = s.Go("operator", func(c *ravel.Context) {
			c.Crash(from)
			c.Restart(from, workerMachine.New(again))
			c.Send(from, add{7})
		})
		synctest.Wait()
		if n := s.DeadLetters()[live.Unsent]; again.sum != 7 || n != 2 {
			t.Errorf("the next incarnation has %d, and %d events were not sent", again.sum, n)
		}
	})
}

// What a machine that crashes had in its inbox takes no room in that of the next one.
func TestRoomAfterARestart(t *testing.T) {
	bubble(t, live.Options{Inboxes: map[string]live.Inbox{"Slow": {Capacity: 3}}}, func(t *testing.T, s *live.System, d *diary) {
		m, again := &slow{}, &slow{}
		to := create(t, s, slowMachine.New(m))
		send(t, s, to, add{1}, add{1}, add{1})
		_, _ = s.Go("operator", func(c *ravel.Context) {
			c.Crash(to)
			c.Restart(to, slowMachine.New(again))
			for range 10 {
				c.Send(to, add{1})
			}
		})
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := s.DeadLetters()[live.Down]; again.done != 10 || m.done+int(n) != 3 {
			t.Errorf("%d before, %d lost, %d after", m.done, n, again.done)
		}
	})
}

// That is so from the moment on at which it crashes, however long a handler of it that blocks goes on.
func TestRoomWhileAnOldHandlerRuns(t *testing.T) {
	busy := ravel.Define[slow]("Slow", ravel.Start("Working", ravel.Defer[hit](), ravel.On(func(*slow, *ravel.Context, add) { time.Sleep(time.Second) })))
	for _, reject := range []bool{false, true} {
		bubble(t, live.Options{Inboxes: map[string]live.Inbox{"Slow": {Capacity: 3, Reject: reject}}}, func(t *testing.T, s *live.System, d *diary) {
			again := &slow{}
			to := create(t, s, busy.New(&slow{}))
			send(t, s, to, hit{}, hit{})
			synctest.Wait()
			send(t, s, to, add{1})
			synctest.Wait() // it is busy for a second
			sent := false
			_, _ = s.Go("operator", func(c *ravel.Context) {
				c.Crash(to)
				c.Restart(to, slowMachine.New(again))
				for range 3 {
					c.Send(to, add{1})
				}
				c.Yield()
				sent = true
			})
			synctest.Wait()
			if !sent {
				t.Error("the sender waits, although the inbox is empty")
			}
			time.Sleep(time.Minute)
			synctest.Wait()
			if again.done != 3 || s.DeadLetters()[live.Full] != 0 {
				t.Errorf("%d events were handled after the restart; dead letters %v", again.done, s.DeadLetters())
			}
		})
	}
}

// What the tester refuses is refused here.
func TestBadInboxes(t *testing.T) {
	for _, test := range []struct {
		o    live.Options
		want string
	}{
		{live.Options{Inbox: live.Inbox{Capacity: -1}}, "Inbox: an inbox of capacity -1: it must be positive, or 0 for no bound"},
		{live.Options{Inbox: live.Inbox{Reject: true}}, "set its Capacity"},
		{live.Options{Inboxes: map[string]live.Inbox{"A": {Capacity: 1}, "B": {Reject: true}}}, `Inboxes["B"]: an inbox without a bound rejects nothing`},
	} {
		if _, err := live.New(test.o); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: the error does not say %q", err, test.want)
		}
	}
}
