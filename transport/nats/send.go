package nats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/transport"
)

// Send implements transport.Transport.
func (n *Node) Send(ctx context.Context, from string, to transport.Address, event any) error {
	if len(to.Name) > transport.MaxName || len(from) > transport.MaxName || to.Name == "" {
		return fmt.Errorf("nats: send to %q from %q: names of machines have 1 to %d bytes", to.Name, from, transport.MaxName)
	}
	for again := false; ; again = true {
		err := n.send(ctx, from, to, event)
		if err == nil {
			return nil
		}
		if again || !errors.Is(err, errEnded) || ctx.Err() != nil {
			return fmt.Errorf("nats: %T to %v: %w", event, to, err)
		}
		// The link ended while the event waited for room: the next greeting says how things are now.
	}
}

func (n *Node) send(ctx context.Context, from string, to transport.Address, event any) error {
	l, err := n.reach(ctx, to)
	if err != nil {
		return err
	}
	m, err := n.cfg.Codec.Encode(event, l.reads)
	if err != nil {
		return err
	}
	if most := n.mostData.Load(); int64(len(m.Data)) > most {
		return fmt.Errorf("the event has %d bytes, and the NATS server takes %d: raise its max_payload, or send less at a time", len(m.Data), most)
	}
	return l.send(ctx, from, to.Name, event, m)
}

// reach is way. At least once, an event waits for a connection that is lost, in the hands of its sender if its node has not been
// greeted yet: only then is it known which versions that node reads. It is given up when a silent node is.
func (n *Node) reach(ctx context.Context, to transport.Address) (*link, error) {
	l, err := n.way(ctx, to)
	if !errors.Is(err, transport.ErrDisconnected) || n.cfg.Delivery != transport.AtLeastOnce {
		return l, err
	}
	if err := n.awaitConnection(ctx); err != nil {
		return nil, err
	}
	// Other nodes, which may have lost their connections as well, have a while to come back.
	for patience := time.Now().Add(n.cfg.Answer); ; n.pauseFor(ctx, n.cfg.Beat/4) {
		l, err = n.way(ctx, to)
		absent := errors.Is(err, transport.ErrNoNode) || errors.Is(err, transport.ErrNoMachine) || errors.Is(err, transport.ErrDisconnected)
		if !absent || ctx.Err() != nil || time.Now().After(patience) {
			return l, err
		}
	}
}

// awaitConnection waits until the node is connected again.
func (n *Node) awaitConnection(ctx context.Context) error {
	for since := time.Now(); !n.conn.IsConnected(); {
		if waited := time.Since(since); waited >= n.cfg.GiveUp {
			return fmt.Errorf("%w, and has done so for %v, as long as Config.GiveUp says", n.down(), waited.Round(time.Millisecond))
		}
		if err := n.pauseFor(ctx, n.cfg.Beat/4); err != nil {
			return fmt.Errorf("%w: %w", n.down(), err)
		}
	}
	return nil
}

// pauseFor waits for a while. The error says why it did not.
func (n *Node) pauseFor(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-n.stop.Done():
		return transport.ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// way returns the link to where a machine is. A node that hosted it may be gone, and another one may have it now.
func (n *Node) way(ctx context.Context, to transport.Address) (*link, error) {
	if to.Node != "" {
		return n.link(ctx, to.Node)
	}
	for again := false; ; again = true {
		node, err := n.find(ctx, to.Name)
		if err != nil {
			return nil, err
		}
		l, err := n.link(ctx, node)
		if again || !errors.Is(err, transport.ErrNoNode) {
			return l, err
		}
		n.forget(to.Name, node)
	}
}
