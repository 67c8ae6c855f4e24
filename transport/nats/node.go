package nats

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	natsgo "github.com/nats-io/nats.go"

	"github.com/ravelgo/ravel/transport"
)

// Node is one process's part in a cluster. Its methods may be called from any goroutine.
type Node struct {
	cfg      Config
	instance uint64 // tells a node from an earlier one of its name
	conn     *natsgo.Conn
	isDown   atomic.Bool    // the connection is lost
	mostData atomic.Int64   // bytes that an event may have
	server   *server.Server // nil if there are others
	reads    transport.Versions

	mu      sync.Mutex
	handler transport.Handler
	subs    []*natsgo.Subscription
	links   map[string]*link // to other nodes
	inboxes map[string]*inbox
	hosted  map[string]*hosted
	found   map[string]string        // where machines of other nodes were found
	greets  map[string]chan struct{} // nodes that are being greeted; closed when that is over
	closed  bool

	stop    context.Context // ends when the node is closed
	stopped context.CancelFunc
	ticking sync.WaitGroup // the clock
}

var _ transport.Transport = (*Node)(nil)

// Connect makes a node and connects it. It is known to other nodes when it serves.
func Connect(ctx context.Context, cfg Config) (*Node, error) {
	cfg, err := cfg.checked()
	if err != nil {
		return nil, fmt.Errorf("nats: %w", err)
	}
	n := &Node{
		cfg: cfg, instance: rand.Uint64(), reads: cfg.Codec.Reads(), links: map[string]*link{}, inboxes: map[string]*inbox{},
		hosted: map[string]*hosted{}, found: map[string]string{}, greets: map[string]chan struct{}{},
	}
	n.stop, n.stopped = context.WithCancel(context.Background())
	if err := n.dial(ctx); err != nil {
		n.release()
		return nil, fmt.Errorf("nats: %w", err)
	}
	n.measure()
	if err := n.alone(ctx); err != nil {
		n.release()
		return nil, fmt.Errorf("nats: %w", err)
	}
	n.ticking.Go(n.clock)
	return n, nil
}

// release lets go of everything.
func (n *Node) release() {
	n.stopped()
	if n.conn != nil {
		n.conn.Close()
	}
	if n.server != nil {
		n.server.Shutdown()
		n.server.WaitForShutdown()
	}
}

// Node implements transport.Transport.
func (n *Node) Node() string { return n.cfg.Node }

// URL is that of the server of this process, for the Config of other nodes, or of the one that the node is connected to.
func (n *Node) URL() string {
	if n.server != nil {
		return n.server.ClientURL()
	}
	return n.conn.ConnectedUrlRedacted()
}

// Serve implements transport.Transport.
func (n *Node) Serve(h transport.Handler) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.closed:
		return fmt.Errorf("nats: %w", transport.ErrClosed)
	case h == nil:
		return errors.New("nats: Serve needs a handler")
	case n.handler != nil:
		return errors.New("nats: Serve was called before")
	}
	if err := n.alone(n.stop); err != nil { // another one may have come to serve since this one has connected
		return fmt.Errorf("nats: %w", err)
	}
	for _, s := range []struct {
		subject string
		do      natsgo.MsgHandler
	}{{n.subject("hello", n.cfg.Node), n.greeted}, {n.subject("node", n.cfg.Node), n.arrived}} {
		sub, err := n.conn.Subscribe(s.subject, s.do)
		if err != nil {
			return fmt.Errorf("nats: listening on %s: %w", s.subject, err)
		}
		// What is under way is bounded by the windows of the senders.
		if err := sub.SetPendingLimits(-1, -1); err != nil {
			return fmt.Errorf("nats: %w", err)
		}
		n.subs = append(n.subs, sub)
	}
	n.handler = h
	if err := cmp.Or(n.conn.FlushTimeout(n.cfg.Answer), n.denied()); err != nil {
		return fmt.Errorf("nats: %w", err)
	}
	return nil
}

func (n *Node) subject(kind, name string) string { return n.cfg.Cluster + "." + kind + "." + name }

// tell sends a frame, which may be lost.
func (n *Node) tell(node string, f *frame) error {
	f.From = n.cfg.Node
	return n.publish(node, f.append(nil))
}

// publish sends what is written of a frame.
func (n *Node) publish(node string, b []byte) error {
	err := n.conn.Publish(n.subject("node", node), b)
	if errors.Is(err, natsgo.ErrReconnectBufExceeded) || errors.Is(err, natsgo.ErrConnectionReconnecting) || errors.Is(err, natsgo.ErrConnectionClosed) {
		return n.down()
	}
	return err
}

// measure notes how large an event may be, of which a frame holds at least one.
func (n *Node) measure() { n.mostData.Store(n.conn.MaxPayload() - 1024) }

// arrived gets every frame for this node, one after the other.
func (n *Node) arrived(m *natsgo.Msg) {
	f, err := decodeFrame(m.Data)
	if err != nil {
		n.cfg.Log.Warn("a message is disregarded", "subject", m.Subject, "bytes", len(m.Data), "error", err)
		return
	}
	switch f.Kind {
	case dataFrame, beatFrame, byeFrame:
		n.mu.Lock()
		in := n.inboxes[f.From]
		n.mu.Unlock()
		if in == nil || !in.take(&f) {
			n.tell(f.From, &frame{Kind: strangeFrame, Link: f.Link, Seq: f.Seq})
		}
	default:
		n.mu.Lock()
		l := n.links[f.From]
		n.mu.Unlock()
		if l != nil && l.id == f.Link {
			l.heard(&f)
		}
	}
}

// clock lets links send beats, send again, and give up.
func (n *Node) clock() {
	tick := time.NewTicker(n.cfg.Beat / 4)
	defer tick.Stop()
	for {
		select {
		case <-n.stop.Done():
			return
		case now := <-tick.C:
			for _, l := range n.allLinks() {
				l.tick(now)
			}
			n.tidy()
		}
	}
}

// tidy forgets the inboxes of nodes that send nothing any more. A sender gives up a link on which it hears nothing for
// Config.GiveUp; one that has not been heard of for twice as long has a link no more, or is told so when it comes back.
func (n *Node) tidy() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for from, in := range n.inboxes {
		if in.tick(int(2 * n.cfg.GiveUp / (n.cfg.Beat / 4))) {
			delete(n.inboxes, from)
		}
	}
}

func (n *Node) allLinks() []*link {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := make([]*link, 0, len(n.links))
	for _, l := range n.links {
		list = append(list, l)
	}
	return list
}

func (n *Node) disconnected(err error) {
	if n.stop.Err() != nil {
		return
	}
	n.isDown.Store(true)
	if err == nil {
		err = errors.New("the server has closed the connection")
	}
	n.cfg.Log.Warn("the connection to NATS is lost", "error", err)
	n.cfg.Status(fmt.Errorf("%w: %w", transport.ErrDisconnected, err))
}

func (n *Node) reconnected() {
	n.measure()
	n.isDown.Store(false)
	n.cfg.Log.Info("the connection to NATS is back", "url", n.conn.ConnectedUrlRedacted())
	n.cfg.Status(nil)
}

// asyncError gets what the client cannot return from a call: missing permissions, and the like.
func (n *Node) asyncError(err error) {
	if n.stop.Err() == nil {
		n.cfg.Log.Error("NATS", "error", err)
		n.cfg.Status(err)
	}
}
