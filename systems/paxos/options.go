package paxos

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/network"
	"github.com/ravelgo/ravel/systems/internal/rig"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Options choose a test: who takes part, and how often what may happen. All numbers
// are per execution.
type Options struct {
	Proposers int // the first one never gives up, the others do after Rounds rounds
	Acceptors int
	Learners  int
	Rounds    int // of each proposer but the first
	Timeouts  int // how often a timer may fire although its proposer need not wait any longer
	Crashes   int // of acceptors; a majority must be left
	Restarts  int // of acceptors that have crashed

	// Linked puts all messages on the links of a modelled network, which delays them,
	// and may lose and double some. Otherwise a message is in the inbox of its
	// receiver as soon as it is sent.
	Linked bool
	Losses int
	Copies int

	// Disk lets each acceptor keep its state in a journal on a modelled disk, of which a
	// crash loses and tears what is not synced. Otherwise it is in a register that is
	// written atomically.
	Disk bool

	Bugs synod.Bugs

	mutant mutant
}

// mutant is a defect of the test rather than of the protocol. It shows that a monitor
// notices.
type mutant uint8

const (
	impatient mutant = 1 + iota // the first proposer gives up as well
	unsaid                      // nobody has said which values there are
	hasty                       // the journals are not synced
)

// Benchmark is the test in which the seeded bugs are hunted, all under the same
// budgets.
func Benchmark(bugs synod.Bugs) Options {
	return Options{Proposers: 2, Acceptors: 3, Rounds: 2, Timeouts: 1, Crashes: 1, Restarts: 1, Bugs: bugs}
}

// Variant is a test of the correct protocol.
type Variant struct {
	Name    string
	Summary string
	Options Options
}

// Variants are the tests of the correct protocol.
func Variants() []Variant {
	return []Variant{
		{"duel", "two proposers, one of which gives up", Options{Proposers: 2, Acceptors: 3, Learners: 1, Rounds: 3, Timeouts: 2}},
		{"crash", "an acceptor may crash and restart, and timers may fire", Benchmark(0)},
		{"disk", "acceptors keep journals, and a crash tears what is not synced",
			Options{Proposers: 2, Acceptors: 3, Rounds: 2, Timeouts: 1, Crashes: 1, Restarts: 1, Disk: true}},
		{"five", "three proposers, and two of five acceptors may crash",
			Options{Proposers: 3, Acceptors: 5, Rounds: 2, Timeouts: 1, Crashes: 2, Restarts: 2}},
		{"lossy", "messages may be lost or doubled, and an acceptor may crash",
			Options{Proposers: 2, Acceptors: 3, Learners: 1, Rounds: 3, Crashes: 1, Restarts: 1, Timeouts: 2, Linked: true, Losses: 2, Copies: 2}},
	}
}

// Settings returns how the test is to be explored. An execution in which every
// timer fires and every round is outbid takes a few hundred steps.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 2000, OrderedClock: true, EarlyTimers: o.Timeouts}
}

// check reports what makes no sense.
func (o Options) check() error {
	switch {
	case o.Proposers < 1 || o.Acceptors < 1:
		return fmt.Errorf("there are %d proposers and %d acceptors: it takes one of each", o.Proposers, o.Acceptors)
	case o.Proposers > 1 && o.Rounds < 1:
		return fmt.Errorf("the limit of Rounds is %d: two proposers without a limit may outbid each other for ever", o.Rounds)
	case o.Acceptors-o.Crashes < synod.Majority(o.Acceptors):
		return fmt.Errorf("%d of %d acceptors may crash: a majority must be left", o.Crashes, o.Acceptors)
	case !o.Linked && (o.Losses > 0 || o.Copies > 0):
		return fmt.Errorf("there are Losses or Copies, which are faults of links: set Linked")
	}
	return o.Bugs.Check()
}

// Test returns the body of the test that o describes, for check.Test and
// check.Explore; see [Options.Settings]. Options that make no sense fail it.
func Test(o Options) func(*check.T) {
	return func(t *check.T) {
		if err := o.check(); err != nil {
			t.Fatalf("paxos: %v", err)
		}
		watch(t, o)
		announce(t, o)
		var w rig.Wire
		if o.Linked {
			w = rig.Linked(t, network.Config{Loss: o.Losses, Duplicates: o.Copies})
		}
		ids := acceptorIDs(o)
		var learners, acceptors []ravel.ID
		for i := range o.Learners {
			l := &Learner{id: synod.NodeID(21 + i), acceptors: ids}
			learners = append(learners, t.Create(LearnerMachine.New(l)))
		}
		for _, id := range ids {
			newStore(t.Root(), id, o.durable())
			acceptors = append(acceptors, t.Create(newAcceptor(o, id, w, learners, 0)))
		}
		crash.Enable(t.Root(), crash.Config{Crashes: o.Crashes, Restarts: o.Restarts}, nodes(o, acceptors, w, learners)...)
		for i := range o.Proposers {
			t.Create(newProposer(o, i, acceptors, w))
		}
	}
}

func (o Options) durable() durable {
	switch {
	case !o.Disk:
		return onRegister
	case o.mutant == hasty:
		return unsynced
	}
	return onDisk
}

func acceptorIDs(o Options) []synod.NodeID {
	var ids []synod.NodeID
	for i := range o.Acceptors {
		ids = append(ids, synod.NodeID(11+i))
	}
	return ids
}

func proposerID(i int) synod.NodeID { return synod.NodeID(1 + i) }

func value(i int) synod.Value { return synod.Value(fmt.Sprintf("v%d", 1+i)) }

func newAcceptor(o Options, id synod.NodeID, w rig.Wire, learners []ravel.ID, incarnation int) ravel.Machine {
	a := &Acceptor{id: id, bugs: o.Bugs, wire: w, learners: slices.Clone(learners), again: incarnation > 0, durable: o.durable()}
	return AcceptorMachine.New(a).Named(fmt.Sprintf("acceptor %d", id))
}

func nodes(o Options, acceptors []ravel.ID, w rig.Wire, learners []ravel.ID) []crash.Node {
	var all []crash.Node
	for i, id := range acceptorIDs(o) {
		all = append(all, crash.Node{
			ID:  acceptors[i],
			New: func(incarnation int) ravel.Machine { return newAcceptor(o, id, w, learners, incarnation) },
		})
	}
	return all
}

func newProposer(o Options, i int, acceptors []ravel.ID, w rig.Wire) ravel.Machine {
	p := &Proposer{
		config:    synod.Config{ID: proposerID(i), Acceptors: acceptorIDs(o), Rounds: o.Rounds, Bugs: o.Bugs},
		value:     value(i),
		acceptors: slices.Clone(acceptors),
		wire:      w,
	}
	if i == 0 && o.mutant != impatient {
		p.config.Rounds = 0
	}
	return ProposerMachine.New(p).Named(fmt.Sprintf("proposer %d", p.config.ID))
}
