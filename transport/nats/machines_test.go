package nats_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

// What a user of machines sees when something goes wrong: systems on nodes, as in production.

// site is a system on a node, with what has become of the notes.
type site struct {
	*live.System
	member *live.Member
	node   *nats.Node

	mu      sync.Mutex
	notes   []note
	letters []live.DeadLetter
}

// settle joins a system to a cluster.
func settle(t *testing.T, cfg nats.Config, o live.Options) *site {
	t.Helper()
	s := &site{}
	o.Name, o.Logger = cfg.Node, quiet
	o.DeadLetters = func(d live.DeadLetter) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.letters = append(s.letters, d)
	}
	var err error
	if s.System, err = live.New(o); err != nil {
		t.Fatal(err)
	}
	cfg.Undelivered = s.Undelivered
	if s.node, err = nats.Connect(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if s.member, err = live.Join(s.System, s.node); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.leave() })
	return s
}

// leave ends node and system at once.
func (s *site) leave() {
	now, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.node.Close(now)
	_ = s.Stop(now)
}

func (s *site) got() []note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notes)
}

func (s *site) dead() []live.DeadLetter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.letters)
}

func (s *site) create(t *testing.T, m ravel.Machine) ravel.ID {
	t.Helper()
	id, err := s.Create(m)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (s *site) remote(t *testing.T, address string) ravel.ID {
	t.Helper()
	id, err := s.member.Remote(address)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// desk handles notes: it waits at the gate if there is one, fails on a note with a text, and keeps the others.
type desk struct {
	site *site
	gate chan struct{}
}

func (d *desk) note(c *ravel.Context, n note) {
	if d.gate != nil {
		<-d.gate
	}
	if n.Text != "" {
		panic(n.Text)
	}
	d.site.mu.Lock()
	defer d.site.mu.Unlock()
	d.site.notes = append(d.site.notes, n)
}

var deskMachine = ravel.Define[desk]("Desk", ravel.Start("Open", ravel.On((*desk).note)))

// writer is a machine that sends notes, numbered from first.
func writer(to ravel.ID, first, n int) func(*ravel.Context) {
	return func(c *ravel.Context) {
		for i := range n {
			c.Send(to, note{N: first + i})
			c.Yield()
		}
	}
}

// TestSlowMachine: a machine that does not go on holds up the one that sends to it from another node, and nothing is lost.
func TestSlowMachine(t *testing.T) {
	const all, inbox, window = 200, 4, 8
	for _, d := range []transport.Delivery{transport.AtMostOnce, transport.AtLeastOnce} {
		t.Run(d.String(), func(t *testing.T) {
			a := settle(t, quick("a", ""), live.Options{Inboxes: map[string]live.Inbox{"Desk": {Capacity: inbox}}})
			gate := make(chan struct{})
			a.create(t, deskMachine.New(&desk{site: a, gate: gate}))
			cfg := quick("b", a.node.URL())
			cfg.Delivery, cfg.Window = d, window
			b := settle(t, cfg, live.Options{})
			to := b.remote(t, "a/Desk")
			var mu sync.Mutex
			sent := 0
			if _, err := b.Go("Writer", func(c *ravel.Context) {
				for i := range all {
					c.Send(to, note{N: i + 1})
					c.Yield() // it has been sent
					mu.Lock()
					sent++
					mu.Unlock()
				}
			}); err != nil {
				t.Fatal(err)
			}
			progress := func() int {
				mu.Lock()
				defer mu.Unlock()
				return sent
			}
			// In the handler, in the inbox, and under way, the one that waits for room in the inbox among them.
			const most = 1 + inbox + window
			eventually(t, "the writer is as far as it can be", func() bool { return progress() >= inbox+window })
			for range 20 {
				if n := progress(); n > most {
					t.Fatalf("%d notes are sent, and at most %d can be on their way", n, most)
				}
				time.Sleep(time.Millisecond)
			}
			close(gate)
			eventually(t, "all have arrived", func() bool { return len(a.got()) == all })
			inOrder(t, a.got(), all)
			if n := len(a.dead()) + len(b.dead()); n > 0 {
				t.Errorf("%d dead letters: %v %v", n, a.dead(), b.dead())
			}
		})
	}
}

// TestPoisonEvent: an event on which a machine fails is a dead letter where the machine is, and the only one.
func TestPoisonEvent(t *testing.T) {
	var a *site
	a = settle(t, quick("a", ""), live.Options{Policies: map[string]live.Policy{"Desk": {
		Directive: live.Restart, Fresh: func() ravel.Machine { return deskMachine.New(&desk{site: a}) },
	}}})
	a.create(t, deskMachine.New(&desk{site: a}))
	b := settle(t, quick("b", a.node.URL()), live.Options{})
	to := b.remote(t, "a/Desk")
	for _, n := range []note{{N: 1}, {N: 2, Text: "poison"}, {N: 3}} {
		if err := b.Send(t.Context(), to, n); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "the others have arrived", func() bool { return len(a.got()) == 2 })
	letters := a.dead()
	if len(letters) != 1 || letters[0].Reason != live.Poison || letters[0].Event != any(note{N: 2, Text: "poison"}) {
		t.Fatalf("dead letters %+v", letters)
	}
	wrong(t, letters[0].Err, nil, "poison", "Desk")
	if len(b.dead()) > 0 {
		t.Errorf("it was delivered, yet the sender has %+v", b.dead())
	}
}

// TestUnreachable: without a connection each note is a dead letter of its sender at most once, and waits for it at least once.
func TestUnreachable(t *testing.T) {
	const all = 50
	for _, d := range []transport.Delivery{transport.AtMostOnce, transport.AtLeastOnce} {
		t.Run(d.String(), func(t *testing.T) {
			a := settle(t, quick("a", ""), live.Options{})
			a.create(t, deskMachine.New(&desk{site: a}))
			p := newProxy(t, a.node.URL())
			status := make(chan error, 10)
			cfg := quick("b", p.url())
			cfg.Delivery, cfg.Status = d, func(err error) { status <- err }
			b := settle(t, cfg, live.Options{})
			to := b.remote(t, "a/Desk")
			if err := b.Send(t.Context(), to, note{N: 1}); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the first has arrived", func() bool { return len(a.got()) == 1 })
			p.off(true)
			wrong(t, <-status, transport.ErrDisconnected)
			done := make(chan struct{})
			if _, err := b.Go("Writer", func(c *ravel.Context) {
				writer(to, 2, all-1)(c)
				close(done)
			}); err != nil {
				t.Fatal(err)
			}
			<-done // the machine goes on
			if d == transport.AtMostOnce {
				if len(b.dead()) != all-1 {
					t.Errorf("%d dead letters", len(b.dead()))
				}
				for _, l := range b.dead() {
					wrong(t, l.Err, transport.ErrDisconnected, "a/Desk")
				}
				p.off(false)
				return
			}
			p.off(false)
			eventually(t, "all have arrived", func() bool { return len(a.got()) >= all })
			inOrder(t, a.got(), all)
			if len(b.dead()) > 0 {
				t.Errorf("dead letters %+v", b.dead())
			}
		})
	}
}

// TestRefusedCredentials: a node that may not connect says so before a system joins it, and the system goes on alone.
func TestRefusedCredentials(t *testing.T) {
	cfg := quick("a", "")
	cfg.User, cfg.Password = "ada", "secret"
	a := settle(t, cfg, live.Options{})
	s := &site{}
	var err error
	if s.System, err = live.New(live.Options{Logger: quiet}); err != nil {
		t.Fatal(err)
	}
	here := s.create(t, deskMachine.New(&desk{site: s}))
	cfg = quick("b", a.node.URL())
	cfg.User, cfg.Password, cfg.Undelivered = "ada", "wrong", s.Undelivered
	_, err = nats.Connect(t.Context(), cfg)
	wrong(t, err, nil, "refuses the credentials", "Password")
	if err := s.Send(t.Context(), here, note{N: 1}); err != nil {
		t.Error(err)
	}
	if err := s.Stop(t.Context()); err != nil || len(s.got()) != 1 {
		t.Error(err, s.got())
	}
}

// TestVersionSkew: an event of which the receiver reads no version that the sender writes is a dead letter of its sender, which
// names both versions; the sending machine goes on, and what both know arrives.
func TestVersionSkew(t *testing.T) {
	a := settle(t, quick("a", ""), live.Options{})
	a.create(t, deskMachine.New(&desk{site: a}))
	cfg := quick("b", a.node.URL())
	cfg.Codec = &transport.Registry{}
	newer := transport.JSON[note](2)
	transport.MustRegister(cfg.Codec, "note", newer)
	b := settle(t, cfg, live.Options{})
	done := make(chan struct{})
	to := b.remote(t, "a/Desk")
	if _, err := b.Go("Writer", func(c *ravel.Context) {
		writer(to, 1, 2)(c)
		close(done)
	}); err != nil {
		t.Fatal(err)
	}
	<-done
	letters := b.dead()
	if len(letters) != 2 || len(a.got()) != 0 {
		t.Fatalf("dead letters %+v, arrived %v", letters, a.got())
	}
	for i, l := range letters {
		var skew *transport.SkewError
		if l.Reason != live.Undelivered || !errors.As(l.Err, &skew) || l.Event != any(note{N: i + 1}) || l.To != to {
			t.Errorf("%+v", l)
		}
		wrong(t, l.Err, nil, "the sender writes version 2, the receiver reads 1")
	}
}

// TestDuplicateNode: a second node of a name is refused, and the first one's machines notice nothing.
func TestDuplicateNode(t *testing.T) {
	a := settle(t, quick("a", ""), live.Options{})
	desk := a.create(t, deskMachine.New(&desk{site: a}))
	if err := a.member.Host(t.Context(), "desk", desk); err != nil {
		t.Fatal(err)
	}
	_, err := nats.Connect(t.Context(), quick("a", a.node.URL()))
	wrong(t, err, transport.ErrDuplicate, `"a"`)
	b := settle(t, quick("b", a.node.URL()), live.Options{})
	other := b.create(t, deskMachine.New(newDesk(b)))
	wrong(t, b.member.Host(t.Context(), "desk", other), transport.ErrDuplicate, "desk", "node a")
	if err := b.Send(t.Context(), b.remote(t, "desk"), note{N: 1}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it has arrived at the first one", func() bool { return len(a.got()) == 1 })
	if len(b.got()) > 0 {
		t.Error("the second one has got it")
	}
}

func newDesk(s *site) *desk { return &desk{site: s} }

// TestShutdownUnderLoad ends one of two systems while machines of the other side send or are sent to. Every note has arrived, or
// is a dead letter of one side, and none is both.
func TestShutdownUnderLoad(t *testing.T) {
	const writers, each = 6, 300
	for _, d := range []transport.Delivery{transport.AtMostOnce, transport.AtLeastOnce} {
		for _, ends := range []string{"sender", "receiver"} {
			t.Run(fmt.Sprintf("%s, the %s ends", d, ends), func(t *testing.T) {
				hub := join(t, quick("hub", ""))
				a := settle(t, quick("a", hub.URL()), live.Options{})
				a.create(t, deskMachine.New(newDesk(a)))
				cfg := quick("b", hub.URL())
				cfg.Delivery = d
				b := settle(t, cfg, live.Options{})
				to := b.remote(t, "a/Desk")
				var done sync.WaitGroup
				for w := range writers {
					done.Add(1)
					if _, err := b.Go("Writer", func(c *ravel.Context) {
						defer done.Done()
						writer(to, w*each+1, each)(c)
					}); err != nil {
						t.Fatal(err)
					}
				}
				eventually(t, "some have arrived", func() bool { return len(a.got()) > 50 })
				goes := b
				if ends == "receiver" {
					goes = a
				}
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				if err := goes.node.Close(ctx); err != nil {
					t.Error(err)
				}
				if err := goes.Stop(ctx); err != nil {
					t.Error(err)
				}
				done.Wait()
				eventually(t, "what has become of each note is known", func() bool { return len(known(a, b)) == writers*each })
				arrived := map[int]bool{}
				for _, n := range a.got() {
					if arrived[n.N] {
						t.Errorf("note %d has arrived twice", n.N)
					}
					arrived[n.N] = true
				}
				for _, l := range b.dead() {
					if l.Err == nil {
						t.Errorf("the dead letter %+v has no reason", l)
					}
					if n, ok := l.Event.(note); ok && arrived[n.N] {
						t.Errorf("note %d has arrived, and is said not to have: %v", n.N, l.Err)
					}
				}
				t.Logf("%d have arrived, %d are dead letters", len(arrived), len(b.dead()))
			})
		}
	}
}

// known are the notes that have arrived, or are dead letters of one side.
func known(a, b *site) map[int]bool {
	m := map[int]bool{}
	for _, n := range a.got() {
		m[n.N] = true
	}
	for _, l := range append(a.dead(), b.dead()...) {
		if n, ok := l.Event.(note); ok {
			m[n.N] = true
		}
	}
	return m
}
