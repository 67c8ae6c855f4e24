package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/network"
)

// node is the process on a node: it hosts replicas.
type node struct {
	tasks
	cfg      *Config `ravel:"-"` // never changes
	net      network.Network
	manager  ravel.ID
	life     life
	replicas map[ReplicaID]*replica
}

// machine returns the process of a node as a machine.
func (n *node) machine(name string) ravel.Machine {
	return ravel.Func(name, func(c *ravel.Context) {
		n.c = c
		n.replicas = map[ReplicaID]*replica{}
		defer n.end()
		c.Notify(joined{c.Self()})
		n.net.Send(c, n.manager, nodeUp{c.Self(), n.life})
		for {
			n.schedule()
			n.handle(ravel.Next(c))
			for _, id := range slices.Sorted(maps.Keys(n.replicas)) {
				n.replicas[id].look()
			}
		}
	})
}

func (n *node) handle(ev any) {
	switch ev := ev.(type) {
	case turn:
		n.turn()
	case order:
		n.order(ev)
	case between:
		if r := n.replicas[ev.To]; r != nil {
			r.receive(ev.From, ev.Msg)
		}
	case request:
		n.request(ev)
	case leaseLost:
		n.leaseLost(ev)
	}
}

func (n *node) order(o order) {
	if do, ok := o.Do.(create); ok {
		r := newReplica(n, o.Replica)
		n.replicas[o.Replica] = r
		r.open(do.Idle)
		return
	}
	if r := n.replicas[o.Replica]; r != nil {
		r.obey(o.Do)
	}
}

// leaseLost aborts everything: the others have gone on without this node.
func (n *node) leaseLost(l leaseLost) {
	if l.Next.Restarts != n.life.Restarts || !n.life.before(l.Next) {
		return // a lease of an earlier process, or the one before
	}
	n.life = l.Next
	for _, id := range slices.Sorted(maps.Keys(n.replicas)) {
		n.replicas[id].abort()
	}
	n.net.Send(n.c, n.manager, nodeUp{n.c.Self(), n.life})
}

// request has a request served by the replica that it was sent to.
func (n *node) request(q request) {
	r := n.replicas[q.Replica]
	if r == nil || !r.serving {
		n.net.Send(n.c, q.Client, reply{Seq: q.Seq, Err: ErrClosed.Error()})
		return
	}
	n.start(func() {
		data, err := r.user.Serve(r.ctx, q.Data)
		if r.closed {
			return // nobody hears a replica that is gone
		}
		answer := reply{Seq: q.Seq, Data: data}
		if err != nil {
			answer.Err = err.Error()
		}
		n.net.Send(n.c, q.Client, answer)
	})
}

func (n *node) report(id ReplicaID, say any) { n.net.Send(n.c, n.manager, report{id, say}) }
