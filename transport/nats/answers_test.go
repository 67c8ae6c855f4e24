package nats

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"github.com/ravelgo/ravel/transport"
)

// TestAnswersInOrder plays the part of a sender that asks again and again how far its receiver is, while events are lost or refused.
// When the receiver confirms what it has, it has told of each of those before: else the sender would take them for delivered.
func TestAnswersInOrder(t *testing.T) {
	const link, events = 7, 3000
	refuse := func(seq uint64) bool { return seq%3 == 0 }
	lose := func(seq uint64) bool { return seq%10 == 4 && seq < events }

	raw, ask := listening(t, func(_, to transport.Address, _ any) error {
		if to.Name == "nobody" {
			return transport.ErrNoMachine
		}
		return nil
	})
	answers := make(chan frame, 4*events)
	if _, err := raw.Subscribe("ravel.node.b", func(m *natsgo.Msg) {
		f, err := decodeFrame(m.Data)
		if err != nil {
			t.Error(err)
		}
		answers <- f
	}); err != nil {
		t.Fatal(err)
	}
	ask(greeting{Protocol: protocol, Node: "b", Instance: 1, Link: link, Window: 64})
	post := func(f frame) {
		f.From, f.Link = "b", link
		if err := raw.Publish("ravel.node.a", f.append(nil)); err != nil {
			t.Error(err)
		}
	}
	go func() {
		for seq := uint64(1); seq <= events; seq++ {
			to := "x"
			if refuse(seq) {
				to = "nobody"
			}
			if !lose(seq) {
				post(frame{Kind: dataFrame, Seq: seq, N: 1, Parcels: packed(parcel{To: to, Message: transport.Message{Type: "n", Version: 1, Data: []byte("1")}})})
			}
			post(frame{Kind: beatFrame, Seq: seq})
		}
	}()
	told := map[uint64]bool{}
	for done := uint64(0); done < events; {
		f := <-answers
		switch f.Kind {
		case refusedFrame:
			told[f.Seq] = true
		case missedFrame:
			for seq := f.Seq; seq <= f.Until; seq++ {
				told[seq] = true
			}
		case ackFrame:
			for ; done < f.Seq; done++ {
				if seq := done + 1; told[seq] != (refuse(seq) || lose(seq)) {
					t.Fatalf("event %d is confirmed; that it was lost or refused was told before: %v, want %v", seq, told[seq], !told[seq])
				}
			}
		default:
			t.Fatalf("%+v", f)
		}
	}
}

// listening is a node a that serves with a handler, a client of its server, and how that one greets it.
func listening(t *testing.T, h transport.Handler) (raw *natsgo.Conn, ask func(greeting)) {
	t.Helper()
	var events transport.Registry
	transport.MustRegister(&events, "n", transport.JSON[int](1))
	n, err := Connect(t.Context(), Config{Node: "a", Codec: &events, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close(t.Context()) })
	if err := n.Serve(h); err != nil {
		t.Fatal(err)
	}
	if raw, err = natsgo.Connect(n.URL()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(raw.Close)
	return raw, func(g greeting) {
		t.Helper()
		data, err := json.Marshal(g)
		if err != nil {
			t.Fatal(err)
		}
		m, err := raw.Request("ravel.hello.a", data, 10*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		var answer greeting
		if err := json.Unmarshal(m.Data, &answer); err != nil || answer.Error != "" || fmt.Sprint(answer.Reads) != fmt.Sprint(events.Reads()) {
			t.Fatalf("%+v, %v", answer, err)
		}
	}
}

// TestInboxesAreForgotten: of a node that has said goodbye, or is silent for long, nothing is kept, and no goroutine. When it comes
// back it begins anew.
func TestInboxesAreForgotten(t *testing.T) {
	var events transport.Registry
	transport.MustRegister(&events, "n", transport.JSON[int](1))
	cfg := Config{Node: "a", Codec: &events, Log: slog.New(slog.DiscardHandler), Beat: 20 * time.Millisecond, GiveUp: 100 * time.Millisecond}
	n, err := Connect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close(t.Context()) })
	got := make(chan any, 100)
	if err := n.Serve(func(_, _ transport.Address, event any) error { got <- event; return nil }); err != nil {
		t.Fatal(err)
	}
	raw, err := natsgo.Connect(n.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(raw.Close)
	strange := make(chan frame, 100)
	hello := func(node string, link uint64) (gone chan struct{}) {
		t.Helper()
		data, _ := json.Marshal(greeting{Protocol: protocol, Node: node, Instance: 1, Link: link, Window: 64})
		if _, err := raw.Request(n.subject("hello", "a"), data, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		return n.inboxes[node].gone
	}
	post := func(node string, f frame) {
		f.From = node
		if f.Kind == dataFrame {
			f.N, f.Parcels = 1, packed(parcel{To: "x", Message: transport.Message{Type: "n", Version: 1, Data: []byte("1")}})
		}
		if err := raw.Publish(n.subject("node", "a"), f.append(nil)); err != nil {
			t.Fatal(err)
		}
	}
	ended := func(who string, gone chan struct{}) {
		t.Helper()
		select {
		case <-gone:
		case <-time.After(20 * time.Second):
			t.Fatal(who + " is still waited for")
		}
	}
	if _, err := raw.Subscribe(n.subject("node", "silent"), func(m *natsgo.Msg) {
		if f, err := decodeFrame(m.Data); err == nil && f.Kind == strangeFrame {
			strange <- f
		}
	}); err != nil {
		t.Fatal(err)
	}
	polite, silent := hello("polite", 3), hello("silent", 5)
	post("polite", frame{Kind: dataFrame, Link: 3, Seq: 1})
	post("polite", frame{Kind: byeFrame, Link: 3, Seq: 1})
	ended("a node that has said goodbye", polite)
	ended("a node that is silent", silent)
	if ev := <-got; ev != any(1) {
		t.Errorf("%v was handed on", ev)
	}
	post("silent", frame{Kind: beatFrame, Link: 5, Seq: 0})
	if f := <-strange; f.Link != 5 {
		t.Errorf("%+v", f)
	}
	hello("silent", 7)
	post("silent", frame{Kind: dataFrame, Link: 7, Seq: 1})
	<-got
}
