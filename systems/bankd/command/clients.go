package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/systems/bankd/deploy"
)

// clientFlags are those of a client.
type clientFlags struct {
	Timeout time.Duration `default:"20s" help:"How long an answer is waited for." placeholder:"T"`
}

// do runs something as a client, as long as it may take.
func (f clientFlags) do(s *session, what func(context.Context, *deploy.Clients) error) error {
	ctx, cancel := context.WithTimeoutCause(s.ctx, f.Timeout, fmt.Errorf("gave up after %v: are the broker, the masters and the coordinator running?", f.Timeout))
	defer cancel()
	clients, err := deploy.Join(ctx, s.net)
	if err != nil {
		return err
	}
	return errors.Join(what(ctx, clients), clients.Stop())
}

type groupFlags struct {
	Groups int `default:"2" help:"Number of groups of accounts, as the coordinator has it." placeholder:"N"`
}

type transferCommand struct {
	clientFlags
	groupFlags
	From   int   `arg:"" help:"Account, by the number of its group from 1."`
	To     int   `arg:"" help:"Account, by the number of its group from 1."`
	Amount int64 `arg:"" help:"How much, at least 1."`
}

func (c *transferCommand) Run(s *session) error {
	if c.Amount < 1 {
		return fmt.Errorf("an amount of %d: it must be at least 1", c.Amount)
	}
	return c.do(s, func(ctx context.Context, clients *deploy.Clients) error {
		a, err := clients.Accounts(c.Groups)
		if err != nil {
			return err
		}
		done, err := a.Transfer(ctx, c.From-1, c.To-1, c.Amount)
		switch {
		case err != nil:
			return err
		case !done:
			return fmt.Errorf("refused: account %d has less than %d", c.From, c.Amount)
		}
		fmt.Fprintln(s.out, "done")
		return nil
	})
}

type balancesCommand struct {
	clientFlags
	groupFlags
}

func (c *balancesCommand) Run(s *session) error {
	return c.do(s, func(ctx context.Context, clients *deploy.Clients) error {
		a, err := clients.Accounts(c.Groups)
		if err != nil {
			return err
		}
		all, err := a.Balances(ctx)
		if err != nil {
			return err
		}
		var sum int64
		for i, b := range all {
			fmt.Fprintf(s.out, "account %d: %d\n", i+1, b)
			sum += b
		}
		fmt.Fprintf(s.out, "together: %d\n", sum)
		return nil
	})
}

// storeFlags say which store of keys is meant.
type storeFlags struct {
	Keys string `default:"keys" help:"Name of the store of keys." placeholder:"NAME"`
}

func (f storeFlags) client(clients *deploy.Clients) (*deploy.Keys, error) {
	return clients.Keys(deploy.Chain{Name: f.Keys})
}

type setCommand struct {
	clientFlags
	storeFlags
	Key   string `arg:""`
	Value string `arg:""`
}

func (c *setCommand) Run(s *session) error {
	return c.do(s, func(ctx context.Context, clients *deploy.Clients) error {
		k, err := c.client(clients)
		if err != nil {
			return err
		}
		return k.Set(ctx, c.Key, c.Value)
	})
}

type getCommand struct {
	clientFlags
	storeFlags
	Key string `arg:""`
}

func (c *getCommand) Run(s *session) error {
	return c.do(s, func(ctx context.Context, clients *deploy.Clients) error {
		k, err := c.client(clients)
		if err != nil {
			return err
		}
		value, found, err := k.Get(ctx, c.Key)
		switch {
		case err != nil:
			return err
		case !found:
			return fmt.Errorf("there is no %q", c.Key)
		}
		fmt.Fprintln(s.out, value)
		return nil
	})
}

type statusCommand struct {
	clientFlags
	Group int    `xor:"chain" required:"" help:"Number of the group of accounts, from 1." placeholder:"N"`
	Keys  string `xor:"chain" required:"" help:"Name of the store of keys." placeholder:"NAME"`
}

func (c *statusCommand) Run(s *session) error {
	return c.do(s, func(ctx context.Context, clients *deploy.Clients) error {
		m, err := clients.Members(ctx, deploy.Chain{Name: c.Keys, Group: c.Group})
		if err != nil {
			return err
		}
		if len(m.Servers) == 0 {
			return errors.New("the chain has not begun, or is being mended: start servers, or ask again")
		}
		for i, server := range m.Servers {
			role := ""
			if i == 0 {
				role += " head"
			}
			if i == len(m.Servers)-1 {
				role += " tail"
			}
			fmt.Fprintf(s.out, "%s%s\n", server, role)
		}
		for _, server := range m.Joining {
			fmt.Fprintf(s.out, "%s joining\n", server)
		}
		return nil
	})
}
