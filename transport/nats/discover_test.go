package nats

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"github.com/ravelgo/ravel/transport"
)

// hosting is a node a, and a client of its server that calls meanwhile whenever the node asks who else wants the name bank.
func hosting(t *testing.T, meanwhile func(n *Node, raw *natsgo.Conn, m *natsgo.Msg)) (*Node, *natsgo.Conn) {
	t.Helper()
	var events transport.Registry
	transport.MustRegister(&events, "n", transport.JSON[int](1))
	n, err := Connect(t.Context(), Config{Node: "a", Codec: &events, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close(t.Context()) })
	if err := n.Serve(func(transport.Address, transport.Address, any) error { return nil }); err != nil {
		t.Fatal(err)
	}
	raw, err := natsgo.Connect(n.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(raw.Close)
	if _, err := raw.Subscribe(n.machineSubject("bank"), func(m *natsgo.Msg) {
		if string(m.Data) == "a" {
			meanwhile(n, raw, m)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := raw.Flush(); err != nil {
		t.Fatal(err)
	}
	return n, raw
}

// TestLookingWhileWanting: who looks for a machine that a node wants to host is told when the node has the name, and not before:
// else it would send to a node that may not get it.
func TestLookingWhileWanting(t *testing.T) {
	for _, taken := range []bool{false, true} {
		answers := make(chan string, 10)
		n, raw := hosting(t, func(n *Node, raw *natsgo.Conn, m *natsgo.Msg) {
			if err := raw.PublishRequest(m.Subject, "looking", nil); err != nil {
				t.Error(err)
			}
			if taken {
				_ = m.Respond([]byte("has z"))
			}
		})
		if _, err := raw.Subscribe("looking", func(m *natsgo.Msg) { answers <- string(m.Data) }); err != nil {
			t.Fatal(err)
		}
		err := n.Host(t.Context(), "bank")
		if !taken {
			if err != nil {
				t.Fatal(err)
			}
			if got := <-answers; got != "has a" {
				t.Errorf("who looks for it hears %q", got)
			}
			continue
		}
		if !errors.Is(err, transport.ErrDuplicate) {
			t.Fatal(err)
		}
		if err := errors.Join(n.conn.Flush(), raw.Flush()); err != nil { // what has been said has arrived
			t.Fatal(err)
		}
		select {
		case got := <-answers:
			t.Errorf("the name is another node's, and who looks for it hears %q", got)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// TestUnhostAmidHost: what is taken back before it was given is not hosted.
func TestUnhostAmidHost(t *testing.T) {
	n, raw := hosting(t, func(n *Node, _ *natsgo.Conn, _ *natsgo.Msg) { n.Unhost("bank") })
	if err := n.Host(t.Context(), "bank"); err == nil {
		t.Error("the name is hosted")
	}
	if err := n.conn.Flush(); err != nil {
		t.Fatal(err)
	}
	m, err := raw.Request(n.machineSubject("bank"), nil, 50*time.Millisecond)
	if err == nil {
		t.Errorf("the node answers for it: %q", m.Data)
	}
}

// TestMuteNode: a node that does not answer its greeting holds up nobody but those who send to it, and these no longer than they
// want to wait.
func TestMuteNode(t *testing.T) {
	n, raw := hosting(t, func(*Node, *natsgo.Conn, *natsgo.Msg) {})
	n.cfg.Answer = time.Minute
	greeted := make(chan struct{}, 1)
	if _, err := raw.Subscribe(n.subject("hello", "mute"), func(*natsgo.Msg) { greeted <- struct{}{} }); err != nil {
		t.Fatal(err)
	}
	if err := raw.Flush(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() { first <- n.Send(ctx, "", transport.Address{Node: "mute", Name: "x"}, 1) }()
	<-greeted
	soon, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	if err := n.Send(soon, "", transport.Address{Node: "a", Name: "x"}, 1); err != nil {
		t.Error("a node that answers:", err)
	}
	over, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	second := make(chan error, 1)
	go func() { second <- n.Send(over, "", transport.Address{Node: "mute", Name: "x"}, 1) }()
	select {
	case err := <-second:
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	case <-soon.Done():
		t.Error("who wants to wait for a moment waits for the greeting of another sender")
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
