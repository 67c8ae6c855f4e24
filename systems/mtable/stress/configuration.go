package stress

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// configuration has a part in the memory of each client, as processes do, so that pushes reach them at different times.
type configuration struct {
	clients []*config.Memory
	skips   bool

	pushes int
	dies   int    // the migrator is killed in the push of this number, from 1 on
	kill   func() // the migrator
}

func newConfiguration(n int, bugs bug.Set) (*configuration, error) {
	c := &configuration{skips: bugs.Has(bug.Skips)}
	for range n {
		m, err := config.NewMemory(config.UseOld, config.MemoryOptions{Bugs: bugs})
		if err != nil {
			return nil, err
		}
		c.clients = append(c.clients, m)
	}
	return c, nil
}

func (c *configuration) subscribers() (n int) {
	for _, m := range c.clients {
		n += m.Subscribers()
	}
	return n
}

// Lead implements config.Controller: there is one migrator at a time.
func (c *configuration) Lead(ctx context.Context) (config.Leader, error) {
	l := &leader{configuration: c, ctx: ctx}
	for _, m := range c.clients {
		one, err := m.Lead(ctx)
		if err != nil {
			l.Resign()
			return nil, err
		}
		l.leaders = append(l.leaders, one)
	}
	return l, nil
}

// leader leads all clients.
type leader struct {
	*configuration
	ctx     context.Context
	leaders []config.Leader
}

// Context implements config.Leader.
func (l *leader) Context() context.Context { return l.ctx }

// State implements config.Leader: what is stored is what the first client heard.
func (l *leader) State(context.Context) (s config.State, err error) {
	for _, m := range l.clients {
		s = max(s, m.State())
	}
	return s, l.ctx.Err()
}

// Push implements config.Leader. Clients who are further behind go through the states in their order.
func (l *leader) Push(ctx context.Context, s config.State) error {
	l.pushes++
	if l.pushes == l.dies {
		defer time.AfterFunc(30*time.Microsecond, l.kill).Stop()
	}
	errs := make([]error, len(l.leaders))
	var all sync.WaitGroup
	for i, one := range l.leaders {
		all.Go(func() {
			for next := l.clients[i].State() + 1; next < s && !l.skips && errs[i] == nil; next++ {
				errs[i] = one.Push(ctx, next)
			}
			if errs[i] == nil {
				errs[i] = one.Push(ctx, s)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

// Resign implements config.Leader.
func (l *leader) Resign() {
	for _, one := range l.leaders {
		one.Resign()
	}
}
