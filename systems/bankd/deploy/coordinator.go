package deploy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/tms"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// CoordinatorConfig are the settings of the coordinator of transactions.
type CoordinatorConfig struct {
	Net
	Groups int // the number of which cannot change
	Dir    string
	Again  time.Duration // how often it asks again for what may have been lost; 0 is 500 ms
	Bugs   bank.Bugs     // seeded defects, for tests of tests
}

// StartCoordinator starts the coordinator. One that has been killed goes on with its folder.
func StartCoordinator(ctx context.Context, cfg CoordinatorConfig) (*Process, error) {
	if cfg.Again == 0 {
		cfg.Again = 500 * time.Millisecond
	}
	if cfg.Groups < 1 {
		return nil, fmt.Errorf("coordinator: %d groups: there must be one group at least", cfg.Groups)
	}
	d, err := openDisk(cfg.Dir, tms.CoordinatorName)
	if err != nil {
		return nil, fmt.Errorf("coordinator: %w", err)
	}
	p, err := join(ctx, cfg.Net, tms.CoordinatorName, nil)
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	p.close = append(p.close, d.close)
	machine, err := tms.NewCoordinator(cfg.Groups, coordinatorDisk{d}, cfg.Bugs, p.find)
	if err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	id, err := p.system.Create(machine)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("coordinator: %w", err), p.Stop())
	}
	p.repeat(cfg.Again, func() { p.send(id, chain.Again{}) })
	p.work.Go(func() {
		for g := range cfg.Groups {
			p.send(p.find(masterName(groupName(g+1))), chain.Again{}) // who leads?
		}
	})
	return p, nil
}
