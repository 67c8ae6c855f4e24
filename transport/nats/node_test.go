package nats_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

func TestOrder(t *testing.T) {
	for _, d := range []transport.Delivery{transport.AtMostOnce, transport.AtLeastOnce} {
		t.Run(d.String(), func(t *testing.T) {
			a := join(t, quick("a", ""))
			cfg := quick("b", a.URL())
			cfg.Delivery, cfg.Window = d, 16
			b := join(t, cfg)
			const n = 2000
			for i := range n {
				b.send(t, "a/x", note{N: i + 1, Text: "ä<>"})
			}
			eventually(t, "all have arrived", func() bool { return len(a.got()) == n })
			inOrder(t, a.got(), n)
			if f := a.from[0]; f != (transport.Address{Node: "b", Name: "tester"}) || a.got()[0].Text != "ä<>" {
				t.Errorf("from %v: %v", f, a.got()[0])
			}
			if err := b.Close(t.Context()); err != nil {
				t.Error(err)
			}
			if len(a.all()) > 0 || len(b.all()) > 0 {
				t.Errorf("undelivered: %v, %v", a.all(), b.all())
			}
		})
	}
}

// TestCuts breaks the sender's connection again and again under load. At most once means that each event has arrived or is
// known at the sender to be lost; at least once, that all have arrived.
func TestCuts(t *testing.T) {
	for _, d := range []transport.Delivery{transport.AtMostOnce, transport.AtLeastOnce} {
		t.Run(d.String(), func(t *testing.T) {
			a := join(t, quick("a", ""))
			p := newProxy(t, a.URL())
			cfg := quick("b", p.url())
			cfg.Delivery = d
			b := join(t, cfg)
			const n = 3000
			refused := map[int]bool{}
			for i := 1; i <= n; i++ {
				if i%500 == 0 {
					p.cut()
				}
				err := b.Send(t.Context(), "", address(t, "a/x"), note{N: i})
				switch {
				case err == nil:
				case errors.Is(err, transport.ErrDisconnected) && d == transport.AtMostOnce:
					refused[i] = true
					time.Sleep(time.Millisecond)
				default:
					t.Fatal(err)
				}
			}
			if d == transport.AtLeastOnce {
				eventually(t, "all have arrived", func() bool { return len(a.got()) >= n })
				inOrder(t, a.got(), n)
				return
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if err := b.Close(ctx); err != nil {
				t.Error(err)
			}
			arrived, lost, last := map[int]bool{}, map[int]bool{}, 0
			for _, got := range a.got() {
				if got.N <= last {
					t.Fatalf("note %d has arrived behind note %d", got.N, last)
				}
				last = got.N
				arrived[last] = true
			}
			for _, u := range b.all() {
				lost[u.Event.(note).N] = true
			}
			for i := 1; i <= n; i++ {
				if !arrived[i] && !lost[i] && !refused[i] {
					t.Errorf("note %d was lost silently", i)
				}
				if refused[i] && arrived[i] {
					t.Errorf("note %d has arrived although Send failed", i)
				}
			}
			t.Logf("%d have arrived, %d were lost, %d refused", len(arrived), len(lost), len(refused))
		})
	}
}

// TestBackPressure has a receiver that does not go on.
func TestBackPressure(t *testing.T) {
	a := join(t, quick("a", ""), func(p *peer) { p.gate = make(chan struct{}) })
	cfg := quick("b", a.URL())
	cfg.Window = 4
	b := join(t, cfg)
	b.send(t, "a/x", note{N: 1})
	sent := 1
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		err := b.Send(ctx, "", address(t, "a/x"), note{N: sent + 1})
		cancel()
		if err != nil {
			wrong(t, err, context.DeadlineExceeded, "4 events are under way")
			break
		}
		if sent++; sent > 4 {
			t.Fatalf("%d events are under way", sent)
		}
	}
	close(a.gate)
	eventually(t, "all have arrived", func() bool { return len(a.got()) == sent })
	b.send(t, "a/x", note{N: sent + 1})
	eventually(t, "the next has arrived", func() bool { return len(a.got()) == sent+1 })
	inOrder(t, a.got(), sent+1)
}

