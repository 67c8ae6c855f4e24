package nats_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

type note struct {
	N    int
	Text string
}

type other struct{ N int }

// events are the types that all nodes of the tests know.
func events() *transport.Registry {
	r := &transport.Registry{}
	transport.MustRegister(r, "note", transport.JSON[note](1))
	return r
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// sink is a handler that takes note of what it gets.
type sink struct {
	mu     sync.Mutex
	called int
	notes  []note
	from   []transport.Address
	gate   chan struct{} // if set, the handler waits for an entry
}

func (s *sink) handle(from, to transport.Address, event any) error {
	s.mu.Lock()
	s.called++
	s.mu.Unlock()
	if s.gate != nil {
		<-s.gate
	}
	switch to.Name {
	case "nobody":
		return fmt.Errorf("%w: %v", transport.ErrNoMachine, to)
	case "panic":
		panic("as it was told")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, event.(note))
	s.from = append(s.from, from)
	return nil
}

func (s *sink) got() []note {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]note(nil), s.notes...)
}

// calls is how often the handler was called.
func (s *sink) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.called
}

// losses takes note of what is undelivered.
type losses struct {
	mu   sync.Mutex
	list []transport.Undelivered
}

func (l *losses) hear(u transport.Undelivered) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, u)
}

func (l *losses) all() []transport.Undelivered {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]transport.Undelivered(nil), l.list...)
}

// peer is a node with what it got and lost.
type peer struct {
	*nats.Node
	sink
	losses
}

// quick are settings with which a test need not wait long.
func quick(name, url string) nats.Config {
	return nats.Config{
		Node: name, URL: url, Codec: events(), Beat: 50 * time.Millisecond, GiveUp: 5 * time.Second, Answer: 2 * time.Second, Log: quiet,
	}
}

// join connects a node that serves, and closes it with the test.
func join(t *testing.T, cfg nats.Config, more ...func(*peer)) *peer {
	t.Helper()
	p := &peer{}
	for _, f := range more {
		f(p)
	}
	cfg.Undelivered = p.hear
	var err error
	if p.Node, err = nats.Connect(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.close(t) })
	if err := p.Serve(p.handle); err != nil {
		t.Fatal(err)
	}
	return p
}

// close leaves the cluster at once.
func (p *peer) close(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.Close(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func (p *peer) send(t *testing.T, to string, n note) {
	t.Helper()
	if err := p.Send(t.Context(), "tester", address(t, to), n); err != nil {
		t.Fatal(err)
	}
}

func address(t *testing.T, s string) transport.Address {
	t.Helper()
	a, err := transport.ParseAddress(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("this has not come about: %s", what)
		}
	}
}

// inOrder checks that the notes are numbered from 1 to n.
func inOrder(t *testing.T, notes []note, n int) {
	t.Helper()
	if len(notes) != n {
		t.Errorf("%d notes have arrived, want %d", len(notes), n)
	}
	for i := range notes {
		if notes[i].N != i+1 {
			t.Fatalf("note %d has arrived as number %d", notes[i].N, i+1)
		}
	}
}

// wrong checks that an error is of a kind and says something.
func wrong(t *testing.T, err, kind error, words ...string) {
	t.Helper()
	if err == nil || kind != nil && !errors.Is(err, kind) {
		t.Fatalf("error %v, want one of %v", err, kind)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

// proxy is a server in between that can be cut off.
type proxy struct {
	net.Listener
	to string

	mu    sync.Mutex
	conns []net.Conn
	down  bool
}

func newProxy(t *testing.T, url string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: l, to: strings.TrimPrefix(url, "nats://")}
	t.Cleanup(func() {
		l.Close()
		p.cut()
	})
	go p.serve()
	return p
}

func (p *proxy) url() string { return "nats://" + p.Addr().String() }

func (p *proxy) serve() {
	for {
		in, err := p.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", p.to)
		p.mu.Lock()
		if err != nil || p.down {
			in.Close()
			if out != nil {
				out.Close()
			}
		} else {
			p.conns = append(p.conns, in, out)
			go pipe(in, out)
			go pipe(out, in)
		}
		p.mu.Unlock()
	}
}

func pipe(to, from net.Conn) {
	io.Copy(to, from)
	to.Close()
	from.Close()
}

// cut breaks all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.Close()
	}
	p.conns = nil
}

// off cuts, and refuses connections until it is on again.
func (p *proxy) off(down bool) {
	p.mu.Lock()
	p.down = down
	p.mu.Unlock()
	p.cut()
}
