package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"github.com/ravelgo/ravel/transport"
)

// greeting is what two nodes tell each other before the first event, as JSON.
type greeting struct {
	Protocol int                `json:"protocol"`
	Node     string             `json:"node"`
	Instance uint64             `json:"instance,string"`
	Link     uint64             `json:"link,string"` // that begins; 0 of a node that only wants to know whether there is another one
	Window   int                `json:"window"`
	Reads    transport.Versions `json:"reads,omitempty"` // of the node that is greeted
	Error    string             `json:"error,omitempty"` // why it will not talk
	Closing  bool               `json:"closing,omitempty"`
}

// greet asks a node that may not be there.
func (n *Node) greet(ctx context.Context, to string, link uint64) (*greeting, error) {
	ask, err := json.Marshal(greeting{Protocol: protocol, Node: n.cfg.Node, Instance: n.instance, Link: link, Window: n.cfg.Window})
	if err != nil {
		return nil, err
	}
	m, err := n.request(ctx, n.subject("hello", to), ask)
	switch {
	case ctx.Err() != nil && err != nil: // which says nothing of the node
		return nil, fmt.Errorf("greeting: %w", context.Cause(ctx))
	case errors.Is(err, natsgo.ErrNoResponders):
		return nil, fmt.Errorf("%w to cluster %s: has it been started, with this Config.Node and Config.Cluster, and does it serve?", transport.ErrNoNode, n.cfg.Cluster)
	case err != nil && !n.conn.IsConnected():
		return nil, n.down()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%w: no answer in %v", transport.ErrNoNode, n.cfg.Answer)
	case err != nil:
		return nil, err
	}
	var g greeting
	if err := json.Unmarshal(m.Data, &g); err != nil {
		return nil, fmt.Errorf("the answer of node %s: %w", to, err)
	}
	if g.Closing {
		return nil, fmt.Errorf("%w: it is being closed", transport.ErrNoNode)
	}
	return &g, nil
}

// alone makes sure that no other node has this one's name.
func (n *Node) alone(ctx context.Context) error {
	g, err := n.greet(ctx, n.cfg.Node, 0)
	if denied := n.denied(); denied != nil {
		return denied
	}
	switch {
	case errors.Is(err, transport.ErrNoNode):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("node %q of cluster %q: %w: another process is connected as this node (its instance is %x): give each node a name of its own, or end that process", n.cfg.Node, n.cfg.Cluster, transport.ErrDuplicate, g.Instance)
}

// greeted answers another node.
func (n *Node) greeted(m *natsgo.Msg) {
	var g greeting
	answer := greeting{Protocol: protocol, Node: n.cfg.Node, Instance: n.instance, Window: n.cfg.Window}
	err := json.Unmarshal(m.Data, &g)
	switch {
	case err != nil:
		answer.Error = "the greeting cannot be read: " + err.Error()
	case g.Protocol != protocol:
		answer.Error = fmt.Sprintf("it speaks protocol version %d, and this node version %d: use one release of Ravel", protocol, g.Protocol)
	case g.Link == 0:
	case transport.CheckNode(g.Node) != nil:
		answer.Error = "the greeting has no name of a node"
	case !n.begin(&g):
		answer.Closing = true
	default:
		answer.Reads = n.reads
	}
	data, err := json.Marshal(answer)
	if err == nil {
		err = m.Respond(data)
	}
	if err != nil && n.stop.Err() == nil {
		n.cfg.Log.Warn("a greeting was not answered", "from", g.Node, "error", err)
	}
}

// begin opens the inbox for a link.
func (n *Node) begin(g *greeting) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return false
	}
	in := n.inboxes[g.Node]
	if in == nil {
		in = &inbox{n: n, from: g.Node, wake: make(chan struct{}, 1), gone: make(chan struct{})}
		n.inboxes[g.Node] = in
		go in.run(n.handler)
	}
	in.open(g.Link, g.Window)
	return true
}

// link returns the link to another node, which it greets if need be.
func (n *Node) link(ctx context.Context, to string) (*link, error) {
	for {
		n.mu.Lock()
		l, closed, others := n.links[to], n.closed, n.greets[to]
		if l == nil && others == nil && !closed {
			n.greets[to] = make(chan struct{})
		}
		n.mu.Unlock()
		switch {
		case closed:
			return nil, transport.ErrClosed
		case l != nil:
			return l, nil
		case others == nil:
			defer n.hasGreeted(to)
			return n.newLink(ctx, to)
		}
		select { // two links to one node would spoil each other
		case <-others:
		case <-ctx.Done():
			return nil, fmt.Errorf("node %s is being greeted: %w", to, context.Cause(ctx))
		}
	}
}

func (n *Node) hasGreeted(to string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	close(n.greets[to])
	delete(n.greets, to)
}

// newLink greets another node.
func (n *Node) newLink(ctx context.Context, to string) (*link, error) {
	if err := transport.CheckNode(to); err != nil {
		return nil, err
	}
	id := rand.Uint64() | 1
	g, err := n.greet(ctx, to, id)
	if err != nil {
		return nil, fmt.Errorf("node %s: %w", to, err)
	}
	if g.Error != "" {
		return nil, fmt.Errorf("node %s does not talk to this one: %s", to, g.Error)
	}
	now := time.Now()
	l := &link{
		n: n, to: to, id: id, again: n.cfg.Delivery == transport.AtLeastOnce, reads: g.Reads, window: max(1, min(n.cfg.Window, g.Window)),
		lastHeard: now, lastBeat: now, lastAgain: now, pause: firstPause,
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return nil, transport.ErrClosed
	}
	n.links[to] = l
	return l, nil
}
