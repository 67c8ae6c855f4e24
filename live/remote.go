package live

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/machine"
)

// remote is a machine that lives elsewhere.
type remote struct {
	sys     *System
	name    string
	ref     machine.Ref
	deliver func(from ravel.ID, event any) error
}

func (r *remote) DisplayName(*machine.Ref) string { return r.name }

// Remote returns an ID that stands for a machine elsewhere: what is sent to it is given to deliver, in the order of the
// sends of each sender, several senders at a time. An error makes the event a dead letter. From is the zero ID for what
// comes from outside.
//
// This is where a transport plugs in: the machines that send need not know that the receiver is on another node.
func (s *System) Remote(name string, deliver func(from ravel.ID, event any) error) ravel.ID {
	return s.remote(name, deliver).id()
}

func (s *System) remote(name string, deliver func(from ravel.ID, event any) error) *remote {
	r := &remote{sys: s, name: name, deliver: deliver}
	r.ref = machine.NewRef(s.numbers.Add(1), r)
	return r
}

func (r *remote) id() ravel.ID { return ravel.IDOf(&r.ref) }

// Ask sends a request from outside and returns the answer: request makes the event, given the ID to answer to. The first
// event that comes back must be an R. What comes later is a dead letter. Without an answer it returns when ctx is done, or when
// the system has stopped, with ErrStopped.
func Ask[R any](ctx context.Context, s *System, to ravel.ID, request func(from ravel.ID) any) (R, error) {
	var none R
	answers := make(chan any, 1)
	from := s.Remote("outside", func(_ ravel.ID, event any) error {
		select {
		case answers <- event:
			return nil
		default:
			return errors.New("the question has been answered")
		}
	})
	if err := s.Send(ctx, to, request(from)); err != nil {
		return none, err
	}
	var why error
	select {
	case ev := <-answers:
		return answered[R](to, ev)
	case <-ctx.Done():
		why = context.Cause(ctx)
	case <-s.killed:
		why = ErrStopped
	}
	select {
	case ev := <-answers: // it has come all the same
		return answered[R](to, ev)
	default:
		return none, fmt.Errorf("live: ask %s: no answer: %w", to, why)
	}
}

func answered[R any](to ravel.ID, ev any) (R, error) {
	r, ok := ev.(R)
	if !ok {
		return r, fmt.Errorf("live: ask %s: the answer is a %T, not a %v", to, ev, reflect.TypeFor[R]())
	}
	return r, nil
}
