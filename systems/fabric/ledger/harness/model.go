package harness

import (
	"fmt"

	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
)

// accounts are all that there may be.
var accounts = [...]string{"a", "b", "c"}

// The calls. Interest is paid by the ledger itself.
type (
	open struct {
		Account string
		Amount  int64
	}
	transfer struct {
		From, To string
		Amount   int64
	}
	balance struct{ Account string }
	audit   struct{}
	pay     struct{ Period int64 }
)

func (o open) String() string     { return fmt.Sprintf("open(%s, %d)", o.Account, o.Amount) }
func (t transfer) String() string { return fmt.Sprintf("transfer(%s, %s, %d)", t.From, t.To, t.Amount) }
func (b balance) String() string  { return fmt.Sprintf("balance(%s)", b.Account) }
func (audit) String() string      { return "audit()" }
func (p pay) String() string      { return fmt.Sprintf("interest(%d)", p.Period) }

// outcome is how a call ends. A Transfer that is not possible tells the balance only if that is the reason.
type outcome struct {
	Code     ledger.Code
	Balance  int64
	Accounts int
}

func (o outcome) String() string { return ledger.Answer(o).String() }

// books are the balances, and for how many periods interest has been paid.
type books struct {
	opened   [len(accounts)]bool
	balances [len(accounts)]int64
	periods  int64
}

func (b books) String() string {
	text := "{"
	for i, name := range accounts {
		if b.opened[i] {
			text += fmt.Sprintf("%s: %d ", name, b.balances[i])
		}
	}
	return text + fmt.Sprintf("periods: %d}", b.periods)
}

// sequential is the specification of the ledger, without replicas, retries and requests: it is what clients see if nothing goes
// wrong.
var sequential = linear.Sequential(books{}, func(b books, call fmt.Stringer) (books, outcome) {
	switch call := call.(type) {
	case open:
		i := index(call.Account)
		if b.opened[i] {
			return b, outcome{Code: ledger.Exists, Balance: b.balances[i]}
		}
		b.opened[i], b.balances[i] = true, call.Amount
		return b, outcome{Balance: call.Amount}
	case transfer:
		return b.transfer(index(call.From), index(call.To), call.Amount)
	case balance:
		i := index(call.Account)
		if !b.opened[i] {
			return b, outcome{Code: ledger.NoAccount}
		}
		return b, outcome{Balance: b.balances[i]}
	case audit:
		n := 0
		for _, there := range b.opened {
			if there {
				n++
			}
		}
		return b, outcome{Accounts: n}
	case pay:
		return b.pay(call.Period), outcome{}
	}
	panic(fmt.Sprintf("harness: the specification has no %T", call))
})

func (b books) transfer(from, to int, n int64) (books, outcome) {
	switch {
	case !b.opened[from] || !b.opened[to]:
		return b, outcome{Code: ledger.NoAccount}
	case b.balances[from] < n:
		return b, outcome{Code: ledger.Insufficient, Balance: b.balances[from]}
	}
	b.balances[from] -= n
	b.balances[to] += n
	return b, outcome{Balance: b.balances[from]}
}

func (b books) pay(period int64) books {
	if period == b.periods+1 {
		b.periods++
		for i := range b.balances {
			b.balances[i] += b.balances[i] * interestRate / 10_000
		}
	}
	return b
}

func index(account string) int {
	for i, name := range accounts {
		if name == account {
			return i
		}
	}
	panic("harness: there is no account " + account)
}
