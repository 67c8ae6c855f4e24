package network_test

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/network"
)

type (
	Deposit struct{ Amount int }
	Audit   struct{ From ravel.ID }
	Balance struct{ Amount int }
)

// Account adds up deposits; it does not notice when one comes twice.
type Account struct{ balance int }

var AccountMachine = ravel.Define[Account]("Account",
	ravel.Start("Open",
		ravel.On(func(a *Account, c *ravel.Context, d Deposit) { a.balance += d.Amount }),
		ravel.On(func(a *Account, c *ravel.Context, q Audit) { c.Send(q.From, Balance{a.balance}) }),
	),
)

// A network that may duplicate one message finds that the account is not idempotent.
func Example() {
	body := func(t *check.T) {
		c := t.Root()
		net := network.New(c, network.Config{Duplicates: 1})
		account := t.Create(AccountMachine.New(&Account{}))
		net.Send(c, account, Deposit{100})
		t.Wait()
		t.Send(account, Audit{t.Self()})
		b := check.Expect[Balance](t)
		t.Assert(b.Amount == 100, "deposited 100, and the balance is %d", b.Amount)
	}
	report, err := check.Explore("deposit", check.Config{}, body)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Failure.Err)
	// Output: an assertion in test failed: deposited 100, and the balance is 200
}
