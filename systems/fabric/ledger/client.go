package ledger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// ClientConfig describes a client. Name and Partition are required.
type ClientConfig struct {
	Name      string // nobody else may use it at the same time
	Partition service.PartitionID

	// After is the number of the last request that was made under the name, 0 if there was none. A client that comes back
	// begins behind it: see Client.Last.
	After uint64

	Tries int // attempts at a request; 0 is until the context is done

	// Wait waits between two attempts; the first time n is 1. Nil waits 10 ms, then twice as long each time up to 1 s, each
	// time a random part of it.
	Wait func(ctx context.Context, n int) error
}

// Client makes requests, one at a time, and tries again until it knows what has become of them. It is not safe for concurrent
// use: a program that wants to do several things at once has several clients.
type Client struct {
	caller service.Caller
	cfg    ClientConfig
	last   uint64
}

// NewClient returns a client. The error says what is wrong with the ClientConfig.
func NewClient(caller service.Caller, cfg ClientConfig) (*Client, error) {
	err := checkName("client", cfg.Name)
	switch {
	case err != nil:
	case caller == nil:
		err = errors.New("the Caller is nil")
	case cfg.Partition.Service == "":
		err = errors.New("Partition has no service: name the one that runs the ledger")
	case cfg.Tries < 0:
		err = fmt.Errorf("Tries is %d: it cannot be negative", cfg.Tries)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger.NewClient: %w", err)
	}
	if cfg.Wait == nil {
		cfg.Wait = backOff
	}
	return &Client{caller, cfg, cfg.After}, nil
}

// Last returns the number of the request made last.
func (c *Client) Last() uint64 { return c.last }

// Open opens an account with an amount that comes from the house, 0 or more.
//
// The errors of Open and Transfer are those of this package: ErrUnavailable says that nothing was done and will be,
// ErrInDoubt that nobody knows, all others that the ledger has refused.
func (c *Client) Open(ctx context.Context, account string, amount int64) error {
	_, err := c.change(ctx, func(id RequestID) Request { return Open{id, account, amount} })
	return err
}

// Transfer moves an amount, which is positive, and returns what is left on the first account.
func (c *Client) Transfer(ctx context.Context, from, to string, amount int64) (left int64, err error) {
	a, err := c.change(ctx, func(id RequestID) Request { return Transfer{id, from, to, amount} })
	return a.Balance, err
}

// Balance returns the balance of an account. It is never in doubt.
func (c *Client) Balance(ctx context.Context, account string) (int64, error) {
	a, err := c.read(ctx, Balance{account})
	return a.Balance, err
}

// Audit returns the sum of all balances, which must be 0, and the number of accounts. It is never in doubt.
func (c *Client) Audit(ctx context.Context) (sum int64, accounts int, err error) {
	a, err := c.read(ctx, Audit{})
	return a.Balance, a.Accounts, err
}

func (c *Client) change(ctx context.Context, request func(RequestID) Request) (Answer, error) {
	q := request(RequestID{c.cfg.Name, c.last + 1})
	if err := q.check(); err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	c.last++
	a, doubt, err := c.try(ctx, q)
	if err != nil && doubt {
		return Answer{}, fmt.Errorf("%v: %w: %w", q, ErrInDoubt, err)
	}
	return c.end(q, a, err)
}

func (c *Client) read(ctx context.Context, q Request) (Answer, error) {
	if err := q.check(); err != nil {
		return Answer{}, fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	a, _, err := c.try(ctx, q)
	return c.end(q, a, err)
}

func (c *Client) end(q Request, a Answer, err error) (Answer, error) {
	if err != nil {
		return Answer{}, fmt.Errorf("%v: %w: %w", q, ErrUnavailable, err)
	}
	if err := a.Code.Err(); err != nil {
		return a, fmt.Errorf("%v: %w", q, err)
	}
	return a, nil
}

// errRefused is why an attempt has failed if a replica has answered that it cannot serve the request.
var errRefused = errors.New("the replica could not serve it")

// try sends a request until there is an answer that stays. The error is why the last attempt has failed. Doubt says that one of
// the attempts may have had an effect, or may still have one: it is forgotten only with an answer that stays, as the request
// takes effect once.
func (c *Client) try(ctx context.Context, q Request) (a Answer, doubt bool, err error) {
	for n := 1; ; n++ {
		a, err = c.once(ctx, q)
		switch {
		case err == nil && a.Code.final():
			return a, false, nil
		case err == nil:
			doubt = doubt || a.Code == InDoubt
			err = errRefused
		default:
			doubt = doubt || !errors.Is(err, service.ErrNoPrimary) // then it was not even sent
		}
		if n == c.cfg.Tries {
			return Answer{}, doubt, fmt.Errorf("%w after %d attempts", err, n)
		}
		if wait := c.cfg.Wait(ctx, n); wait != nil {
			return Answer{}, doubt, fmt.Errorf("%w, and no time for more: %w", err, wait)
		}
	}
}

func (c *Client) once(ctx context.Context, q Request) (Answer, error) {
	data, err := c.caller.Call(ctx, c.cfg.Partition, []byte(q.String()))
	if err != nil {
		return Answer{}, err
	}
	return DecodeAnswer(string(data))
}

// backOff is the Wait of a client that has none.
func backOff(ctx context.Context, n int) error {
	d := min(10*time.Millisecond<<min(n-1, 10), time.Second)
	t := time.NewTimer(d/2 + rand.N(d/2))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
