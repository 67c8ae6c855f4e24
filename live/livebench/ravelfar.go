package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

// ravelNats are machines of two nodes, with a NATS server embedded in one of them; at most once, as by default.
type ravelNats struct{}

// cargo is what travels.
type cargo struct{ data []byte }

func farCodec() *transport.Registry {
	var r transport.Registry
	transport.MustRegister(&r, "livebench.cargo", transport.Codec[cargo]{
		Version: 1,
		Encode:  func(c cargo) ([]byte, error) { return c.data, nil },
		Decode:  func(data []byte) (cargo, error) { return cargo{append([]byte(nil), data...)}, nil },
	})
	transport.MustRegister(&r, "livebench.more", transport.Codec[more]{
		Version: 1,
		Encode:  func(more) ([]byte, error) { return nil, nil },
		Decode:  func([]byte) (more, error) { return more{}, nil },
	})
	return &r
}

// farNode is a node with its system.
type farNode struct {
	sys    *live.System
	node   *nats.Node
	member *live.Member
}

func newFarNode(name, url string) (*farNode, error) {
	sys, err := newSystem()
	if err != nil {
		return nil, err
	}
	node, err := nats.Connect(context.Background(), nats.Config{
		Node: name, URL: url, Codec: farCodec(), Undelivered: sys.Undelivered, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, closed(sys, err)
	}
	member, err := live.Join(sys, node)
	return &farNode{sys, node, member}, err
}

func (n *farNode) close(err error) error {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	return closed(n.sys, errors.Join(err, n.node.Close(ctx)))
}

// farPair is two nodes: machines of a send to b.
func farPair(run func(a, b *farNode) error) error {
	b, err := newFarNode("b", "")
	if err != nil {
		return err
	}
	a, err := newFarNode("a", b.node.URL())
	if err == nil {
		err = a.close(run(a, b))
	}
	return b.close(err)
}

// place creates a machine and returns how the other node knows it.
func (n *farNode) place(name string, m ravel.Machine, other *farNode) (here, there ravel.ID, err error) {
	here, err = n.sys.Create(m)
	if err == nil {
		there, err = other.member.Remote(n.node.Node() + "/" + name)
	}
	return here, there, err
}

// farEnd is a machine that sends to the other node; what it does is in its functions.
type farEnd struct {
	peer  ravel.ID
	data  []byte
	more  func() (cargos int)
	cargo func() (mores, cargos int)
}

var farMachine = ravel.Define[farEnd]("Far", ravel.Start("Open",
	ravel.On(func(f *farEnd, c *ravel.Context, n ravelNext) { f.peer = n.id; c.Send(f.peer, cargo{f.data}) }),
	ravel.On(func(f *farEnd, c *ravel.Context, _ more) { f.send(c, 0, f.more()) }),
	ravel.On(func(f *farEnd, c *ravel.Context, _ cargo) { m, n := f.cargo(); f.send(c, m, n) })))

func (f *farEnd) send(c *ravel.Context, mores, cargos int) {
	for range mores {
		c.Send(f.peer, more{})
	}
	for range cargos {
		c.Send(f.peer, cargo{f.data})
	}
}

// connect has x, of node a, begin with an event to y, of node b, and waits until all is done.
func (a *farNode) connect(b *farNode, x, y *farEnd, done chan struct{}) error {
	hereX, xAtB, err := a.place("Far", farMachine.New(x), b)
	if err != nil {
		return err
	}
	y.peer = xAtB
	_, yAtA, err := b.place("Far", farMachine.New(y), a)
	if err != nil {
		return err
	}
	if err := a.sys.Send(context.Background(), hereX, ravelNext{yAtA}); err != nil {
		return err
	}
	return arrived(done)
}

func (ravelNats) stream(burst, events int) (took time.Duration, err error) {
	source, sink := newFar(burst, events)
	err = farPair(func(a, b *farNode) error {
		x := &farEnd{data: make([]byte, payload), more: source.asked}
		y := &farEnd{cargo: func() (int, int) { return sink.hit(), 0 }}
		err := a.connect(b, x, y, sink.done)
		took = sink.ended.Sub(source.started)
		return err
	})
	return took, err
}

func (ravelNats) trip(events int, s *stamps) error {
	p := &farPlayer{left: events, stamps: s, done: make(chan struct{})}
	return farPair(func(a, b *farNode) error {
		x := &farEnd{data: make([]byte, payload), cargo: func() (int, int) {
			if p.hit() {
				return 0, 1
			}
			return 0, 0
		}}
		y := &farEnd{data: make([]byte, payload), cargo: func() (int, int) { return 0, 1 }}
		return a.connect(b, x, y, p.done)
	})
}

// arrived waits for the end of a program whose events could get lost.
func arrived(done chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-time.After(farPatience):
		return errors.New("not all events have arrived in time")
	}
}
