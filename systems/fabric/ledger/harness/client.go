package harness

import (
	"context"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
)

// client is a user of the ledger. It makes its calls through the ledger's own client, and says what it calls and gets.
type client struct {
	*run
	number int
	name   string
	c      *ravel.Context
	ledger *ledger.Client
}

// awake ends a wait between two attempts.
type awake struct{}

func (cl *client) work(c *ravel.Context, caller service.Caller) {
	cl.c = c
	cl.ledger = cl.connect(caller, 0, 0)
	own, other := accounts[cl.number], accounts[(cl.number+1)%len(accounts)]
	cl.call(open{own, opening}, func(ctx context.Context) (int64, int, error) { return opening, 0, cl.ledger.Open(ctx, own, opening) })
	cl.ledger = cl.connect(caller, cl.ledger.Last(), cl.Tries)
	for range cl.Calls - 1 {
		switch c.Int(4) {
		case 0, 1:
			cl.call(transfer{own, other, amount}, func(ctx context.Context) (int64, int, error) {
				left, err := cl.ledger.Transfer(ctx, own, other, amount)
				return left, 0, err
			})
		case 2:
			a := accounts[c.Int(cl.Clients)]
			cl.call(balance{a}, func(ctx context.Context) (int64, int, error) {
				b, err := cl.ledger.Balance(ctx, a)
				return b, 0, err
			})
		case 3:
			cl.call(audit{}, cl.ledger.Audit)
		}
	}
}

func (cl *client) connect(caller service.Caller, after uint64, tries int) *ledger.Client {
	l, err := ledger.NewClient(caller, ledger.ClientConfig{
		Name: cl.name, Partition: partition, After: after, Tries: tries, Wait: cl.wait,
	})
	cl.c.Assert(err == nil, "%v", err)
	return l
}

func (cl *client) wait(context.Context, int) error {
	cl.c.After(patience, awake{})
	ravel.Receive[awake](cl.c)
	cl.c.Sometimes(true, isTriedAgain)
	return nil
}

// call makes a call, and records it.
func (cl *client) call(in fmt.Stringer, do func(context.Context) (int64, int, error)) {
	name := cl.name + ": " + in.String()
	cl.Notify(progress.Asked(name))
	op := cl.calls.Call(cl.name, in)
	balance, n, err := do(context.Background())
	switch {
	case errors.Is(err, ledger.ErrInDoubt):
		cl.c.Sometimes(true, isInDoubt)
		op.Lost()
	case errors.Is(err, ledger.ErrUnavailable):
		op.Failed()
	default:
		op.Return(ended(balance, n, err))
	}
	cl.Notify(progress.Answered(name))
}

// ended returns how a call has ended, as the specification has it.
func ended(balance int64, n int, err error) outcome {
	for c := ledger.OK; c <= ledger.InDoubt; c++ {
		if err != nil && errors.Is(err, c.Err()) {
			return outcome{Code: c, Balance: balance, Accounts: n}
		}
	}
	if err != nil {
		return outcome{Code: ledger.BadRequest}
	}
	return outcome{Balance: balance, Accounts: n}
}
