package deploy

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// ErrUnknown says that nobody knows what has become of an operation: it may have been done, may be done later, or never.
var ErrUnknown = errors.New("the outcome is unknown")

// Clients is a process of clients.
type Clients struct {
	*Process
	clients atomic.Uint64
}

// Join makes a process of clients, under a name that nobody has had.
func Join(ctx context.Context, n Net) (*Clients, error) {
	var random [6]byte
	if _, err := rand.Read(random[:]); err != nil {
		return nil, err
	}
	p, err := join(ctx, n, "clients-"+hex.EncodeToString(random[:]), nil)
	if err != nil {
		return nil, err
	}
	return &Clients{Process: p}, nil
}

// newName returns a name for another client, which is its address, and the name of its machine.
func (c *Clients) newName() (address, machine string) {
	machine = fmt.Sprintf("c%d", c.clients.Add(1))
	return c.name + "/" + machine, machine
}

// askAgainAfter is how long a client waits for an answer before it asks again.
const askAgainAfter = 250 * time.Millisecond

// nudge has a client ask again, if it waits.
type nudge struct{}

// giveUp ends a client that waits in vain. What comes for it later is lost.
type giveUp struct{}

func leave(c *ravel.Context) { c.Halt() }

// ask has a client's machine do something, and waits for what comes of it.
func ask[R any](ctx context.Context, p *Process, machine ravel.ID, request func(from ravel.ID) any) (R, error) {
	r, err := live.Ask[R](ctx, p.system, machine, request)
	if err != nil {
		p.send(machine, giveUp{})
		return r, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return r, nil
}
