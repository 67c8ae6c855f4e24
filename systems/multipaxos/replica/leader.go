package replica

import (
	"slices"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// enqueue takes a command that is to be chosen. One that is applied already is
// answered at once.
func (n *Node) enqueue(c rsm.Command) {
	if r, done := n.exec.Done(c); done && !n.cfg.Bugs.has(ApplyTwice) {
		n.reply(c, r)
		return
	}
	if !slices.Contains(n.queue, c) {
		n.queue = append(n.queue, c)
	}
}

// reply answers a command with the response of its client's last operation, if it is
// this one and the node leads.
func (n *Node) reply(c rsm.Command, r rsm.Response) {
	if n.leader == n.cfg.ID && r.OpID == c.OpID {
		n.ports.Clients.Reply(r)
	}
}

// idle reports whether there is something to propose and nobody to do so.
func (n *Node) idle() bool {
	return n.leader == n.cfg.ID && n.proposer == nil && !n.resting && len(n.queue) > 0
}

// propose proposes the first command in the first slot without a known value.
func (n *Node) propose() error {
	p, err := synod.NewProposer(synod.Config{
		ID:        n.cfg.ID,
		Acceptors: n.cfg.Nodes,
		Used:      n.states[n.next].Promised.Round,
		Rounds:    n.cfg.Rounds,
	}, slotNetwork{n, n.next}, n.ports.Timer)
	if err != nil {
		return err
	}
	n.proposer = p
	v := synod.Value(n.queue[0].Encode())
	if n.cfg.Bugs.has(MultiPaxos3) && n.current && n.last.slot+1 == n.next {
		p.ProposeUnder(n.last.ballot, v)
	} else {
		p.Propose(v)
	}
	return nil
}

// proceed looks at what has become of the proposer.
func (n *Node) proceed() error {
	switch n.proposer.Phase() {
	case synod.Done:
		v, _ := n.proposer.Chosen()
		n.last, n.current = round{n.next, n.proposer.Ballot()}, true
		n.proposer = nil
		for _, id := range n.cfg.Nodes {
			if id != n.cfg.ID {
				n.send(id, Chosen{n.next, v})
			}
		}
		return n.learn(n.next, v)
	case synod.GaveUp:
		n.proposer = nil
		n.resting = true
		n.ports.Timer.Reset()
	}
	return nil
}

// abandon stops proposing.
func (n *Node) abandon() {
	if n.proposer != nil || n.resting {
		n.proposer, n.resting = nil, false
		n.ports.Timer.Stop()
	}
}
