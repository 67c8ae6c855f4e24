package multipaxos

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/network"
	"github.com/ravelgo/ravel/systems/internal/rig"
	"github.com/ravelgo/ravel/systems/multipaxos/replica"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Options choose a test: who takes part, and how often what may happen. All numbers
// are per execution.
type Options struct {
	Nodes    int
	Clients  int
	Commands int // of each client
	Rounds   int // a leader starts in a slot before it rests; see replica.Config
	Changes  int // how often the election suspects a leader for no reason
	Timeouts int // how often a timer of a node or client may fire although nothing is late
	Crashes  int // of nodes; a majority must be left
	Restarts int // of nodes that have crashed

	// Linked puts all messages between nodes on the links of a modelled network, which
	// delays them, and may lose and double some. Otherwise a message is in the inbox of
	// its receiver as soon as it is sent.
	Linked bool
	Losses int
	Copies int

	Bugs replica.Bugs

	mutant mutant
}

// mutant is a defect of the test rather than of the protocol. It shows that a monitor
// notices.
type mutant uint8

const (
	mute      mutant = 1 + iota // nobody is told who leads
	unsaid                      // nobody has said which commands there are
	unwatched                   // the consensus on the slots is not watched
	forgetful                   // nothing is durable
)

// Benchmark is the test in which the seeded bugs are hunted, all under the same
// budgets.
func Benchmark(bugs replica.Bugs) Options {
	return Options{Nodes: 3, Clients: 2, Commands: 2, Rounds: 3, Changes: 2, Timeouts: 1, Bugs: bugs}
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
		{"election", "leaders are suspected for no reason, and a timer may fire", Benchmark(0)},
		{"crash", "nodes may crash and restart",
			Options{Nodes: 3, Clients: 2, Commands: 2, Rounds: 3, Changes: 1, Timeouts: 1, Crashes: 1, Restarts: 1}},
		{"five", "two of five nodes may crash",
			Options{Nodes: 5, Clients: 2, Commands: 2, Rounds: 3, Changes: 2, Timeouts: 1, Crashes: 2, Restarts: 2}},
		{"lossy", "messages may be lost or doubled, and a node may crash",
			Options{Nodes: 3, Clients: 2, Commands: 2, Rounds: 3, Changes: 2, Timeouts: 2, Crashes: 1, Restarts: 1, Linked: true, Losses: 2, Copies: 2}},
	}
}

// Settings returns how the test is to be explored.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 5000, OrderedClock: true, EarlyTimers: o.Timeouts}
}

// check reports what makes no sense.
func (o Options) check() error {
	switch {
	case o.Nodes < 1 || o.Clients < 1 || o.Commands < 1:
		return fmt.Errorf("there are %d nodes, and %d clients with %d commands each: it takes one of each", o.Nodes, o.Clients, o.Commands)
	case o.Rounds < 1:
		return fmt.Errorf("the limit of Rounds is %d: two leaders without a limit may outbid each other for ever", o.Rounds)
	case o.Nodes-o.Crashes < synod.Majority(o.Nodes):
		return fmt.Errorf("%d of %d nodes may crash: a majority must be left", o.Crashes, o.Nodes)
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
			t.Fatalf("multipaxos: %v", err)
		}
		watch(t, o)
		announce(t, o)
		var w rig.Wire
		if o.Linked {
			w = rig.Linked(t, network.Config{Loss: o.Losses, Duplicates: o.Copies})
		}
		var book Book
		for i := range o.Nodes {
			id := synod.NodeID(1 + i)
			t.Root().Model(registersName(id), &registers{states: map[replica.Slot]synod.State{}})
			book.Nodes = append(book.Nodes, t.Create(newNode(o, id, w, Book{}, 0)))
		}
		for i := range o.Clients {
			cl := &Client{
				name: clientName(i), commands: o.Commands, nodes: slices.Clone(book.Nodes),
				unsaid: o.mutant == unsaid,
			}
			book.Clients = append(book.Clients, t.Create(ClientMachine.New(cl).Named(cl.name)))
		}
		for _, id := range book.Nodes {
			t.Send(id, book.clone())
		}
		election := t.Create(ElectionMachine.New(&Election{nodes: slices.Clone(book.Nodes), changes: o.Changes, mute: o.mutant == mute}))
		crash.Enable(t.Root(), crash.Config{Crashes: o.Crashes, Restarts: o.Restarts, Detector: election}, restarts(o, w, book)...)
	}
}

func (b Book) clone() Book { return Book{slices.Clone(b.Nodes), slices.Clone(b.Clients)} }

// newNode makes a node that starts or, if it has a book, restarts.
func newNode(o Options, id synod.NodeID, w rig.Wire, b Book, incarnation int) ravel.Machine {
	n := &Node{id: id, rounds: o.Rounds, bugs: o.Bugs, wire: w, book: b, again: incarnation > 0, forgetful: o.mutant == forgetful}
	return NodeMachine.New(n).Named(fmt.Sprintf("node %d", id))
}

func restarts(o Options, w rig.Wire, book Book) []crash.Node {
	var all []crash.Node
	for i, id := range book.Nodes {
		all = append(all, crash.Node{ID: id, New: func(incarnation int) ravel.Machine {
			return newNode(o, synod.NodeID(1+i), w, book.clone(), incarnation)
		}})
	}
	return all
}
