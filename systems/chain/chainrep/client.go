package chainrep

import (
	"errors"
	"fmt"
)

// ClientConfig are the settings of a client.
type ClientConfig struct {
	ID   NodeID
	Bugs Bugs
}

// Client asks a chain, one request after the other. It is not safe for concurrent
// use.
type Client struct {
	cfg        ClientConfig
	head, tail NodeID
	epoch      uint64 // of the news about head and tail

	updates uint64 // begun
	queries uint64 // begun
	op      Op     // the newest of all
	waiting bool   // for its answer
}

// Op is what a client may ask for.
type Op struct {
	Key    string
	Value  string // of an update
	Update bool   // rather than a query
}

func (o Op) String() string {
	if o.Update {
		return fmt.Sprintf("%s=%s", o.Key, o.Value)
	}
	return o.Key + "?"
}

// Reply is what the chain says to a request. Value and Found belong to queries.
type Reply struct {
	Op    Op
	Req   uint64
	Value string
	Found bool
}

// NewClient returns a client that knows no chain yet.
func NewClient(cfg ClientConfig) *Client { return &Client{cfg: cfg} }

// Do begins a request. It is sent as soon as head and tail are known, and again
// whenever they change, until the Reply is there. The error says that another
// request is under way.
func (c *Client) Do(op Op) ([]Envelope, error) {
	if c.waiting {
		return nil, errors.New("chainrep: a client has one request at a time: wait for its Reply")
	}
	c.op, c.waiting = op, true
	if op.Update {
		c.updates++
	} else {
		c.queries++
	}
	return c.ask(), nil
}

// Req returns the number of the newest request among those of its kind.
func (c *Client) Req() uint64 {
	if c.op.Update {
		return c.updates
	}
	return c.queries
}

func (c *Client) ask() []Envelope {
	var out outbox
	switch {
	case !c.waiting || c.head == "":
	case c.op.Update:
		out.send(c.head, Update{c.cfg.ID, c.updates, c.op.Key, c.op.Value})
	default:
		out.send(c.tail, Query{c.cfg.ID, c.queries, c.op.Key})
	}
	return out
}

// Again sends the request that is under way once more, for deployments in which it or its
// answer can be lost.
func (c *Client) Again() []Envelope { return c.ask() }

// Handle processes a message. The Reply is nil as long as the request is under
// way.
func (c *Client) Handle(m Message) ([]Envelope, *Reply, error) {
	switch m := m.(type) {
	case HeadTail:
		if c.cfg.Bugs.has(CR5) && c.waiting && c.head != "" {
			return nil, nil, unexpected(c.cfg.ID, " while it waits for an answer", m)
		}
		if c.head != "" && m.Epoch <= c.epoch {
			return nil, nil, nil
		}
		c.head, c.tail, c.epoch = m.Head, m.Tail, m.Epoch
		return c.ask(), nil, nil
	case RespUpdate:
		if c.awaits(true, m.Req) {
			return nil, c.done("", false), nil
		}
		return nil, nil, nil
	case RespQuery:
		if c.awaits(false, m.Req) {
			return nil, c.done(m.Value, m.Found), nil
		}
		return nil, nil, nil
	}
	return nil, nil, unexpected(c.cfg.ID, "", m)
}

// awaits reports whether an answer is not one of an older request.
func (c *Client) awaits(update bool, req uint64) bool {
	return c.waiting && c.op.Update == update && c.Req() == req
}

// done ends the request.
func (c *Client) done(value string, found bool) *Reply {
	c.waiting = false
	return &Reply{c.op, c.Req(), value, found}
}
