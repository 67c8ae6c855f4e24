package wire

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"
)

// Config describes a process.
type Config struct {
	Cluster string
	Self    string // the name of the process, as it greets
	// Message takes a message, Call answers a call. A connection's messages come one after the other, and delay what
	// comes behind them; calls run side by side. Their context is done when the connection ends.
	Message func(from string, k Kind, body []byte)
	Call    func(ctx context.Context, from string, k Kind, body []byte) ([]byte, error)
	// Dial opens connections; nil is TCP.
	Dial func(ctx context.Context, addr string) (net.Conn, error)
	Log  *slog.Logger
}

// Why Call fails, beside the errors of its context. The error that a handler has returned is a *Failure.
var (
	ErrUnreachable = errors.New("wire: no connection")
	ErrLost        = errors.New("wire: the connection ended before an answer came")
	ErrClosed      = errors.New("wire: closed")
)

// Failure is an error of the handler of a call: its text has travelled.
type Failure struct{ Text string }

func (f *Failure) Error() string { return f.Text }

const (
	dialTimeout  = 2 * time.Second
	writeTimeout = 10 * time.Second
	pause        = 50 * time.Millisecond // after a connection could not be opened
	queueLen     = 4096
)

// Net is the network as one process sees it. Its methods may be called by any goroutine.
type Net struct {
	cfg    Config
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	links  map[place]*link
	conns  map[net.Conn]bool
	ports  []net.Listener
}

// place is where a link leads.
type place struct {
	addr string
	lane int
}

// hello is the body of a greeting.
type hello struct{ Cluster, From string }

// New returns a network for a process.
func New(cfg Config) *Net {
	if cfg.Dial == nil {
		cfg.Dial = func(ctx context.Context, addr string) (net.Conn, error) {
			return (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", addr)
		}
	}
	n := &Net{cfg: cfg, links: map[place]*link{}, conns: map[net.Conn]bool{}}
	n.ctx, n.cancel = context.WithCancel(context.Background())
	return n
}

// Send sends a message. It does not wait.
func (n *Net) Send(addr string, lane int, k Kind, body []byte) {
	if l := n.link(place{addr, lane}); l != nil {
		l.send(frame{what: message, kind: k, body: body})
	}
}

// Call makes a call and waits for its answer.
func (n *Net) Call(ctx context.Context, addr string, lane int, k Kind, body []byte) ([]byte, error) {
	l := n.link(place{addr, lane})
	if l == nil {
		return nil, ErrClosed
	}
	return l.call(ctx, k, body)
}

// link returns the link to a place, nil when the network is closed.
func (n *Net) link(p place) *link {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil
	}
	l := n.links[p]
	if l == nil {
		l = &link{n: n, to: p, out: make(chan frame, queueLen), calls: map[uint64]chan frame{}}
		n.links[p] = l
		n.work.Go(l.run)
	}
	return l
}

// open notes a connection, or closes it when the network is closed.
func (n *Net) open(c net.Conn) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		_ = c.Close()
		return false
	}
	n.conns[c] = true
	return true
}

func (n *Net) drop(c net.Conn) {
	_ = c.Close() // nobody needs it any more
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.conns, c)
}

// Close closes listeners, ends all connections and waits for all that goes on.
func (n *Net) Close() {
	n.mu.Lock()
	n.closed = true
	for _, l := range n.ports {
		_ = l.Close() // nobody is let in any more
	}
	for c := range n.conns {
		_ = c.Close() // they are given up
	}
	n.mu.Unlock()
	n.cancel()
	n.work.Wait()
}

func mustEncode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // our own types
	}
	return b
}
