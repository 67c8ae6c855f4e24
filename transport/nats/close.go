package nats

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/transport"
)

// Close implements transport.Transport. Nothing more is taken from other nodes; what has arrived is handed on, and its senders
// are told how far that has come: what is behind it has not been handed on, and is reported there.
func (n *Node) Close(ctx context.Context) error {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return nil
	}
	n.closed = true
	n.mu.Unlock()
	links, inboxes := n.allLinks(), n.allInboxes()
	for _, l := range links {
		l.shut()
	}
	dropped := n.handOn(ctx, inboxes)
	for _, l := range links {
		l.drain(ctx)
	}
	var left uint64
	for _, l := range links {
		left += l.end(transport.ErrClosed)
		n.tell(l.to, &frame{Kind: byeFrame, Again: l.again, Link: l.id, Seq: l.last()})
	}
	for _, s := range n.subs {
		s.Unsubscribe()
	}
	if n.conn.IsConnected() {
		n.conn.FlushTimeout(n.cfg.Answer)
	}
	n.release()
	n.ticking.Wait()
	return n.unfinished(ctx, left, dropped)
}

// handOn waits until the inboxes have handed on what they have, and tells the senders. It returns how much they have not.
func (n *Node) handOn(ctx context.Context, inboxes []*inbox) (dropped uint64) {
	for _, in := range inboxes {
		in.end()
	}
	for _, in := range inboxes {
		select {
		case <-in.gone:
		case <-ctx.Done():
		}
		dropped += in.leave()
	}
	return dropped
}

func (n *Node) allInboxes() []*inbox {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := make([]*inbox, 0, len(n.inboxes))
	for _, in := range n.inboxes {
		list = append(list, in)
	}
	return list
}

// unfinished is the error of what a node could not do before it was closed; nil if there is nothing.
func (n *Node) unfinished(ctx context.Context, left, dropped uint64) error {
	var errs []error
	if left > 0 {
		errs = append(errs, fmt.Errorf("%d events of this node were not confirmed, and are reported as undelivered", left))
	}
	if dropped > 0 {
		errs = append(errs, fmt.Errorf("%d events for this node were not handed on in time, and are reported by their senders", dropped))
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("nats: closing node %s: %w: %w", n.cfg.Node, errors.Join(errs...), cmp.Or(context.Cause(ctx), transport.ErrDisconnected))
}
