package live_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/trace"
)

// Deposit and Balance are what an account understands.
type (
	Deposit struct{ Amount int }
	Balance struct{ From ravel.ID }
	Amount  struct{ N int }
)

// Account is a machine like those of the tests.
type Account struct{ balance int }

func (a *Account) deposit(c *ravel.Context, d Deposit) {
	c.Assert(d.Amount > 0, "a deposit of %d", d.Amount)
	a.balance += d.Amount
}

func (a *Account) show(c *ravel.Context, b Balance) { c.Send(b.From, Amount{a.balance}) }

var AccountMachine = ravel.Define[Account]("Account",
	ravel.Start("Open", ravel.On((*Account).deposit), ravel.On((*Account).show)))

func balance(from ravel.ID) any { return Balance{from} }

func Example() {
	ctx := context.Background()
	system, err := live.New(live.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	account, _ := system.Create(AccountMachine.New(&Account{}))
	_ = system.Send(ctx, account, Deposit{3})
	_ = system.Send(ctx, account, Deposit{4})
	amount, err := live.Ask[Amount](ctx, system, account, balance)
	fmt.Println(amount.N, err)
	fmt.Println(system.Stop(ctx))
	// Output:
	// 7 <nil>
	// <nil>
}

// A machine that fails starts again with what its policy makes, and goes on with the events that it had.
func ExamplePolicy() {
	ctx := context.Background()
	system, _ := live.New(live.Options{
		Logger: slog.New(slog.DiscardHandler),
		Policies: map[string]live.Policy{"Account": {
			Directive: live.Restart,
			Fresh:     func() ravel.Machine { return AccountMachine.New(&Account{balance: 100}) }, // from its store
		}},
	})
	account, _ := system.Create(AccountMachine.New(&Account{}))
	_ = system.Send(ctx, account, Deposit{-1})
	_ = system.Send(ctx, account, Deposit{5})
	amount, _ := live.Ask[Amount](ctx, system, account, balance)
	fmt.Println(amount.N)
	fmt.Println(system.DeadLetters())
	// Output:
	// 105
	// map[machine failed on it:1]
}

// The flight recorder's trace is read like the trace of a failing test.
func ExampleSystem_Trace() {
	ctx := context.Background()
	system, _ := live.New(live.Options{Name: "bank", Record: 1 << 10, Payloads: true, Logger: slog.New(slog.DiscardHandler)})
	account, _ := system.Create(AccountMachine.New(&Account{}))
	_, _ = live.Ask[Amount](ctx, system, account, balance)
	_ = system.Send(ctx, account, Deposit{3})
	_ = system.Stop(ctx)
	t, _ := system.Trace() // or WriteTrace, for a file
	for _, ev := range t.Events {
		if ev.Kind == trace.Took {
			fmt.Println(ev.Who, "takes", ev.Type, ev.Value, "from", ev.Peer)
		}
	}
	// Output:
	// Account takes live_test.Balance {From: outside} from outside
	// Account takes live_test.Deposit {Amount: 3} from outside
}
