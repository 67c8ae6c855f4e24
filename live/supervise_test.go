package live_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/live"
)

// diary is an Observer that keeps what it hears.
type diary struct {
	live.NoObserver
	mu       sync.Mutex
	failed   []live.Failed
	dead     []live.DeadLetter
	ended    []string
	started  []string
	handled  []live.Handling
	violated []string
	hot      []live.HotMonitor
	blocked  []string
}

func (d *diary) note(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

func (d *diary) Started(id ravel.ID, def string) {
	d.note(func() { d.started = append(d.started, id.String()) })
}
func (d *diary) Ended(id ravel.ID, def string, err error) {
	d.note(func() { d.ended = append(d.ended, id.String()) })
}
func (d *diary) Handled(h *live.Handling) { d.note(func() { d.handled = append(d.handled, *h) }) }
func (d *diary) Failed(f live.Failed)     { d.note(func() { d.failed = append(d.failed, f) }) }
func (d *diary) DeadLetter(x live.DeadLetter) {
	d.note(func() { d.dead = append(d.dead, x) })
}
func (d *diary) Violated(m string, err error) {
	d.note(func() { d.violated = append(d.violated, m+": "+err.Error()) })
}
func (d *diary) Hot(m live.HotMonitor) { d.note(func() { d.hot = append(d.hot, m) }) }
func (d *diary) Blocked(from, to ravel.ID) {
	d.note(func() { d.blocked = append(d.blocked, to.String()) })
}

// bubble runs a test with a system on virtual time; whatever goroutines are left at its end are an error.
func bubble(t *testing.T, o live.Options, f func(t *testing.T, s *live.System, d *diary)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := &diary{}
		o.Observer, o.Logger = d, quiet
		s, err := live.New(o)
		if err != nil {
			t.Fatal(err)
		}
		f(t, s, d)
		_ = stop(s)
	})
}

// worker fails when it is told to.
type worker struct {
	sum int
	out func(int)
}

type (
	add    struct{ n int }
	poison struct{}
	report struct{}
	broken struct{}
)

var workerMachine = ravel.Define[worker]("Worker", ravel.Start("Working",
	ravel.On(func(w *worker, c *ravel.Context, a add) { w.sum += a.n }),
	ravel.On(func(w *worker, c *ravel.Context, _ poison) { panic("poison") }),
	ravel.On(func(w *worker, c *ravel.Context, _ broken) { c.Assert(w.sum == 0, "the sum is %d", w.sum) }),
	ravel.On(func(w *worker, c *ravel.Context, _ report) { w.out(w.sum) })))

