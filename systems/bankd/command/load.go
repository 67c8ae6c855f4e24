package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/systems/bankd/books"
	"github.com/ravelgo/ravel/systems/bankd/deploy"
)

type loadCommand struct {
	groupFlags
	Keys     string        `help:"Set and get keys of this store, instead of moving money." placeholder:"NAME"`
	For      time.Duration `default:"10s" help:"How long." placeholder:"T"`
	Clients  int           `default:"4" help:"How many clients there are." placeholder:"N"`
	Opening  int64         `default:"100" help:"Balance that accounts have before. With another one the audit finds what is no fault." placeholder:"N"`
	Patience time.Duration `default:"10s" help:"How long a client waits for an answer before it counts the outcome as unknown." placeholder:"T"`
	Pause    time.Duration `default:"10ms" help:"How long a client pauses between operations." placeholder:"T"`
	Seed     uint64        `help:"Decides what clients do; 0 is another one each time." placeholder:"N"`
	Page     string        `default:"bankd-history.html" help:"Where a history that is wrong is drawn." placeholder:"FILE"`
}

func (c *loadCommand) Run(s *session) error {
	if c.Clients < 1 || c.Opening < 1 || c.Groups > books.MaxAccounts {
		return fmt.Errorf("%d clients, opening balance %d, %d groups: want at least 1 client, 1 in each account, and at most %d groups", c.Clients, c.Opening, c.Groups, books.MaxAccounts)
	}
	if c.Seed == 0 {
		c.Seed = uint64(time.Now().UnixNano())
	}
	fmt.Fprintf(s.out, "seed %d\n", c.Seed)
	clients, err := deploy.Join(s.ctx, s.net)
	if err != nil {
		return err
	}
	return errors.Join(c.load(s, clients), clients.Stop())
}

func (c *loadCommand) load(s *session, clients *deploy.Clients) error {
	ctx, cancel := context.WithTimeout(s.ctx, c.For)
	defer cancel()
	load := books.Load{Seed: c.Seed, Patience: c.Patience, Pause: c.Pause, Unknown: deploy.ErrUnknown}
	h := books.NewHistory()
	var model porcupine.Model
	if c.Keys != "" {
		var clerks []books.Clerk
		for range c.Clients {
			k, err := clients.Keys(deploy.Chain{Name: c.Keys})
			if err != nil {
				return err
			}
			clerks = append(clerks, k)
		}
		load.Write(ctx, h, clerks, c.Clients)
		model = books.Keys()
	} else {
		var tellers []books.Teller
		for range c.Clients {
			a, err := clients.Accounts(c.Groups)
			if err != nil {
				return err
			}
			tellers = append(tellers, a)
		}
		load.Tell(ctx, h, tellers, c.Groups, c.Opening)
		model = books.Accounts(c.Groups, c.Opening)
	}
	fmt.Fprintf(s.out, "%d operations answered, %d with an unknown outcome, %d failed\n", h.Count(books.OK), h.Count(books.Unknown), h.Count(books.Failed))
	if err := books.Audit(h, model, c.Page); err != nil {
		return err
	}
	fmt.Fprintln(s.out, "the history is linearizable")
	return nil
}
