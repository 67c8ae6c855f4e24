package tcpnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/internal/settings"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// patience is how long a test waits for what must happen, on any machine.
const patience = 30 * time.Second

// side is an engine with all that reached it.
type side struct {
	*Engine
	addr string
	in   chan extmgr.Message

	mu  sync.Mutex
	log []string
}

func (s *side) Debug(msg string, args ...any) { s.Warn(msg, args...) }
func (s *side) Info(msg string, args ...any)  { s.Warn(msg, args...) }
func (s *side) Warn(msg string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, msg+" "+fmt.Sprint(args...))
}

func (s *side) logged(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(strings.Join(s.log, "\n"), text)
}

// open starts a side that listens at addr, or nowhere if that is "".
func open(t *testing.T, addr string, cfg Config) *side {
	t.Helper()
	s := &side{in: make(chan extmgr.Message, 1000)}
	cfg.Log = s
	if cfg.Handler == nil {
		cfg.Handler = func(m extmgr.Message) { s.in <- m }
	}
	settings.Default(&cfg.BackoffMin, time.Millisecond)
	settings.Default(&cfg.BackoffMax, 10*time.Millisecond)
	e, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.Engine = e
	t.Cleanup(func() { _ = e.Close() })
	if addr != "" {
		s.addr = serve(t, e, addr)
	}
	return s
}

func serve(t *testing.T, e *Engine, addr string) string {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Serve(l); err != nil {
		t.Fatal(err)
	}
	return l.Addr().String()
}

func (s *side) receive(t *testing.T) extmgr.Message {
	t.Helper()
	select {
	case m := <-s.in:
		return m
	case <-time.After(patience):
		t.Fatalf("nothing came; log of %s:\n%s", s.cfg.Self, strings.Join(s.log, "\n"))
		return nil
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not so after %v: %s", patience, what)
		}
	}
}

const local = "127.0.0.1:0"

