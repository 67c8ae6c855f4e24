package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// ravelLive are machines of package live with the options that a program has if it asks for nothing.
type ravelLive struct{}

// Events that both ends of a program know.
type (
	more     struct{} // asks a sender for the next half of a burst
	question struct{ from ravel.ID }
	answer   struct{ n int }
)

func newSystem() (*live.System, error) {
	return live.New(live.Options{Logger: slog.New(slog.DiscardHandler)})
}

// closed ends a system, in which nothing may have been lost.
func closed(s *live.System, err error) error {
	ctx, cancel := context.WithTimeout(context.Background(), askWithin)
	defer cancel()
	err = errors.Join(err, s.Stop(ctx))
	for why, n := range s.DeadLetters() {
		if n > 0 {
			err = errors.Join(err, fmt.Errorf("%d events were lost: %v", n, why))
		}
	}
	return err
}

// ravelNode is a machine of a ring.
type ravelNode struct {
	next   ravel.ID
	stamps *stamps
	done   chan struct{}
}

type ravelNext struct{ id ravel.ID }

var nodeMachine = ravel.Define[ravelNode]("Node", ravel.Start("Passing",
	ravel.On((*ravelNode).meet),
	ravel.On((*ravelNode).pass)))

func (r *ravelNode) meet(_ *ravel.Context, n ravelNext) { r.next = n.id }

func (r *ravelNode) pass(c *ravel.Context, t *token) {
	r.stamps.stamp()
	if t.left--; t.left == 0 {
		close(r.done)
		return
	}
	c.Send(r.next, t)
}

func (ravelLive) ring(size, events int, s *stamps) (took time.Duration, err error) {
	sys, err := newSystem()
	if err != nil {
		return 0, err
	}
	defer func() { err = closed(sys, err) }()
	done := make(chan struct{})
	ctx := context.Background()
	first, err := sys.Create(nodeMachine.New(&ravelNode{done: done, stamps: s}))
	last := first
	for range size - 1 {
		var one error
		last, one = sys.Create(nodeMachine.New(&ravelNode{done: done, next: last}))
		err = errors.Join(err, one)
	}
	if err = errors.Join(err, sys.Send(ctx, first, ravelNext{last})); err != nil {
		return 0, err
	}
	start := time.Now()
	if err := sys.Send(ctx, first, &token{events}); err != nil {
		return 0, err
	}
	<-done
	return time.Since(start), nil
}

func (ravelLive) ask(questions int, s *stamps) (err error) {
	sys, err := newSystem()
	if err != nil {
		return err
	}
	defer func() { err = closed(sys, err) }()
	to, err := sys.Create(oracleMachine.New(&oracle{}))
	if err != nil {
		return err
	}
	s.stamp()
	for i := range questions {
		a, err := live.Ask[answer](context.Background(), sys, to, func(from ravel.ID) any { return question{from} })
		if err != nil {
			return err
		}
		if a.n != i+1 {
			return wrongCount(a.n, i+1)
		}
		s.stamp()
	}
	return nil
}

// oracle answers with the number of the question.
type oracle struct{ n int }

var oracleMachine = ravel.Define[oracle]("Oracle", ravel.Start("Answering", ravel.On((*oracle).answer)))

func (o *oracle) answer(c *ravel.Context, q question) {
	o.n++
	c.Send(q.from, answer{o.n})
}
