package deploy

import (
	"context"
	"fmt"
	"sync"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/tms"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Accounts is a client of the coordinator. It does one operation after the other; several at once are several clients.
type Accounts struct {
	clients  *Clients
	accounts []bank.Account
	mu       sync.Mutex // held during an operation
	machine  ravel.ID   // the zero ID: a new one is needed
}

// Accounts returns a client of the accounts of so many groups: one of each, the account of group 1 first.
func (c *Clients) Accounts(groups int) (*Accounts, error) {
	if groups < 2 {
		return nil, fmt.Errorf("%d groups: transfers need 2 at least", groups)
	}
	a := &Accounts{clients: c}
	for g := range groups {
		a.accounts = append(a.accounts, bank.Account{Group: g, Name: accountName(g + 1)})
	}
	return a, nil
}

// Transfer moves an amount from an account to another one, by their places from 0. Without done it was refused, as the account
// has less. The error is ErrUnknown if ctx ends before that is known.
func (a *Accounts) Transfer(ctx context.Context, from, to int, amount int64) (done bool, err error) {
	r, err := a.do(ctx, func(c *bank.Client) (bank.Request, error) { return c.Transfer(from, to, amount) })
	return r.Committed, err
}

// Balances returns what is in each account, at one moment.
func (a *Accounts) Balances(ctx context.Context) ([]int64, error) {
	r, err := a.do(ctx, (*bank.Client).Status)
	return r.Balances, err
}

func (a *Accounts) do(ctx context.Context, what func(*bank.Client) (bank.Request, error)) (bank.Reply, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.machine.IsZero() {
		if err := a.create(); err != nil {
			return bank.Reply{}, err
		}
	}
	r, err := ask[outcome](ctx, a.clients.Process, a.machine, func(from ravel.ID) any { return task{what, from} })
	if err != nil {
		a.machine = ravel.ID{} // the one before may still wait; nobody else may have its name
		return bank.Reply{}, err
	}
	return r.reply, r.err
}

func (a *Accounts) create() error {
	address, machine := a.clients.newName()
	// The books of a client are right if nobody else touches its accounts, which is not so here.
	real, err := bank.NewClient(address, a.accounts, make([]int64, len(a.accounts)))
	if err != nil {
		return err
	}
	a.machine, err = a.clients.system.Create(accountsClientMachine.New(&accountsClient{real: real, process: a.clients.Process}).Named(machine))
	return err
}

// accountsClient is the machine around a real client.
type accountsClient struct {
	real    *bank.Client
	process *Process
	request bank.Request
	from    ravel.ID // who waits for the reply; the zero ID: nobody
}

// task is what a client is to do, and outcome what comes of it. An err is that it has not been done.
type (
	task struct {
		begin func(*bank.Client) (bank.Request, error)
		from  ravel.ID
	}
	outcome struct {
		reply bank.Reply
		err   error
	}
)

var accountsClientMachine = ravel.Define[accountsClient]("AccountsClient", ravel.Start("Asking",
	ravel.Entry(func(_ *accountsClient, c *ravel.Context) { c.Every(askAgainAfter, nudge{}) }),
	ravel.On((*accountsClient).task),
	ravel.On((*accountsClient).nudge),
	ravel.On(func(_ *accountsClient, c *ravel.Context, _ giveUp) { leave(c) }),
	ravel.On((*accountsClient).reply)))

func (a *accountsClient) task(c *ravel.Context, t task) {
	r, err := t.begin(a.real)
	if err != nil {
		c.Send(t.from, outcome{err: err})
		return
	}
	a.request, a.from = r, t.from
	a.nudge(c, nudge{})
}

func (a *accountsClient) nudge(c *ravel.Context, _ nudge) {
	if !a.from.IsZero() {
		c.Send(a.process.find(tms.CoordinatorName), a.request)
	}
}

func (a *accountsClient) reply(c *ravel.Context, r bank.Reply) {
	if a.real.Handle(r) && !a.from.IsZero() {
		c.Send(a.from, outcome{reply: r})
		a.from = ravel.ID{}
	}
}
