package harness

import (
	"fmt"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
)

// Options choose a test. The zero Options have two clients with three calls each, and three replicas on three nodes, of which
// none fails.
type Options struct {
	Bugs ledger.Bugs

	Clients int // 0 is 2; there can be at most as many as accounts
	Calls   int // of a client, the one that opens its account included; 0 is 3
	Tries   int // attempts at a call, but for the first one; 0 is as many as it takes
	Nodes   int // 0 is 3

	// Budgets of the platform, see fabric.Config.
	Crashes, Restarts, Suspicions, Swaps, Stale, Cuts int
	Lost, Twice                                       int // LostCalls and TwiceCalls

	Timers int // so many timers may fire before their time: of calls, leases, and of those below

	Timeout  bool // requests give up after a while
	Poll     bool // requests wait while the replica cannot replicate
	Interest bool // three periods of interest are paid

	Durable bool // what replicas know outlives their process

	Inspect bool // replicas are looked into, for U2 and U5
}

// Settings returns how the test is to be explored. Timers fire when nothing else can move, up to those that may fire early, so
// that an execution ends. One of the correct ledger has a few hundred steps.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 4000, Threshold: 1500, OrderedClock: true, EarlyTimers: o.Timers}
}

func (o Options) normal() Options {
	if o.Clients == 0 {
		o.Clients = 2
	}
	if o.Calls == 0 {
		o.Calls = 3
	}
	return o
}

// check reports what makes no sense.
func (o Options) check() error {
	switch {
	case o.Clients < 1 || o.Clients > len(accounts):
		return fmt.Errorf("there are %d clients: it takes 1 to %d", o.Clients, len(accounts))
	case o.Calls < 1 || o.Tries < 0:
		return fmt.Errorf("a client has %d calls and %d attempts: it takes one call, and attempts are not negative", o.Calls, o.Tries)
	case o.Crashes+o.Suspicions > 1:
		return fmt.Errorf("%d nodes may crash and %d may be given up: with two of three the ledger may be lost, whoever keeps it", o.Crashes, o.Suspicions)
	}
	return o.Bugs.Check()
}

// platform describes the platform.
func (o Options) platform(s fabric.Service) fabric.Config {
	return fabric.Config{
		Services: []fabric.Service{s}, Nodes: o.Nodes,
		Crashes: o.Crashes, Restarts: o.Restarts, Suspicions: o.Suspicions, Swaps: o.Swaps, Stale: o.Stale, Cuts: o.Cuts,
		LostCalls: o.Lost, TwiceCalls: o.Twice,
	}
}

// ledger describes the ledger. One account or session to a page makes snapshots long, and few operations checkpoints frequent.
func (o Options) ledger() ledger.Config {
	cfg := ledger.Config{Page: 1, Durable: o.Durable, Checkpoint: checkpoint, Bugs: o.Bugs}
	if o.Timeout {
		cfg.Timeout = requestTimeout
	}
	if o.Poll {
		cfg.Poll = pollEvery
	}
	if o.Interest {
		cfg.Interest = ledger.Interest{Rate: interestRate, Every: interestEvery, Periods: 3}
	}
	return cfg
}
