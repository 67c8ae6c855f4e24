package main

import (
	"log/slog"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// protoActor are actors of protoactor-go with the options that a program has if it asks for nothing.
type protoActor struct{}

func newActors() *actor.ActorSystem {
	return actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return slog.New(slog.DiscardHandler) }))
}

func spawn(sys *actor.ActorSystem, a actor.Actor) *actor.PID {
	return sys.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return a }))
}

// protoNode is an actor of a ring.
type protoNode struct {
	next   *actor.PID
	stamps *stamps
	done   chan struct{}
}

type protoNext struct{ pid *actor.PID }

func (p *protoNode) Receive(c actor.Context) {
	switch e := c.Message().(type) {
	case *protoNext:
		p.next = e.pid
	case *token:
		p.stamps.stamp()
		if e.left--; e.left == 0 {
			close(p.done)
			return
		}
		c.Send(p.next, e)
	}
}

func (protoActor) ring(size, events int, s *stamps) (time.Duration, error) {
	sys := newActors()
	defer sys.Shutdown()
	done := make(chan struct{})
	first := spawn(sys, &protoNode{done: done, stamps: s})
	last := first
	for range size - 1 {
		last = spawn(sys, &protoNode{done: done, next: last})
	}
	sys.Root.Send(first, &protoNext{last})
	start := time.Now()
	sys.Root.Send(first, &token{events})
	<-done
	return time.Since(start), nil
}

// protoOracle answers with the number of the question.
type protoOracle struct{ n int }

func (p *protoOracle) Receive(c actor.Context) {
	if _, ok := c.Message().(*protoQuestion); ok {
		p.n++
		c.Respond(answer{p.n})
	}
}

type protoQuestion struct{}

func (protoActor) ask(questions int, s *stamps) error {
	sys := newActors()
	defer sys.Shutdown()
	to := spawn(sys, &protoOracle{})
	s.stamp()
	for i := range questions {
		a, err := sys.Root.RequestFuture(to, &protoQuestion{}, askWithin).Result()
		if err != nil {
			return err
		}
		if n := a.(answer).n; n != i+1 {
			return wrongCount(n, i+1)
		}
		s.stamp()
	}
	return nil
}

func (protoActor) idle(machines int) (time.Duration, func(), error) {
	sys := newActors()
	var done sync.WaitGroup
	done.Add(machines)
	hit := &protoHit{}
	start := time.Now()
	for range machines {
		sys.Root.Send(spawn(sys, &protoIdler{&done}), hit)
	}
	done.Wait()
	return time.Since(start), sys.Shutdown, nil
}

// protoIdler handles one message and is idle from then on.
type protoIdler struct{ done *sync.WaitGroup }

func (p *protoIdler) Receive(c actor.Context) {
	if _, ok := c.Message().(*protoHit); ok {
		p.done.Done()
	}
}