func TestRefused(t *testing.T) {
	a := join(t, quick("a", ""))
	b := join(t, quick("b", a.URL()))
	b.send(t, "a/nobody", note{N: 7})
	b.send(t, "a/panic", note{N: 8})
	b.send(t, "a/x", note{N: 9})
	eventually(t, "what was refused is known", func() bool { return len(b.all()) == 2 })
	list := b.all()
	wrong(t, list[0].Err, transport.ErrNoMachine, "a/nobody")
	if list[0].Event != any(note{N: 7}) || list[0].To.String() != "a/nobody" || !strings.Contains(list[0].Error(), "nats_test.note from b/tester to a/nobody") {
		t.Errorf("%+v, %v", list[0], list[0].Error())
	}
	wrong(t, list[1].Err, transport.ErrRefused, "panicked: as it was told")
	eventually(t, "the one behind them has arrived", func() bool { return len(a.got()) == 1 })
}

func TestVersions(t *testing.T) {
	old, young := &transport.Registry{}, &transport.Registry{}
	transport.MustRegister(old, "note", transport.JSON[note](1))
	first := transport.JSON[note](1)
	transport.MustRegister(young, "note", transport.Codec[note]{
		Version: 2, Decode: func([]byte) (note, error) { return note{}, errors.New("out of luck") },
		Encode: func(n note) ([]byte, error) { return fmt.Append(nil, n.N), nil },
	}, transport.Codec[note]{Version: 1, Encode: first.Encode})
	transport.MustRegister(young, "other", transport.JSON[other](1))
	a := join(t, quick("a", ""))
	cfg := quick("b", a.URL())
	cfg.Codec = young
	b := join(t, cfg)
	b.send(t, "a/x", note{N: 1})
	eventually(t, "an old node gets the old version", func() bool { return len(a.got()) == 1 })

	err := a.Send(t.Context(), "", address(t, "b/x"), note{N: 1})
	var skew *transport.SkewError
	if !errors.As(err, &skew) {
		t.Fatal(err)
	}
	wrong(t, err, nil, "note", "the sender writes version 1, the receiver reads 2", "b/x")
	wrong(t, b.Send(t.Context(), "", address(t, "a/x"), other{}), nil, "type other", "the receiver does not know it")
	wrong(t, a.Send(t.Context(), "", address(t, "b/x"), other{}), nil, "nats_test.other is not registered")

	b.send(t, "b/x", note{N: 3}) // to itself, in a version that it cannot read
	eventually(t, "both ends know of it", func() bool { return len(b.all()) == 2 })
	for _, u := range b.all() {
		wrong(t, u.Err, nil, "out of luck", "note, version 2")
	}
}

func TestNames(t *testing.T) {
	a := join(t, quick("a", ""))
	b := join(t, quick("b", a.URL()))
	_, err := nats.Connect(t.Context(), quick("a", a.URL()))
	wrong(t, err, transport.ErrDuplicate, `"a"`, "another process")
	wrong(t, b.Send(t.Context(), "", address(t, "c/x"), note{}), transport.ErrNoNode, "node c")
	wrong(t, b.Send(t.Context(), "", address(t, "bank"), note{}), transport.ErrNoMachine, "bank")
	if err := a.Host(t.Context(), "bank"); err != nil {
		t.Fatal(err)
	}
	wrong(t, b.Host(t.Context(), "bank"), transport.ErrDuplicate, "bank", "node a")
	wrong(t, a.Host(t.Context(), "bank"), transport.ErrDuplicate, "bank", "this node")
	b.send(t, "bank", note{N: 1})
	eventually(t, "it has arrived", func() bool { return len(a.got()) == 1 })
	a.Unhost("bank")
	if err := b.Host(t.Context(), "bank"); err != nil {
		t.Fatal(err)
	}
	a.send(t, "bank", note{N: 2})
	eventually(t, "it has arrived at its new node", func() bool { return len(b.got()) == 1 })
}

// TestTogether has many nodes that want the same name at the same moment.
func TestTogether(t *testing.T) {
	first := join(t, quick("n0", ""))
	nodes := []*peer{first}
	for i := 1; i < 5; i++ {
		nodes = append(nodes, join(t, quick(fmt.Sprintf("n%d", i), first.URL())))
	}
	var all sync.WaitGroup
	got := make([]error, len(nodes))
	for i, n := range nodes {
		all.Go(func() { got[i] = n.Host(t.Context(), "bank") })
	}
	all.Wait()
	hosts := 0
	for _, err := range got {
		if err == nil {
			hosts++
		} else {
			wrong(t, err, transport.ErrDuplicate)
		}
	}
	if hosts != 1 {
		t.Errorf("%d nodes host the name: %v", hosts, got)
	}
}

