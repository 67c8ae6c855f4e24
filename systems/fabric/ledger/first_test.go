package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
)

// This is the test of docs/testing-a-service.md. The ledger's own, which is harder, is in package harness.

// step is a call of a client: alice's account gains an amount, or loses it. To look at it is to gain nothing.
type step struct{ Amount int64 }

func (s step) String() string {
	switch {
	case s.Amount > 0:
		return fmt.Sprintf("open with %d", s.Amount)
	case s.Amount < 0:
		return fmt.Sprintf("pay %d", -s.Amount)
	}
	return "look"
}

// account is the specification of alice's account: a step changes the balance, and returns it.
var account = linear.Sequential(int64(0), func(balance int64, s step) (int64, int64) {
	return balance + s.Amount, balance + s.Amount
})

// platform is a platform that runs the ledger, and may give a node up that is alive.
func platform(t *check.T, cfg ledger.Config) fabric.Fabric {
	newReplica, err := ledger.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return fabric.New(t.Root(), fabric.Config{
		Services:   []fabric.Service{{Name: "ledger", New: newReplica}},
		Suspicions: 1,
		Stale:      1,
	})
}

// awake ends a client's wait.
type awake struct{}

// connect returns a client of the ledger that belongs to a machine.
func connect(c *ravel.Context, f fabric.Fabric, name string) *ledger.Client {
	client, err := ledger.NewClient(f.Caller(c), ledger.ClientConfig{
		Name:      name,
		Partition: service.PartitionID{Service: "ledger"},
		Wait: func(context.Context, int) error {
			c.After(100*time.Millisecond, awake{})
			ravel.Receive[awake](c)
			return nil
		},
	})
	c.Assert(err == nil, "%v", err)
	return client
}

// payments has alice pay something, while somebody looks at her account.
func payments(cfg ledger.Config) func(*check.T) {
	return func(t *check.T) {
		f := platform(t, cfg)
		history := linear.NewHistory(t, account)
		t.Go("alice", func(c *ravel.Context) {
			client, ctx := connect(c, f, "alice"), context.Background()
			err := client.Open(ctx, "bob", 0)
			c.Assert(err == nil, "%v", err)
			op := history.Call("alice", step{100})
			err = client.Open(ctx, "alice", 100)
			c.Assert(err == nil, "%v", err)
			op.Return(int64(100))
			for range 2 {
				op := history.Call("alice", step{-30})
				left, err := client.Transfer(ctx, "alice", "bob", 30)
				c.Assert(err == nil, "%v", err)
				op.Return(left)
			}
		})
		t.Go("auditor", func(c *ravel.Context) {
			client, ctx := connect(c, f, "auditor"), context.Background()
			for range 3 {
				op := history.Call("auditor", step{})
				balance, err := client.Balance(ctx, "alice")
				c.Assert(err == nil || errors.Is(err, ledger.ErrNoAccount), "%v", err)
				op.Return(balance)
			}
		})
	}
}

// TestPayments is the test as one would write it.
func TestPayments(t *testing.T) {
	check.Test(t, payments(ledger.Config{}), check.OrderedClock(0), check.Schedules(3000))
}
