package tcpnet

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// Engine is an [extmgr.NetworkEngine] over TCP. See the package documentation for
// what it does.
type Engine struct {
	cfg    Config // defaults filled in
	stats  counters
	ctx    context.Context // ends when the engine is closed
	cancel context.CancelFunc
	work   sync.WaitGroup // all goroutines

	mu       sync.Mutex // guards everything below
	closed   bool
	listener net.Listener
	conns    map[net.Conn]bool               // all that are open
	peers    map[extmgr.Endpoint]*peer       // opened by this side
	callers  map[extmgr.NodeID]*conversation // opened by others, the latest of each name
	inbound  int                             // accepted connections
}

// New returns an engine that accepts no connections yet; see Serve.
func New(cfg Config) (*Engine, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	e := &Engine{
		cfg:     cfg.WithDefaults(),
		conns:   make(map[net.Conn]bool),
		peers:   make(map[extmgr.Endpoint]*peer),
		callers: make(map[extmgr.NodeID]*conversation),
	}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	return e, nil
}

// SendMessage implements [extmgr.NetworkEngine].
func (e *Engine) SendMessage(to extmgr.Endpoint, m extmgr.Message) error {
	err := e.send(to, m)
	if err != nil {
		e.stats.refused.Add(1)
		return fmt.Errorf("tcpnet: send %v to %s at %q: %w", wire.TypeOf(m), to.Node, to.Addr, err)
	}
	return nil
}

func (e *Engine) send(to extmgr.Endpoint, m extmgr.Message) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return ErrClosed
	case wire.TypeOf(m) == 0:
		return wire.ErrUnknownType
	case to.Addr == "":
		c := e.callers[to.Node]
		if c == nil {
			return fmt.Errorf("%w: it has no address and is not connected", ErrUnreachable)
		}
		return c.out.put(m)
	}
	p := e.peers[to]
	if p == nil {
		p = &peer{engine: e, to: to, out: newQueue(e.cfg.QueueLen, e.cfg.QueueBytes)}
		e.peers[to] = p
		e.work.Go(p.run)
	}
	if p.pausing && !lasting(m) {
		return ErrUnreachable
	}
	return p.out.put(m)
}

// Close closes all connections at once and waits until everything has ended. What
// still waits is lost; see Flush.
func (e *Engine) Close() error {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return nil
	}
	e.closed = true
	e.cancel()
	var err error
	if e.listener != nil {
		err = e.listener.Close()
	}
	for c := range e.conns {
		c.Close() // its goroutines end with errors that nobody needs
	}
	e.mu.Unlock()
	e.work.Wait()
	return err
}

// Flush waits until nothing waits to be written, save to peers that are
// unreachable, or ctx ends.
func (e *Engine) Flush(ctx context.Context) error {
	for {
		waiting := e.deliverable()
		if waiting == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("tcpnet: flush: %d messages are still waiting: %w", waiting, context.Cause(ctx))
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// deliverable is the number of messages that wait for peers that can be reached,
// as far as is known.
func (e *Engine) deliverable() (n int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, p := range e.peers {
		if !p.pausing {
			n += p.out.len()
		}
	}
	for _, c := range e.callers {
		n += c.out.len()
	}
	return n
}

// open enters a connection, so that Close ends it. It reports false, and closes the
// connection, if the engine is closed.
func (e *Engine) open(c net.Conn) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		c.Close()
		return false
	}
	e.conns[c] = true
	return true
}

func (e *Engine) drop(c net.Conn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.conns, c)
	c.Close()
}

// greet exchanges greetings. The side that connected speaks first.
func (e *Engine) greet(c net.Conn, first bool) (wire.Greeting, error) {
	own := wire.Greeting{Cluster: e.cfg.Cluster, Node: e.cfg.Self}
	if err := c.SetDeadline(time.Now().Add(e.cfg.Timeout)); err != nil {
		return wire.Greeting{}, err
	}
	if first {
		if err := own.Write(c); err != nil {
			return wire.Greeting{}, err
		}
	}
	peer, err := wire.ReadGreeting(c)
	// A side that is misunderstood should learn with whom it speaks.
	if !first && (err == nil || errors.Is(err, wire.ErrVersion)) {
		err = errors.Join(err, own.Write(c))
	}
	if err == nil && peer.Cluster != e.cfg.Cluster {
		err = fmt.Errorf("%s is of cluster %q, this is %q: want the address of one of this cluster, or the same name", peer.Node, peer.Cluster, e.cfg.Cluster)
	}
	return peer, errors.Join(err, c.SetDeadline(time.Time{}))
}
