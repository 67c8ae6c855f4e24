package check_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/strategy"
)

type (
	Deposit struct {
		Amount int
		From   ravel.ID
	}
	Balance struct{ Amount int }
	Read    struct{ From ravel.ID }
)

// Account keeps a balance.
type Account struct{ balance int }

var AccountMachine = ravel.Define[Account]("Account",
	ravel.Start("Open", ravel.On((*Account).deposit), ravel.On((*Account).read)))

func (a *Account) deposit(c *ravel.Context, d Deposit) {
	a.balance += d.Amount
	c.Send(d.From, Balance{a.balance})
}

func (a *Account) read(c *ravel.Context, r Read) { c.Send(r.From, Balance{a.balance}) }

// twoDeposits has a mistake: it takes the first answer for the final balance.
func twoDeposits(t *check.T) {
	account := t.Create(AccountMachine.New(&Account{}))
	for _, amount := range []int{10, 20} {
		t.Go("customer", func(c *ravel.Context) {
			c.Send(account, Deposit{amount, c.Self()})
			ravel.Receive[Balance](c)
			c.Send(account, Read{t.Self()})
		})
	}
	first := check.Expect[Balance](t)
	t.Assert(first.Amount == 30, "the balance is %d", first.Amount)
}

// In a test function, with the outer *testing.T of that function.
func ExampleTest() {
	var t *testing.T // of the test function
	test := func() {
		check.Test(t, twoDeposits, check.Strategy("pos"), check.Schedules(5000))
	}
	_ = test
}

func ExampleExplore() {
	report, err := check.Explore("deposits", check.Config{Strategy: "random", Schedules: 1000, Seed: 1, Seeded: true}, twoDeposits)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Failure.Err)
	fmt.Println("reproduced:", report.Failure.Reproduced)
	// Output:
	// an assertion in test failed: the balance is 10
	// reproduced: true
}

// A search that ends is a proof: every schedule was explored.
func ExampleExplore_exhaustive() {
	report, err := check.Explore("one", check.Config{Strategy: "dfs", Schedules: 1_000_000}, func(t *check.T) {
		account := t.Create(AccountMachine.New(&Account{}))
		for range 2 {
			t.Send(account, Deposit{10, t.Self()})
		}
		check.Expect[Balance](t)
		last := check.Expect[Balance](t)
		t.Assert(last.Amount == 20, "the balance is %d", last.Amount)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("failure:", report.Failure != nil)
	fmt.Println("every schedule:", report.Exhausted)
	// Output:
	// failure: false
	// every schedule: true
}

// AtEnd checks the final state, at rest.
func ExampleT_AtEnd() {
	report, err := check.Explore("total", check.Config{Schedules: 1000}, func(t *check.T) {
		account := &Account{}
		id := t.Create(AccountMachine.New(account))
		for range 3 {
			t.Go("customer", func(c *ravel.Context) {
				c.Send(id, Deposit{10, c.Self()})
				ravel.Receive[Balance](c)
			})
		}
		t.AtEnd(func() { t.Assert(account.balance == 30, "the balance is %d", account.balance) })
	})
	fmt.Println(err, report.Failure)
	// Output: <nil> <nil>
}

// Sometimes tells a test that reaches what it is about from one that never gets there.
func ExampleT_Sometimes() {
	report, err := check.Explore("seldom", check.Config{Schedules: 1000}, func(t *check.T) {
		n := t.Int(4)
		t.Sometimes(n == 3, "three")
		t.Sometimes(n == 4, "four")
	})
	fmt.Println(err, report.NeverTrue)
	// Output: <nil> [four]
}

// A strategy of your own; see package strategy.
func ExampleCustom() {
	lifo := check.Custom("last", func() strategy.Strategy { return last{} })
	_ = lifo // an option of Test
	report, err := check.Explore("deposits", check.Config{Strategy: "last", Custom: func() strategy.Strategy { return last{} }, Schedules: 10}, twoDeposits)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Failure.Err)
	// Output:
	// an assertion in test failed: the balance is 10
}

// last always moves the youngest operation.
type last struct{}

func (last) Start(strategy.Execution) bool { return true }
func (last) Pick(ops []*strategy.Op) int {
	youngest := 0
	for i, op := range ops {
		if op.Index > ops[youngest].Index {
			youngest = i
		}
	}
	return youngest
}
func (last) Value(strategy.Value) int { return 0 }
