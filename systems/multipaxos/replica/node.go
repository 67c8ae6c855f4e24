package replica

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// Config describes a node.
type Config struct {
	ID    synod.NodeID   // positive, one of Nodes
	Nodes []synod.NodeID // all of them; a majority chooses

	// Rounds is how many rounds a leader starts in a slot before it rests until its
	// timer fires; 0 is no limit. It keeps two leaders from outbidding each other for
	// long.
	Rounds int

	Bugs Bugs
}

// Ports is how a node acts on the world.
type Ports struct {
	Network Network
	Store   Store
	Timer   synod.Timer // whoever owns it calls Node.Timeout when it fires
	Clients Clients
	Machine rsm.StateMachine // fresh: the node applies the log from its beginning
}

// Node is a replica. If one of its methods returns an error the node has lost its
// store or found the protocol broken: it must not be used any more, but may be
// opened again.
type Node struct {
	cfg   Config
	ports Ports
	exec  *rsm.Executor

	leader synod.NodeID         // who leads as far as the node knows; 0 is nobody
	states map[Slot]synod.State // of the acceptor, as in the store
	log    map[Slot]synod.Value // what is chosen, as far as it is known
	next   Slot                 // the first slot not in log; those before it are applied

	queue    []rsm.Command   // what the node is to get chosen; while nobody leads, what it is to forward
	proposer *synod.Proposer // in the slot next; nil: none
	resting  bool            // the proposer gave up, and the timer will wake the node
	last     round           // the last one in which the node got a value chosen
	current  bool            // that was since it last became leader

	local  []Message  // to itself
	outbox []envelope // to others, sent when local is empty
}

// round is a round in a slot.
type round struct {
	slot   Slot
	ballot synod.Ballot
}

type envelope struct {
	to synod.NodeID
	m  Message
}

// Open returns a node with what its store holds: how it starts, and how it restarts
// after a crash.
func Open(cfg Config, ports Ports) (*Node, error) {
	proposer := synod.Config{ID: cfg.ID, Acceptors: cfg.Nodes, Rounds: cfg.Rounds}
	if err := proposer.Check(); err != nil {
		return nil, fmt.Errorf("replica: %w", err)
	}
	if !slices.Contains(cfg.Nodes, cfg.ID) {
		return nil, fmt.Errorf("replica: node %d is not among the nodes %v: it must be", cfg.ID, cfg.Nodes)
	}
	if err := cfg.Bugs.Check(); err != nil {
		return nil, err
	}
	states, err := ports.Store.Load()
	if err != nil {
		return nil, fmt.Errorf("replica: loading the states of node %d: %w", cfg.ID, err)
	}
	if states == nil {
		states = map[Slot]synod.State{}
	}
	cfg.Nodes = slices.Clone(cfg.Nodes)
	return &Node{
		cfg: cfg, ports: ports, exec: rsm.NewExecutor(ports.Machine),
		states: states, log: map[Slot]synod.Value{},
	}, nil
}

// Leader returns who leads as far as the node knows, 0 if it knows of nobody.
func (n *Node) Leader() synod.NodeID { return n.leader }

// Next returns the first slot that the node knows no value of. Those before it are
// applied.
func (n *Node) Next() Slot { return n.next }

// Chosen returns the value of a slot, and whether the node knows one.
func (n *Node) Chosen(s Slot) (synod.Value, bool) {
	v, ok := n.log[s]
	return v, ok
}

// Phase returns what the node is doing as a proposer; synod.Idle is a follower, or a
// leader with nothing to do.
func (n *Node) Phase() synod.Phase {
	if n.proposer == nil {
		return synod.Idle
	}
	return n.proposer.Phase()
}

// Submit takes a command of a client. It is proposed here or forwarded to the
// leader, and may be lost on the way: then the client submits it again, to any node.
func (n *Node) Submit(c rsm.Command) error {
	if err := c.Check(); err != nil {
		return err
	}
	if n.leader != 0 && n.leader != n.cfg.ID {
		n.send(n.leader, Forward{c})
	} else {
		n.enqueue(c)
	}
	return n.settle()
}

// Lead says who leads now.
func (n *Node) Lead(leader synod.NodeID) error {
	if leader == n.leader {
		return nil
	}
	n.leader = leader
	n.current = false
	if leader != n.cfg.ID {
		n.abandon()
		for _, c := range n.queue {
			n.send(leader, Forward{c})
		}
		n.queue = nil
	}
	return n.settle()
}

// Timeout says that the timer has fired: whatever the leader waits for is late.
func (n *Node) Timeout() error {
	n.resting = false
	if n.proposer != nil {
		n.proposer.Timeout()
		if err := n.proceed(); err != nil {
			return err
		}
	}
	return n.settle()
}

// Handle takes a message of another node.
func (n *Node) Handle(from synod.NodeID, m Message) error {
	if err := n.deliver(from, m); err != nil {
		return err
	}
	return n.settle()
}

func (n *Node) deliver(from synod.NodeID, m Message) error {
	switch m := m.(type) {
	case Instance:
		return n.instance(from, m)
	case Forward:
		if n.leader == n.cfg.ID { // else the sender is mistaken, and the client will submit it again
			n.enqueue(m.Command)
		}
	case Chosen:
		if err := n.learn(m.Slot, m.Value); err != nil {
			return err
		}
		if m.Slot > n.next {
			n.send(from, Missing{n.next})
		}
	case Missing:
		for s := m.From; s < n.next; s++ {
			n.send(from, Chosen{s, n.log[s]})
		}
	}
	return nil
}

// settle ends every event: the node deals with what it has sent itself, proposes
// what there is to propose, and sends what it has for others.
//
// Others come last. They must not hear of a ballot that the node's own acceptor has
// not promised durably.
func (n *Node) settle() error {
	for len(n.local) > 0 || n.idle() {
		var err error
		if len(n.local) > 0 {
			m := n.local[0]
			n.local = n.local[1:]
			err = n.deliver(n.cfg.ID, m)
		} else {
			err = n.propose()
		}
		if err != nil {
			return err
		}
	}
	n.local = nil
	for _, e := range n.outbox {
		n.ports.Network.Send(e.to, e.m)
	}
	n.outbox = nil
	return nil
}

func (n *Node) send(to synod.NodeID, m Message) {
	if to == n.cfg.ID {
		n.local = append(n.local, m)
		return
	}
	n.outbox = append(n.outbox, envelope{to, m})
}