// TestRestart kills a node and starts it again under its name.
func TestRestart(t *testing.T) {
	hub := join(t, quick("hub", ""))
	cfg := quick("b", hub.URL())
	cfg.Delivery = transport.AtLeastOnce
	b := join(t, cfg)
	a := join(t, quick("a", hub.URL()), func(p *peer) { p.gate = make(chan struct{}) })
	b.send(t, "a/x", note{N: 1})
	b.send(t, "a/x", note{N: 2})
	a.gate <- struct{}{}
	close(a.gate)
	a.close(t)
	again := join(t, quick("a", hub.URL()))
	eventually(t, "what may have arrived or not is known, or has", func() bool {
		return len(b.all())+len(a.got()) >= 2
	})
	eventually(t, "the new one gets what is sent", func() bool {
		b.send(t, "a/x", note{N: 3})
		return len(again.got()) > 0
	})
	for _, u := range b.all() {
		if !errors.Is(u.Err, transport.ErrNoNode) { // it was closed before the note was handed on
			wrong(t, u.Err, transport.ErrRestarted)
		}
	}
}

// TestSilent cuts a node off for longer than it is waited for.
func TestSilent(t *testing.T) {
	hub := join(t, quick("hub", ""))
	p := newProxy(t, hub.URL())
	a := join(t, quick("a", p.url()))
	cfg := quick("b", hub.URL())
	cfg.GiveUp = time.Second
	cfg.Delivery = transport.AtLeastOnce
	b := join(t, cfg)
	b.send(t, "a/x", note{N: 1})
	eventually(t, "it has arrived", func() bool { return len(a.got()) == 1 })
	p.off(true)
	b.send(t, "a/x", note{N: 2})
	eventually(t, "the other one is given up", func() bool { return len(b.all()) == 1 })
	wrong(t, b.all()[0].Err, transport.ErrNoNode, "node a has been silent")
	p.off(false)
	eventually(t, "it is back", func() bool {
		return b.Send(t.Context(), "", address(t, "a/x"), note{N: 3}) == nil
	})
	eventually(t, "the next has arrived", func() bool { return len(a.got()) >= 2 })
}

// TestCloseUnderLoad closes a node while goroutines send: each event has arrived, or its Send failed, or it is reported.
func TestCloseUnderLoad(t *testing.T) {
	a := join(t, quick("a", ""))
	b := join(t, quick("b", a.URL()))
	const senders, each = 8, 400
	var all sync.WaitGroup
	var mu sync.Mutex
	failed := map[int]bool{}
	for s := range senders {
		all.Go(func() {
			for i := range each {
				n := s*each + i + 1
				if err := b.Send(t.Context(), "", address(t, "a/x"), note{N: n}); err != nil {
					mu.Lock()
					failed[n] = true
					mu.Unlock()
				}
			}
		})
	}
	eventually(t, "some have arrived", func() bool { return len(a.got()) > 100 })
	if err := b.Close(t.Context()); err != nil {
		t.Error(err)
	}
	all.Wait()
	for _, u := range b.all() {
		failed[u.Event.(note).N] = true
	}
	eventually(t, "each has arrived or is known not to have", func() bool { return len(a.got())+len(failed) >= senders*each })
	for _, n := range a.got() {
		if failed[n.N] {
			t.Errorf("note %d has arrived and is said not to have", n.N)
		}
	}
	wrong(t, b.Send(t.Context(), "", address(t, "a/x"), note{}), transport.ErrClosed)
}

// TestImpatience: that the time of who sends is up says nothing of whether a node or a machine is there.
func TestImpatience(t *testing.T) {
	a := join(t, quick("a", ""))
	b := join(t, quick("b", a.URL()))
	if err := a.Host(t.Context(), "bank"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	for _, to := range []string{"bank", "a/x"} {
		err := b.Send(ctx, "", address(t, to), note{})
		wrong(t, err, context.DeadlineExceeded, to)
		if errors.Is(err, transport.ErrNoMachine) || errors.Is(err, transport.ErrNoNode) {
			t.Errorf("it is there: %v", err)
		}
	}
}

// TestTwins: of two nodes of one name that were connected before either served, the second one is refused when it serves.
func TestTwins(t *testing.T) {
	hub := join(t, quick("hub", ""))
	twin := func() *peer {
		n, err := nats.Connect(t.Context(), quick("a", hub.URL()))
		if err != nil {
			t.Fatal(err)
		}
		p := &peer{Node: n}
		t.Cleanup(func() { p.close(t) })
		return p
	}
	first, second := twin(), twin()
	if err := first.Serve(first.handle); err != nil {
		t.Fatal(err)
	}
	wrong(t, second.Serve(second.handle), transport.ErrDuplicate, `"a"`, "another process")
	hub.send(t, "a/x", note{N: 1})
	eventually(t, "the first one has it", func() bool { return len(first.got()) == 1 })
}