func send(t testing.TB, s *live.System, to ravel.ID, events ...any) {
	t.Helper()
	for _, ev := range events {
		if err := s.Send(t.Context(), to, ev); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFailedMachineStops(t *testing.T) {
	bubble(t, live.Options{}, func(t *testing.T, s *live.System, d *diary) {
		id := create(t, s, workerMachine.New(&worker{}))
		send(t, s, id, add{1}, broken{})
		synctest.Wait()
		var a *failure.Assertion
		if len(d.failed) != 1 || !errors.As(d.failed[0].Err, &a) || a.Message != "the sum is 1" || a.Place.IsZero() || a.State != "Working" {
			t.Errorf("%+v", d.failed)
		}
		if err := s.Send(t.Context(), id, add{1}); !errors.Is(err, live.ErrDown) {
			t.Error(err)
		}
		if want := map[live.Reason]uint64{live.Poison: 1, live.Halted: 1}; !equal(s.DeadLetters(), want) {
			t.Error(s.DeadLetters())
		}
	})
}

func equal[K comparable, V comparable](a, b map[K]V) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

func TestRestart(t *testing.T) {
	var sums []int
	out := func(n int) { sums = append(sums, n) }
	restarting := live.Policy{Directive: live.Restart, Fresh: func() ravel.Machine { return workerMachine.New(&worker{out: out}) }, MinBackoff: time.Second}
	bubble(t, live.Options{Policies: map[string]live.Policy{"Worker": restarting}}, func(t *testing.T, s *live.System, d *diary) {
		id := create(t, s, workerMachine.New(&worker{out: out}))
		begin := time.Now()
		send(t, s, id, add{1}, report{}, poison{}, add{10}, report{})
		time.Sleep(time.Hour)
		synctest.Wait()
		if !slices.Equal(sums, []int{1, 10}) {
			t.Errorf("%v: the state is to be fresh, and what was behind the poison is to be handled", sums)
		}
		if h := d.handled[len(d.handled)-1]; h.Start.Sub(begin) != time.Second {
			t.Errorf("it was back after %v", h.Start.Sub(begin))
		}
		if len(d.failed) != 1 || d.failed[0].Directive != live.Restart || d.failed[0].Restarts != 1 || id.String() != d.failed[0].Name {
			t.Errorf("%+v", d.failed)
		}
	})
}

// A machine that fails on every event is restarted up to the limit, with longer and longer pauses.
func TestPoisonUpToTheLimit(t *testing.T) {
	pol := live.Policy{
		Directive: live.Restart, Fresh: func() ravel.Machine { return workerMachine.New(&worker{}) },
		MaxRestarts: 3, MinBackoff: time.Second, MaxBackoff: 3 * time.Second,
	}
	bubble(t, live.Options{Policy: pol}, func(t *testing.T, s *live.System, d *diary) {
		id := create(t, s, workerMachine.New(&worker{}))
		begin := time.Now()
		for range 6 {
			send(t, s, id, poison{})
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		var did []live.Directive
		for _, f := range d.failed {
			did = append(did, f.Directive)
		}
		if !slices.Equal(did, []live.Directive{live.Restart, live.Restart, live.Restart, live.Stop}) {
			t.Error(did)
		}
		if last := d.handled[len(d.handled)-1].Start.Sub(begin); last != (1+2+3)*time.Second {
			t.Errorf("the pauses add up to %v", last)
		}
		// Four failed on an event each; the other two are lost, and known to be.
		if want := map[live.Reason]uint64{live.Poison: 4, live.Halted: 2}; !equal(s.DeadLetters(), want) {
			t.Error(s.DeadLetters())
		}
	})
}

// chief creates a worker, and starts it again when it fails.
type chief struct {
	worker ravel.ID
	heard  []live.Failed
}

type hire struct{}

var chiefMachine = ravel.Define[chief]("Chief", ravel.Start("Leading",
	ravel.On(func(m *chief, c *ravel.Context, _ hire) { m.worker = c.Create(workerMachine.New(&worker{})) }),
	ravel.On(func(m *chief, c *ravel.Context, p poison) { c.Send(m.worker, p) }),
	ravel.On(func(m *chief, c *ravel.Context, f live.Failed) {
		m.heard = append(m.heard, f)
		c.Restart(f.Machine, workerMachine.New(&worker{}))
		c.Send(f.Machine, add{1})
	})))

func TestEscalationToTheCreator(t *testing.T) {
	bubble(t, live.Options{Policies: map[string]live.Policy{"Worker": {Directive: live.Escalate}}}, func(t *testing.T, s *live.System, d *diary) {
		m := &chief{}
		id := create(t, s, chiefMachine.New(m))
		send(t, s, id, hire{}, poison{}, poison{})
		synctest.Wait()
		var p *failure.Panic
		if len(m.heard) == 0 || m.heard[0].Machine != m.worker || m.heard[0].Directive != live.Escalate || !errors.As(m.heard[0].Err, &p) || p.Value != "poison" {
			t.Fatalf("%+v", m.heard)
		}
		if p.Place.IsZero() || p.Stack == "" {
			t.Errorf("%+v", p)
		}
		if h := d.handled[len(d.handled)-1]; h.Definition != "Worker" || h.Event != "live_test.add" || h.From != id {
			t.Errorf("the worker does not work again: %+v", h)
		}
		if s.Err() != nil {
			t.Error(s.Err())
		}
	})
}

// Who has no answer to the failure of a machine that it has created fails itself, up to the owner of the system.
func TestEscalationToTheTop(t *testing.T) {
	bubble(t, live.Options{Policy: live.Policy{Directive: live.Escalate}}, func(t *testing.T, s *live.System, d *diary) {
		if _, err := s.Go("top", func(c *ravel.Context) {
			c.Go("middle", func(c *ravel.Context) {
				w := c.Create(workerMachine.New(&worker{}))
				c.Send(w, poison{})
				ravel.Receive[hire](c)
			})
			ravel.Receive[hire](c)
		}); err != nil {
			t.Fatal(err)
		}
		m := create(t, s, deafMachine.New(&deaf{}))
		synctest.Wait()
		if len(d.failed) != 1 { // plain functions that wait for something else leave it in their inboxes
			t.Errorf("%+v", d.failed)
		}
		send(t, s, m, hire{})
		<-s.Done()
		var up *live.EscalatedError
		var p *failure.Panic
		if !errors.As(s.Err(), &up) || up.Machine != "Worker#2" || !errors.As(s.Err(), &p) {
			t.Error(s.Err())
		}
	})
}

type deaf struct{}

var deafMachine = ravel.Define[deaf]("Deaf", ravel.Start("Deaf", ravel.On(func(_ *deaf, c *ravel.Context, _ hire) {
	c.Send(c.Create(workerMachine.New(&worker{})), poison{})
})))

func TestBadPolicies(t *testing.T) {
	for _, p := range []live.Policy{
		{Directive: 7}, {Directive: live.Restart}, {Exhausted: live.Restart}, {MaxRestarts: -1}, {Window: -1},
	} {
		if _, err := live.New(live.Options{Policies: map[string]live.Policy{"M": p}}); err == nil {
			t.Errorf("%+v", p)
		}
	}
}
