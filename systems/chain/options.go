package chain

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Options choose a test.
type Options struct {
	Servers int // from head to tail s1, s2, ...
	Clients int
	Updates int // of each client; behind each one it queries the key

	Joins   int // how many more servers may join at the end of the chain
	Crashes int // how many servers may fail, those that join among them
	Agains  int // how often the master asks again for everything, for no reason
	Delays  int // how many servers may be suspected; 0 is a detector that waits for the word that one is dead

	// Strike lets two neighbours behind the head fail together. It is the act of a
	// machine that is scheduled like all others, while Crashes are choices of the
	// tester. With it the program tells the custom explorer who comes first: the
	// chain until it is initialized, and then that machine and those that deal with
	// failures.
	Strike bool

	Links    bool // what is forwarded is in flight for a while
	Disjoint bool // each client has a key of its own
	Compact  int  // as in chainrep.ServerConfig

	Bugs chainrep.Bugs
}

// Settings returns how the test is to be explored. All executions come to an end
// by themselves; the bound is a multiple of what the longest ones take.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 2000 + 200*o.Clients*o.Updates}
}

// mistake says what is wrong with options; "" is nothing.
func (o Options) mistake() string {
	switch faults := o.faults(); {
	case o.Servers < 1 || o.Clients < 1 || o.Updates < 1:
		return "Servers, Clients and Updates are at least 1"
	case o.Crashes < 0 || o.Delays < 0 || o.Compact < 0 || o.Joins < 0 || o.Agains < 0:
		return "Crashes, Delays, Joins, Agains and Compact cannot be negative"
	case o.Joins > 0 && (o.Compact > 0 || o.Strike):
		return "a server cannot join a chain that compacts, nor one with Strike"
	case faults >= o.Servers:
		return fmt.Sprintf("%d of %d servers may fail or be suspected: one must be left", faults, o.Servers)
	case !o.Bugs.Valid():
		return fmt.Sprintf("Bugs has unknown bits: %#x", uint32(o.Bugs))
	}
	return ""
}

// faults is how many servers may fail or be suspected.
func (o Options) faults() int {
	n := o.Crashes + o.Delays
	if o.Strike {
		n += 2
	}
	return n
}

// Test returns the body of the test that o describes, for check.Test and
// check.Explore; see [Options.Settings]. Options that make no sense fail it.
func Test(o Options) func(*check.T) { return o.test(Options.monitors) }

func (o Options) test(monitors func(Options) []ravel.Monitor) func(*check.T) {
	return func(t *check.T) {
		if m := o.mistake(); m != "" {
			t.Fatalf("chain: %s", m)
		}
		for _, m := range monitors(o) {
			t.Monitor(m)
		}
		newDeployment(t, o).create()
	}
}

// monitors are the whole specification.
func (o Options) monitors() []ravel.Monitor {
	all := []ravel.Monitor{
		HistoryMonitor.New(NewHistories(o.servers())),
		TailMonitor.New(newTail()),
		MembershipMonitor.New(&Membership{servers: o.servers()}),
		RepairMonitor.New(&Repairs{}),
		requestsOnce.Monitor(),
		answers.Monitor(),
	}
	if o.Disjoint {
		all = append(all, sessions.Monitor())
	}
	return all
}

// servers, everybody and clients return lists of the caller's own.
func (o Options) servers() []chainrep.NodeID { return names("s", o.Servers) }

// everybody has those that may join as well.
func (o Options) everybody() []chainrep.NodeID { return names("s", o.Servers+o.Joins) }

func (o Options) clients() []chainrep.NodeID { return names("c", o.Clients) }

func names(prefix string, n int) []chainrep.NodeID {
	all := make([]chainrep.NodeID, n)
	for i := range all {
		all[i] = chainrep.NodeID(fmt.Sprintf("%s%d", prefix, i+1))
	}
	return all
}
