package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// node is the process on a node: it hosts replicas.
type node struct {
	tasks
	Fabric
	managers []ravel.ID // of the partitions
	bugs     bugs
	life     life
	name     string
	disks    int            // that the node has lost
	stores   map[int]*store // by partition
	replicas map[service.ReplicaID]*replica
	made     map[service.ReplicaID]bool // also those that are gone
	seq      int                        // of the last expected event
	waiting  map[int]*expected          // what tasks wait for
}

// expected is an event that a task waits for.
type expected struct {
	seq int
	got any // nil: it has not come
}

func (n *node) expect() *expected {
	n.seq++
	w := &expected{seq: n.seq}
	n.waiting[w.seq] = w
	return w
}

// got notes that what was expected has come. What nobody expects any more is of no use.
func (n *node) got(seq int, ev any) {
	if w := n.waiting[seq]; w != nil {
		w.got = ev
	}
}

// machine returns the process of a node as a machine.
func (n *node) machine() ravel.Machine {
	return ravel.Func(n.name, func(c *ravel.Context) {
		n.c = c
		n.seq = n.life.Restarts << 32 // what was expected before a restart is not expected again
		n.replicas, n.made = map[service.ReplicaID]*replica{}, map[service.ReplicaID]bool{}
		n.waiting, n.stores = map[int]*expected{}, map[int]*store{}
		defer n.end()
		defer n.panicked() // before the tasks end: that is by a Goexit, which would hide a panic
		n.insertDisk()
		c.Notify(joined{c.Self()})
		c.Notify(diskIs{c.Self(), n.disks})
		n.tellUp()
		for {
			n.schedule()
			ev := ravel.Next(c)
			if ev == nil {
				return // the process went down while a call of it waited for a goroutine
			}
			n.handle(ev)
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
	case resolved:
		n.got(ev.Seq, ev)
	case reply:
		n.got(ev.Seq, ev)
	case expired:
		n.got(ev.Seq, ev)
	case leaseLost:
		n.leaseLost(ev)
	}
}

func (n *node) order(o order) {
	if o.Life != n.life {
		return // whom it was for is gone
	}
	if do, ok := o.Do.(create); ok {
		if n.made[o.Replica] {
			return // the order is repeated
		}
		n.made[o.Replica] = true
		r := newReplica(n, o.Replica)
		n.replicas[o.Replica] = r
		r.open(do)
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
	n.tellUp()
}

func (n *node) tellUp() {
	for i, m := range n.managers {
		n.net.Send(n.c, m, nodeUp{n.c.Self(), n.life, n.kept(i)})
	}
}

func (n *node) report(id service.ReplicaID, say any) {
	n.net.Send(n.c, n.managers[n.dir.of(id)], report{id, say})
}
