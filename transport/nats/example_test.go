package nats_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

// Deposit asks an account for the balance after a deposit.
type Deposit struct {
	Cents int
	From  ravel.ID
}

// Balance is the answer.
type Balance struct{ Cents int }

// Account is a machine like any other: it knows nothing of nodes.
type Account struct{ cents int }

func (a *Account) deposit(c *ravel.Context, d Deposit) {
	a.cents += d.Cents
	c.Send(d.From, Balance{a.cents})
}

var AccountMachine = ravel.Define[Account]("Account", ravel.Start("Open", ravel.On((*Account).deposit)))

// node is a system on a node of the cluster.
func node(ctx context.Context, cfg nats.Config) (*live.System, *live.Member, *nats.Node) {
	s, err := live.New(live.Options{Name: cfg.Node})
	if err != nil {
		log.Fatal(err)
	}
	cfg.Codec = &transport.Registry{}
	transport.MustRegister(cfg.Codec, "bank.Deposit", transport.JSON[Deposit](1))
	transport.MustRegister(cfg.Codec, "bank.Balance", transport.JSON[Balance](1))
	cfg.Undelivered = s.Undelivered // what is lost is a dead letter of the system
	n, err := nats.Connect(ctx, cfg)
	if err != nil {
		log.Fatal(err)
	}
	m, err := live.Join(s, n)
	if err != nil {
		log.Fatal(err)
	}
	return s, m, n
}

// A machine of one node, here of the same process, asks one of another node.
func Example() {
	ctx := context.Background()
	bank, bankMember, bankNode := node(ctx, nats.Config{Node: "bank"})
	shop, shopMember, shopNode := node(ctx, nats.Config{Node: "shop", URL: bankNode.URL(), Delivery: transport.AtLeastOnce})

	account, err := bank.Create(AccountMachine.New(&Account{cents: 500}))
	if err != nil {
		log.Fatal(err)
	}
	if err := bankMember.Host(ctx, "ada's account", account); err != nil {
		log.Fatal(err)
	}
	there, err := shopMember.Remote("ada's account")
	if err != nil {
		log.Fatal(err)
	}
	done := make(chan struct{})
	if _, err := shop.Go("Customer", func(c *ravel.Context) {
		c.Send(there, Deposit{Cents: 250, From: c.Self()})
		fmt.Println("balance:", ravel.Receive[Balance](c).Cents)
		close(done)
	}); err != nil {
		log.Fatal(err)
	}
	<-done
	for _, stop := range []func(context.Context) error{shopNode.Close, bankNode.Close, shop.Stop, bank.Stop} {
		if err := stop(ctx); err != nil {
			log.Fatal(err)
		}
	}
	// Output: balance: 750
}
