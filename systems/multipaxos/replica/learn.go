package replica

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/paxos/synod"
)

// learn takes the value of a slot and applies all that can be applied then.
func (n *Node) learn(s Slot, v synod.Value) error {
	if known, ok := n.log[s]; ok {
		if known != v {
			return fmt.Errorf("replica: node %d knows that slot %d is %s, and is told that it is %s: the protocol is broken",
				n.cfg.ID, s, string(known), string(v))
		}
		return nil
	}
	n.log[s] = v
	for v, ok := n.log[n.next]; ok; v, ok = n.log[n.next] {
		n.abandon() // if the node proposes, it does so in this slot
		n.next++
		if err := n.apply(v); err != nil {
			return err
		}
	}
	return nil
}

func (n *Node) apply(v synod.Value) error {
	c, err := rsm.Decode(string(v))
	if err != nil {
		return fmt.Errorf("replica: slot %d: %w", n.next-1, err)
	}
	if _, done := n.exec.Done(c); done && n.cfg.Bugs.has(ApplyTwice) {
		n.ports.Machine.Apply(c)
	}
	r, ok := n.exec.Apply(c)
	n.queue = slices.DeleteFunc(n.queue, func(q rsm.Command) bool {
		_, done := n.exec.Done(q)
		return done
	})
	if ok {
		n.reply(c, r)
	}
	return nil
}