// TestExchange: messages arrive in order, with their contents; a side that does not
// listen is answered on its own connection.
func TestExchange(t *testing.T) {
	server := open(t, local, Config{Self: "en1"})
	client := open(t, "", Config{Self: "tool"})
	to := extmgr.Endpoint{Node: "en1", Addr: server.addr}
	for seq := uint64(1); seq <= 100; seq++ {
		if err := client.SendMessage(to, &extnode.CopyRequest{Header: from("tool", seq), N: int(seq)}); err != nil {
			t.Fatal(err)
		}
	}
	for seq := uint64(1); seq <= 100; seq++ {
		m := server.receive(t).(*extnode.CopyRequest)
		if m.Seq != seq || m.N != int(seq) {
			t.Fatalf("got %+v, want number %d", m, seq)
		}
	}
	data := make([]byte, 1<<20)
	if err := server.SendMessage(extmgr.Endpoint{Node: "tool"}, &extnode.CopyResponse{Header: from("en1", 1), Data: data}); err != nil {
		t.Fatal(err)
	}
	if m := client.receive(t).(*extnode.CopyResponse); len(m.Data) != len(data) {
		t.Errorf("the answer has %d bytes", len(m.Data))
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := client.Flush(ctx); err != nil {
		t.Error(err)
	}
	if s := client.Stats(); s.Sent != 100 || s.Received != 1 || s.Connects != 1 || s.Peers != 1 {
		t.Errorf("stats of the client: %+v", s)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	eventually(t, "the client is forgotten", func() bool {
		return errors.Is(server.SendMessage(extmgr.Endpoint{Node: "tool"}, &wire.Kill{}), ErrUnreachable)
	})
	if err := client.SendMessage(to, &wire.Kill{}); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

// TestReconnect: while a peer is away, orders are refused and heartbeats wait; when
// it is there again they arrive.
func TestReconnect(t *testing.T) {
	server := open(t, local, Config{Self: "extmgr"})
	node := open(t, "", Config{Self: "en1", BackoffMin: 100 * time.Millisecond, BackoffMax: 100 * time.Millisecond})
	to := extmgr.Endpoint{Node: "extmgr", Addr: server.addr}
	beat := func(seq uint64) {
		t.Helper()
		if err := node.SendMessage(to, &extmgr.Heartbeat{Header: from("en1", seq)}); err != nil {
			t.Fatal(err)
		}
	}
	beat(1)
	server.receive(t)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the loss is noticed", func() bool { return node.Stats().Open == 0 })
	eventually(t, "an order is refused", func() bool {
		beat(2)
		return errors.Is(node.SendMessage(to, &wire.Query{Header: from("en1", 3)}), ErrUnreachable)
	})
	again := open(t, server.addr, Config{Self: "extmgr"})
	beat(4)
	if m := again.receive(t); m.Head().Seq != 4 {
		t.Errorf("got %+v: want the newest heartbeat only", m)
	}
}

// TestMistakes: what is wrong is said, and the listener goes on.
func TestMistakes(t *testing.T) {
	server := open(t, local, Config{Self: "en1", Timeout: time.Second})
	stranger := open(t, "", Config{Self: "en2", Cluster: "other"})
	_ = stranger.SendMessage(extmgr.Endpoint{Node: "en1", Addr: server.addr}, &wire.Query{})
	eventually(t, "the cluster is named", func() bool {
		return server.logged(`en2 is of cluster "other", this is "vnext"`) && stranger.logged(`cluster "vnext"`)
	})
	lost := open(t, "", Config{Self: "en3"})
	_ = lost.SendMessage(extmgr.Endpoint{Node: "en9", Addr: server.addr}, &wire.Query{})
	eventually(t, "the name is named", func() bool { return lost.logged("en1 answers there instead of en9") })

	for text, want := range map[string]string{
		"GET / HTTP/1.1\r\n\r\n": "the other side is something else",
		"RVLN\x00\x09":           "the other side speaks 9, this program 1",
	} {
		conn, err := net.Dial("tcp", server.addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(conn, text)
		eventually(t, want, func() bool { return server.logged(want) })
		conn.Close()
	}
	good := open(t, "", Config{Self: "en4"})
	if err := good.SendMessage(extmgr.Endpoint{Node: "en1", Addr: server.addr}, &wire.Query{Header: from("en4", 1)}); err != nil {
		t.Fatal(err)
	}
	server.receive(t)
	l, err := net.Listen("tcp", local)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Serve(l); err == nil || !strings.Contains(err.Error(), "serves already") {
		t.Errorf("a second listener: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the refused listener was left open: %v", err)
	}
}

// raw is a connection of a peer that has greeted.
func raw(t *testing.T, to *side) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", to.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := (wire.Greeting{Cluster: "vnext", Node: "raw"}).Write(conn); err != nil {
		t.Fatal(err)
	}
	if _, err := wire.ReadGreeting(conn); err != nil {
		t.Fatal(err)
	}
	return conn
}

// TestCorruptFrame: nothing of it reaches the handler, and the connection ends.
func TestCorruptFrame(t *testing.T) {
	server := open(t, local, Config{Self: "en1"})
	frame, err := wire.Append(nil, &wire.Kill{Header: from("raw", 1)})
	if err != nil {
		t.Fatal(err)
	}
	frame[len(frame)/2] ^= 1
	conn := raw(t, server)
	if _, err := conn.Write(frame); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("the connection goes on")
	}
	if s := server.Stats(); s.Corrupt != 1 || s.Received != 0 || !server.logged("what came is no message") {
		t.Errorf("stats %+v", s)
	}
}

// TestStall: a peer that sends half a message, or no greeting, is not waited for
// for ever.
func TestStall(t *testing.T) {
	server := open(t, local, Config{Self: "en1", Timeout: 50 * time.Millisecond})
	conn := raw(t, server)
	if _, err := conn.Write([]byte{0, 0}); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err == nil {
		t.Error("half a message: the connection goes on")
	}
	mute, err := net.Dial("tcp", server.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	if _, err := mute.Read(make([]byte, 1)); err == nil {
		t.Error("no greeting: the connection goes on")
	}
	eventually(t, "both are gone", func() bool { return server.Stats().Open == 0 })
}

// TestSlowPeer: who does not read fills his queue and nobody else's time.
func TestSlowPeer(t *testing.T) {
	server := open(t, local, Config{Self: "en1", QueueLen: 4, Timeout: 200 * time.Millisecond})
	raw(t, server)
	eventually(t, "the queue is full", func() bool {
		err := server.SendMessage(extmgr.Endpoint{Node: "raw"}, &extnode.Put{Data: make([]byte, 4<<20)})
		return errors.Is(err, ErrQueueFull)
	})
	eventually(t, "the peer is given up", func() bool { return server.Stats().Open == 0 })
}

// TestInboundLimit: one connection too many is refused, and one that ends makes
// room.
func TestInboundLimit(t *testing.T) {
	server := open(t, local, Config{Self: "en1", Inbound: 1})
	first := raw(t, server)
	second, err := net.Dial("tcp", server.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if _, err := second.Read(make([]byte, 1)); err == nil || !server.logged("there are too many") {
		t.Errorf("a second connection: %v", err)
	}
	first.Close()
	eventually(t, "there is room", func() bool { return server.Stats().Open == 0 })
	raw(t, server)
}

// TestIdle: a connection that nobody uses is closed, and opened again.
func TestIdle(t *testing.T) {
	server := open(t, local, Config{Self: "en1"})
	client := open(t, "", Config{Self: "en2", Idle: 20 * time.Millisecond})
	for seq := uint64(1); seq <= 2; seq++ {
		err := client.SendMessage(extmgr.Endpoint{Node: "en1", Addr: server.addr}, &wire.Query{Header: from("en2", seq)})
		if err != nil {
			t.Fatal(err)
		}
		if m := server.receive(t); m.Head().Seq != seq {
			t.Errorf("got %+v, want number %d", m, seq)
		}
		eventually(t, "it is closed", func() bool { s := client.Stats(); return s.Open == 0 && s.Peers == 0 })
	}
}

func TestConfig(t *testing.T) {
	_, err := New(Config{QueueLen: -1, BackoffMin: time.Second, BackoffMax: time.Millisecond, Timeout: -1, Idle: -1, QueueBytes: -1, Inbound: -1})
	for _, want := range []string{"Self is empty", "Handler is nil", "QueueLen is -1", "QueueBytes is -1", "Inbound is -1",
		"Timeout is -1ns", "Idle is -1ns", "BackoffMax is 1ms"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v: want %q", err, want)
		}
	}
}
