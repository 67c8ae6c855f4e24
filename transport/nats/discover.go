package nats

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"github.com/ravelgo/ravel/transport"
)

// hosted is a machine of this node that others can find.
type hosted struct {
	sub     *natsgo.Subscription
	settled bool          // nobody else has it
	lost    string        // the node that wants it as well, and whose name comes first; "" if there is none
	asked   []*natsgo.Msg // from those who look for it meanwhile
}

// mostAsked is how many of those get an answer. The others have to ask again.
const mostAsked = 1000

// How long other nodes are listened to that have a name, or want it at the same moment, after this one's own answer has come.
const together = 100 * time.Millisecond

func (n *Node) machineSubject(name string) string {
	return n.subject("machine", hex.EncodeToString([]byte(name)))
}

// Host implements transport.Transport. It takes about a tenth of a second.
func (n *Node) Host(ctx context.Context, name string) error {
	if name == "" || len(name) > transport.MaxName {
		return fmt.Errorf("nats: host %q: names of machines have 1 to %d bytes", name, transport.MaxName)
	}
	n.mu.Lock()
	switch {
	case n.closed:
		n.mu.Unlock()
		return fmt.Errorf("nats: host %q: %w", name, transport.ErrClosed)
	case n.handler == nil:
		n.mu.Unlock()
		return fmt.Errorf("nats: host %q: call Serve before", name)
	case n.hosted[name] != nil:
		n.mu.Unlock()
		return fmt.Errorf("nats: host %q: %w: this node hosts it", name, transport.ErrDuplicate)
	}
	h := &hosted{}
	n.hosted[name] = h
	n.mu.Unlock()
	err := n.settle(ctx, name, h)
	if err != nil {
		n.unhost(name, h)
		return fmt.Errorf("nats: host %q: %w", name, err)
	}
	for _, m := range h.asked { // which nothing is added to any more
		n.answer(m, "has ")
	}
	return nil
}

func (n *Node) answer(m *natsgo.Msg, word string) {
	if err := m.Respond([]byte(word + n.cfg.Node)); err != nil && n.stop.Err() == nil {
		n.cfg.Log.Warn("who looks for a machine was not answered", "subject", m.Subject, "error", err)
	}
}

// settle answers for the name from now on, and asks who else does.
func (n *Node) settle(ctx context.Context, name string, h *hosted) error {
	sub, err := n.conn.Subscribe(n.machineSubject(name), func(m *natsgo.Msg) { n.asked(h, m) })
	if err != nil {
		return err
	}
	n.mu.Lock()
	h.sub = sub
	n.mu.Unlock()
	others, err := n.ask(ctx, name)
	if err != nil {
		return err
	}
	for _, o := range others {
		word, node, _ := strings.Cut(o, " ")
		// Of those that want it at the same moment, the first by name gets it.
		if node != n.cfg.Node && (word == "has" || node < n.cfg.Node) {
			return fmt.Errorf("%w: node %s hosts it", transport.ErrDuplicate, node)
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case h.lost != "":
		return fmt.Errorf("%w: node %s hosts it", transport.ErrDuplicate, h.lost)
	case n.hosted[name] != h:
		return errors.New("Unhost has taken it back meanwhile")
	}
	h.settled = true
	return nil
}

// asked hears who wants a name that this node hosts or wants as well, or only looks for the machine.
func (n *Node) asked(h *hosted, m *natsgo.Msg) {
	n.mu.Lock()
	word, other := "wants ", string(m.Data)
	switch {
	case h.settled:
		word = "has "
	case other == "": // who only looks for it is told when it is known who has it
		if len(h.asked) < mostAsked {
			h.asked = append(h.asked, m)
		}
		word = ""
	case other < n.cfg.Node:
		h.lost = other // which may have begun to answer behind this node's question, and hears of it now
	}
	n.mu.Unlock()
	if word != "" {
		n.answer(m, word)
	}
}

// ask listens for a while to all who answer for a name.
func (n *Node) ask(ctx context.Context, name string) (answers []string, err error) {
	inbox := n.conn.NewRespInbox()
	sub, err := n.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, err
	}
	defer sub.Unsubscribe()
	if err := n.conn.FlushTimeout(n.cfg.Answer); err != nil {
		return nil, fmt.Errorf("%w: %w", transport.ErrDisconnected, err)
	}
	if err := n.conn.PublishRequest(n.machineSubject(name), inbox, []byte(n.cfg.Node)); err != nil {
		return nil, err
	}
	own, until := false, time.Now().Add(n.cfg.Answer)
	for {
		m, err := nextUntil(ctx, sub, until)
		switch {
		case err == nil && len(m.Data) == 0: // the server says that nobody listens, which cannot be
		case err == nil:
			answers = append(answers, string(m.Data))
			if _, node, _ := strings.Cut(string(m.Data), " "); node == n.cfg.Node && !own {
				own, until = true, time.Now().Add(together)
			}
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case !errors.Is(err, context.DeadlineExceeded):
			return nil, err
		case own:
			return answers, nil
		default:
			return nil, fmt.Errorf("%w: this node's own answer has not come within %v", transport.ErrDisconnected, n.cfg.Answer)
		}
	}
}

func nextUntil(ctx context.Context, sub *natsgo.Subscription, until time.Time) (*natsgo.Msg, error) {
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	return sub.NextMsgWithContext(ctx)
}

// Unhost implements transport.Transport.
func (n *Node) Unhost(name string) {
	n.mu.Lock()
	h := n.hosted[name]
	n.mu.Unlock()
	if h != nil {
		n.unhost(name, h)
	}
}

func (n *Node) unhost(name string, h *hosted) {
	n.mu.Lock()
	if n.hosted[name] == h {
		delete(n.hosted, name)
	}
	sub := h.sub
	n.mu.Unlock()
	if sub != nil { // else settle finds out
		_ = sub.Unsubscribe() // it fails if the connection is closed, and then there is none
	}
}

// find returns the node that hosts a machine.
func (n *Node) find(ctx context.Context, name string) (string, error) {
	n.mu.Lock()
	node, closed := n.found[name], n.closed
	n.mu.Unlock()
	if closed {
		return "", transport.ErrClosed
	}
	if node != "" {
		return node, nil
	}
	m, err := n.request(ctx, n.machineSubject(name), nil)
	switch {
	case ctx.Err() != nil && err != nil: // which says nothing of the machine
		return "", fmt.Errorf("looking for machine %q: %w", name, context.Cause(ctx))
	case err != nil && !n.conn.IsConnected():
		return "", n.down()
	case errors.Is(err, natsgo.ErrNoResponders), errors.Is(err, context.DeadlineExceeded):
		return "", fmt.Errorf("%w: no node of cluster %s does: host it there with Member.Host, or name its node as in node/machine", transport.ErrNoMachine, n.cfg.Cluster)
	case err != nil:
		return "", err
	}
	_, node, _ = strings.Cut(string(m.Data), " ")
	if err := transport.CheckNode(node); err != nil {
		return "", fmt.Errorf("the answer for machine %q: %w", name, err)
	}
	n.mu.Lock()
	n.found[name] = node
	n.mu.Unlock()
	return node, nil
}

// request asks a question, and waits for the first answer as long as Config.Answer and ctx allow.
func (n *Node) request(ctx context.Context, subject string, question []byte) (*natsgo.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, n.cfg.Answer)
	defer cancel()
	return n.conn.RequestWithContext(ctx, subject, question)
}

// forget takes back where a machine was found.
func (n *Node) forget(name, node string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.found[name] == node {
		delete(n.found, name)
	}
}
