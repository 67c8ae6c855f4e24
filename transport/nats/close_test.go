package nats_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ravelgo/ravel/transport"
)

var deliveries = []transport.Delivery{transport.AtMostOnce, transport.AtLeastOnce}

// sending is a node b that has sent n notes to a node a, whose handler waits at its gate.
func sending(t *testing.T, d transport.Delivery, n int) (a, b *peer) {
	t.Helper()
	hub := join(t, quick("hub", ""))
	a = join(t, quick("a", hub.URL()), func(p *peer) { p.gate = make(chan struct{}, 1000) })
	cfg := quick("b", hub.URL())
	cfg.Delivery = d
	b = join(t, cfg)
	for i := range n {
		b.send(t, "a/x", note{N: i + 1})
	}
	return a, b
}

// TestCloseConfirms: a node that is closed with time enough hands on what it has, and its sender hears of that: nothing is in
// doubt. What is sent meanwhile is refused, or known not to have arrived.
func TestCloseConfirms(t *testing.T) {
	for _, d := range deliveries {
		t.Run(d.String(), func(t *testing.T) {
			const n = 100
			a, b := sending(t, d, n)
			a.gate <- struct{}{}
			eventually(t, "the first has arrived", func() bool { return len(a.got()) == 1 })
			closed := make(chan error, 1)
			go func() { closed <- a.Close(t.Context()) }()
			late := 0
			eventually(t, "nothing can be sent any more", func() bool {
				late++
				return b.Send(t.Context(), "", address(t, "a/x"), note{N: n + late}) != nil || len(b.all()) > 0 || late > 100
			})
			close(a.gate)
			if err := <-closed; err != nil {
				t.Error(err)
			}
			if err := b.Close(t.Context()); err != nil {
				t.Error(err)
			}
			arrived := map[int]bool{}
			for _, got := range a.got() {
				arrived[got.N] = true
			}
			known := len(arrived)
			for _, u := range b.all() {
				wrong(t, u.Err, transport.ErrNoNode, "node a was closed, and has not handed this on")
				if arrived[u.Event.(note).N] {
					t.Errorf("note %d has arrived, and is said not to have", u.Event.(note).N)
				}
				known++
			}
			if known < n {
				t.Errorf("of %d notes, %d are known to have arrived or not", n, known)
			}
		})
	}
}

// TestCloseInTime: a handler that does not return does not hold up a node that is closed. The note that it has is in doubt, and
// those behind it are known not to have arrived, also when it returns later on.
func TestCloseInTime(t *testing.T) {
	for _, d := range deliveries {
		t.Run(d.String(), func(t *testing.T) {
			const n, handed = 20, 3
			a, b := sending(t, d, n)
			for range handed {
				a.gate <- struct{}{}
			}
			eventually(t, "the handler has the next one", func() bool { return a.calls() == handed+1 })
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			wrong(t, a.Close(ctx), context.DeadlineExceeded, "closing node a", fmt.Sprintf("%d events for this node were not handed on", n-handed), "reported by their senders")
			eventually(t, "the others are known", func() bool { return len(b.all()) == n-handed })
			close(a.gate)
			eventually(t, "the one in the handler is through", func() bool { return len(a.got()) == handed+1 })
			for i, u := range b.all() {
				if i == 0 {
					wrong(t, u.Err, transport.ErrRestarted)
				} else {
					wrong(t, u.Err, transport.ErrNoNode, "has not handed this on")
				}
				if got := u.Event.(note).N; got != handed+1+i {
					t.Errorf("report %d is of note %d", i, got)
				}
			}
			if err := b.Close(t.Context()); err != nil {
				t.Error(err)
			}
			inOrder(t, a.got(), handed+1)
		})
	}
}

// TestFirstContact: the first note to a node, which is to be greeted before, fails at once without a connection at most once.
// At least once it waits for the connection, as long as a silent node is waited for.
func TestFirstContact(t *testing.T) {
	for _, to := range []string{"a/x", "bank"} {
		for _, d := range deliveries {
			t.Run(fmt.Sprintf("%s to %s", d, to), func(t *testing.T) {
				a := join(t, quick("a", ""))
				if err := a.Host(t.Context(), "bank"); err != nil {
					t.Fatal(err)
				}
				p := newProxy(t, a.URL())
				heard := make(chan error, 100)
				cfg := quick("b", p.url())
				cfg.Delivery, cfg.Status = d, func(err error) { heard <- err }
				b := join(t, cfg)
				p.off(true)
				wrong(t, <-heard, transport.ErrDisconnected)
				sent := make(chan error, 1)
				go func() { sent <- b.Send(t.Context(), "", address(t, to), note{N: 1}) }()
				if d == transport.AtMostOnce {
					wrong(t, <-sent, transport.ErrDisconnected, to, "Config.Status")
					return
				}
				select {
				case err := <-sent:
					t.Errorf("it does not wait: %v", err)
				case <-time.After(50 * time.Millisecond):
				}
				p.off(false)
				if err := <-sent; err != nil {
					t.Error(err)
				}
				eventually(t, "it has arrived", func() bool { return len(a.got()) == 1 })
			})
		}
	}
}

// TestNoContact: it does not wait for ever, nor longer than its sender says, nor for a node that is closed.
func TestNoContact(t *testing.T) {
	a := join(t, quick("a", ""))
	p := newProxy(t, a.URL())
	heard := make(chan error, 100)
	cfg := quick("b", p.url())
	cfg.Delivery, cfg.GiveUp, cfg.Status = transport.AtLeastOnce, 300*time.Millisecond, func(err error) { heard <- err }
	b := join(t, cfg)
	p.off(true)
	<-heard
	wrong(t, b.Send(t.Context(), "", address(t, "a/x"), note{N: 1}), transport.ErrDisconnected, "Config.GiveUp")
	gone := errors.New("the user has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	wrong(t, b.Send(ctx, "", address(t, "a/x"), note{N: 1}), gone)
	sent := make(chan error, 1)
	go func() { sent <- b.Send(t.Context(), "", address(t, "a/x"), note{N: 1}) }()
	b.close(t)
	if err := <-sent; !errors.Is(err, transport.ErrClosed) && !errors.Is(err, transport.ErrDisconnected) {
		t.Error(err)
	}
}
