package main

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// protoRemote are actors of two systems that are joined by protoactor's own remoting, over gRPC.
type protoRemote struct{}

func newFarActors() (*actor.ActorSystem, *remote.Remote) {
	sys := newActors()
	r := remote.NewRemote(sys, remote.Configure("127.0.0.1", 0))
	r.Start()
	return sys, r
}

// protoEnd is an actor that sends to the other system; what it does is in its functions.
type protoEnd struct {
	peer  *actor.PID
	data  []byte
	more  func() (cargos int)
	cargo func() (mores, cargos int)
}

func (p *protoEnd) Receive(c actor.Context) {
	switch e := c.Message().(type) {
	case *protoNext:
		p.peer = e.pid
		p.send(c, 0, 1)
	case *emptypb.Empty:
		p.send(c, 0, p.more())
	case *wrapperspb.BytesValue:
		m, n := p.cargo()
		p.send(c, m, n)
	}
}

func (p *protoEnd) send(c actor.Context, mores, cargos int) {
	for range mores {
		c.Send(p.peer, &emptypb.Empty{})
	}
	for range cargos {
		c.Send(p.peer, &wrapperspb.BytesValue{Value: p.data})
	}
}

// protoConnect has x begin with a message to y in another system, and waits until all is done.
func protoConnect(x, y *protoEnd, done chan struct{}) error {
	a, atA := newFarActors()
	defer a.Shutdown()
	defer atA.Shutdown(false)
	b, atB := newFarActors()
	defer b.Shutdown()
	defer atB.Shutdown(false)
	pidX := spawn(a, x)
	y.peer = actor.NewPID(a.Address(), pidX.Id)
	pidY := spawn(b, y)
	a.Root.Send(pidX, &protoNext{actor.NewPID(b.Address(), pidY.Id)})
	return arrived(done)
}

func (protoRemote) stream(burst, events int) (time.Duration, error) {
	source, sink := newFar(burst, events)
	x := &protoEnd{data: make([]byte, payload), more: source.asked}
	y := &protoEnd{cargo: func() (int, int) { return sink.hit(), 0 }}
	err := protoConnect(x, y, sink.done)
	return sink.ended.Sub(source.started), err
}

func (protoRemote) trip(events int, s *stamps) error {
	p := &farPlayer{left: events, stamps: s, done: make(chan struct{})}
	x := &protoEnd{data: make([]byte, payload), cargo: func() (int, int) {
		if p.hit() {
			return 0, 1
		}
		return 0, 0
	}}
	y := &protoEnd{data: make([]byte, payload), cargo: func() (int, int) { return 0, 1 }}
	return protoConnect(x, y, p.done)
}
