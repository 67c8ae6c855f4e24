package tms

import (
	"fmt"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Backend is how the groups are replicated.
type Backend uint8

// The back-ends.
const (
	Linear Backend = iota // not at all: one machine behaves as a replicated group may
	Chain                 // by chain replication
	Paxos                 // by Multi-Paxos
	numBackends
)

// String returns the back-end's name.
func (b Backend) String() string {
	if b < numBackends {
		return [...]string{"linear", "chain", "paxos"}[b]
	}
	return fmt.Sprintf("Backend(%d)", uint8(b))
}

// Options choose a test: who takes part, and how often what may happen. All numbers of what may happen are per group and
// execution.
type Options struct {
	Backend   Backend
	Transfers int
	Status    bool // the client asks for all balances when its transfers are done
	Replicas  int  // of a group; none with Linear, whose groups are one machine

	Changes int  // how often the group gets another leader for no reason: Linear, Paxos
	Repeats int  // how often it gives an old answer again: Linear
	Reorder bool // it may apply what was submitted later first: Linear

	Restarts int // how often the coordinator may crash, in the whole execution; it comes back: Linear, Chain

	Failures int // how many servers may fail: Chain
	Joins    int // how many servers may join: Chain
	Doubts   int // how often the master is told that messages may have been lost, for no reason: Chain
	Losses   int // how many messages between replicas may be lost: Paxos

	Bugs      bank.Bugs
	ChainBugs chainrep.Bugs // TMS_2 is NoDedupe
	PaxosBugs replica.Bugs  // TMS_3 is AnswerEarly

	mutant mutant
}

// mutant is a defect of the test rather than of the system. It shows that a monitor notices.
type mutant uint8

const (
	samePlace mutant = 1 + iota // the groups of Linear say that whatever they answer has the first place
	amnesia                     // what the coordinator stores is lost
)

// The accounts, one of each group, and what is on each at first. A transfer takes all of it.
const (
	groups  = 2
	opening = 1
)

// rounds is how many rounds of Paxos a leader starts in a slot before it rests.
const rounds = 3

// Variant is a test of the correct system.
type Variant struct {
	Name    string
	Summary string // one line
	Options Options
}

// The variants. Each bug is looked for in one of the last two.
var (
	// Abstract is for the coordinator alone: whatever a group may do, its abstraction does.
	Abstract = Variant{
		"abstract", "groups are one machine each, that changes leaders and repeats answers",
		Options{Backend: Linear, Transfers: 2, Status: true, Changes: 2, Repeats: 1, Reorder: true},
	}
	// Pairs has the shortest chains that outlive a failure.
	Pairs = Variant{
		"pairs", "two chains of two servers, one of which may fail in each",
		Options{Backend: Chain, Transfers: 2, Status: true, Replicas: 2, Failures: 1},
	}
	// Chains is where TMS_1, TMS_2 and TMS_4 are.
	Chains = Variant{
		"chains", "two chains of three servers, two of which may fail in each",
		Options{Backend: Chain, Transfers: 2, Status: true, Replicas: 3, Failures: 2},
	}
	// Returning is for the coordinator's store: it is of no use elsewhere that groups are abstract.
	Returning = Variant{
		"returning", "groups are one machine each, and the coordinator crashes and comes back",
		Options{Backend: Linear, Transfers: 2, Status: true, Changes: 1, Repeats: 1, Restarts: 2},
	}
	// ReturningPairs has crashes of servers beside those of the coordinator.
	ReturningPairs = Variant{
		"returning-pairs", "two chains of two servers, one of which may fail in each, and the coordinator",
		Options{Backend: Chain, Transfers: 2, Status: true, Replicas: 2, Failures: 1, Restarts: 1},
	}
	// Arrivals has chains that grow, and masters that ask again: what is not in the case study, and is where it is deployed.
	Arrivals = Variant{
		"arrivals", "two chains of two servers, another one joins each; one may fail, and the master asks again",
		Options{Backend: Chain, Transfers: 2, Status: true, Replicas: 2, Joins: 1, Failures: 1, Doubts: 1},
	}
	// MultiPaxos is where TMS_3 is.
	MultiPaxos = Variant{
		"multipaxos", "two groups of three nodes; leaders are suspected, messages are lost",
		Options{Backend: Paxos, Transfers: 2, Status: true, Replicas: 3, Changes: 1, Losses: 2},
	}
)

// Variants are the tests of the correct system.
func Variants() []Variant {
	return []Variant{Abstract, Returning, Pairs, ReturningPairs, Arrivals, Chains, MultiPaxos}
}

// Settings returns how the test is to be explored, whatever the options. A timer fires when nothing else can move: when a
// message was lost.
func (o Options) Settings() check.Config { return check.Config{Steps: 5000, OrderedClock: true} }

// check reports what makes no sense.
func (o Options) check() error {
	for _, number := range []struct {
		of string
		n  int
	}{
		{"Transfers", o.Transfers}, {"Replicas", o.Replicas}, {"Changes", o.Changes},
		{"Repeats", o.Repeats}, {"Failures", o.Failures}, {"Losses", o.Losses},
		{"Restarts", o.Restarts}, {"Joins", o.Joins}, {"Doubts", o.Doubts},
	} {
		if number.n < 0 {
			return fmt.Errorf("%s is %d: it cannot be negative", number.of, number.n)
		}
	}
	linear, chain, paxos := o.Backend == Linear, o.Backend == Chain, o.Backend == Paxos
	switch {
	case o.Backend >= numBackends:
		return fmt.Errorf("there is no %v", o.Backend)
	case o.Transfers == 0 && !o.Status:
		return fmt.Errorf("there are no Transfers and no Status: the client has nothing to do")
	case linear != (o.Replicas == 0):
		return fmt.Errorf("%d Replicas with back-end %v: Linear has none, the others have at least 1", o.Replicas, o.Backend)
	case !linear && (o.Repeats > 0 || o.Reorder):
		return fmt.Errorf("the back-end %v has no Repeats and no Reorder: they are of linear", o.Backend)
	case chain && o.Changes > 0:
		return fmt.Errorf("the back-end chain has no Changes: its leaders change with Failures")
	case !chain && (o.Failures > 0 || o.ChainBugs != 0):
		return fmt.Errorf("the back-end %v has no Failures and no ChainBugs: they are of chain", o.Backend)
	case !chain && (o.Joins > 0 || o.Doubts > 0):
		return fmt.Errorf("the back-end %v has no Joins and no Doubts: they are of chain", o.Backend)
	case !paxos && (o.Losses > 0 || o.PaxosBugs != 0):
		return fmt.Errorf("the back-end %v has no Losses and no PaxosBugs: they are of paxos", o.Backend)
	case paxos && o.Restarts > 0:
		return fmt.Errorf("the back-end paxos has no Restarts: they are of linear and chain")
	case chain && o.Failures >= o.Replicas:
		return fmt.Errorf("%d of %d servers may fail: one must be left", o.Failures, o.Replicas)
	case paxos && o.Replicas == 1 && o.Changes > 0:
		return fmt.Errorf("the leader of 1 node cannot change: have more Replicas")
	case !o.ChainBugs.Valid():
		return fmt.Errorf("there are unknown bits in ChainBugs, %#x: use the constants of package chainrep", uint32(o.ChainBugs))
	case o.PaxosBugs.Check() != nil:
		return o.PaxosBugs.Check()
	}
	return o.Bugs.Check()
}

// Test returns the body of the test that o describes, for check.Test and check.Explore; see [Options.Settings]. Options
// that make no sense fail it.
func Test(o Options) func(*check.T) {
	return func(t *check.T) {
		if err := o.check(); err != nil {
			t.Fatalf("tms: %v", err)
		}
		watch(t, o)
		announce(t, o)
		newDeployment(t, o).create()
	}
}
