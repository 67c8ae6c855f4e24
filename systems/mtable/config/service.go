package config

import (
	"context"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// Errors of this package, for errors.Is.
var (
	// ErrLeaseLost: a client or a leader has not been able to renew its lease in time, and must stop.
	ErrLeaseLost = errors.New("config: lease lost")
	// ErrFenced: somebody else has become leader.
	ErrFenced = errors.New("config: another leader has taken over")
	// ErrOrder: a push of a state that is neither the present one nor the next one.
	ErrOrder = errors.New("config: state is out of order")
	// ErrClosed: the client has left, or the leader has resigned.
	ErrClosed = errors.New("config: closed")
)

// Grant is the permission to act in a state.
type Grant struct {
	State State

	// Context is derived from that of the request. It is done when the permission ends by itself, with [ErrLeaseLost] for
	// its cause, or [ErrClosed] if the service was closed. Look at its Err right before sending anything that changes
	// something.
	Context context.Context

	// Release gives the grant back. It may be called more than once.
	Release func()
}

// Watcher adapts itself to changes of the configuration.
type Watcher interface {
	// Apply is called for each new state. The watcher acts in it when Apply returns, which tells the leader so. Calls do not
	// overlap. One may come late, when the grant has already been released.
	Apply(State)
}

// Service hands out grants. Its methods may be called concurrently.
type Service interface {
	// Hold returns a grant that keeps the configuration from changing. It is for short use: pushes wait for it.
	Hold(ctx context.Context) (Grant, error)

	// Watch returns a grant whose state changes: by w.Apply, which may be called before Watch has returned. The grant's
	// Context does not end with ctx.
	Watch(ctx context.Context, w Watcher) (Grant, error)
}

// Controller elects leaders.
type Controller interface {
	// Lead waits until there is no other leader, and becomes it until Resign is called, ctx is done, or the leadership is
	// lost.
	Lead(ctx context.Context) (Leader, error)
}

// Leader is the one that moves the configuration on. Its methods are not for concurrent use.
type Leader interface {
	// Context is done when the leadership ends. Its cause is then ErrFenced, ErrLeaseLost, ErrClosed, or that of the
	// context of Lead.
	Context() context.Context

	// State reads the stored state. Not every client may have reached it yet.
	State(ctx context.Context) (State, error)

	// Push makes s the state, and waits until each client acts in it or is gone. s is the present state or the next one. If
	// Push fails s may have been stored or not.
	Push(ctx context.Context, s State) error

	// Resign ends the leadership.
	Resign()
}

// checkPush returns an error if the state cannot be changed so.
func checkPush(from, to State, bugs bug.Set) error {
	switch {
	case !to.Valid():
		return fmt.Errorf("%w: %v is no state", ErrOrder, to)
	case to < from:
		return fmt.Errorf("%w: %v after %v, states only move forward", ErrOrder, to, from)
	case to > from+1 && !bugs.Has(bug.Skips):
		return fmt.Errorf("%w: %v after %v leaves states out", ErrOrder, to, from)
	}
	return nil
}
