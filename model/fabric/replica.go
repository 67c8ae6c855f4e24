package fabric

import (
	"context"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// replica is a replica in its process: the user's part of it, and the replicator beside it.
type replica struct {
	id        service.ReplicaID
	n         *node
	partition `ravel:"-"` // never changes
	user      service.Replica
	per       service.Persistent // the same, or nil
	st        *store             // nil if it is not Persistent
	recovered bool               // it has read its storage
	ctx       context.Context    `ravel:"-"`
	cancel    func()
	closed    bool
	begun     bool // Open was called

	role     service.Role
	calls    []func() // lifecycle calls that wait for their turn
	serving  bool     // it has been opened
	busy     bool     // Apply or Snapshot runs
	runs     int      // calls of Run that go on
	stopRun  func()
	log      oplog
	applied  service.LSN
	sec      secondary
	prim     *primary
	promoted bool          // the call for RolePrimary has returned
	conf     int           // number of the newest configuration
	seq      int           // of the configuration, if it is to be reported
	early    configure     // that came before the replica was the primary
	reigns   service.Epoch // in which the replica is the primary, or was last
	swap     int           // number of the newest swap
	leaves   bool          // it is no more for the failover manager to stop the swap
	leader   member
	leads    service.Epoch // the epoch of leader
	nodes    map[service.ReplicaID]ravel.ID
	pieces   []piece
	arrived  int // pieces so far
	restores bool
	dropped  bool // it has been told to close
	answers  map[service.ReplicaID]verdict
	copies   map[service.ReplicaID]int // builds that have begun, and how many pieces each target has taken
}

func newReplica(n *node, id service.ReplicaID) *replica {
	r := &replica{
		id: id, n: n, partition: n.dir.parts[n.dir.of(id)], nodes: map[service.ReplicaID]ravel.ID{},
		copies: map[service.ReplicaID]int{}, answers: map[service.ReplicaID]verdict{},
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.sec = secondary{log: &r.log, bugs: n.bugs}
	r.user = r.of.New(r.Info())
	if per, ok := r.user.(service.Persistent); ok {
		r.per, r.st = per, n.store(r.n.dir.of(id))
	}
	n.c.Notify(created{id, n.c.Self()})
	n.start(r.lifecycle)
	n.start(r.applier)
	return r
}

// applicable is how far operations may be applied.
func (r *replica) applicable() service.LSN {
	if r.sec.idle {
		return r.applied // they may have to be taken back
	}
	if r.prim != nil {
		return max(r.applied, r.prim.committed)
	}
	return r.log.last()
}

// applier applies operations, one after the other.
func (r *replica) applier() {
	for {
		r.n.wait(func() bool { return r.closed || !r.busy && r.applied < r.applicable() })
		if r.closed {
			return
		}
		op := r.log.at(r.applied + 1)
		r.busy = true
		err := r.user.Apply(r.ctx, service.Op{LSN: op.LSN, Epoch: op.Epoch, Data: []byte(op.Data)})
		r.busy = false
		if r.closed {
			return
		}
		if err != nil {
			r.n.c.Logf("Apply of replica %d fails: %v", r.id, err)
			r.fail()
			return
		}
		r.applied++
		r.n.c.Notify(applied{r.id, op.LSN, op.Epoch, op.Data})
		r.acknowledge()
	}
}

// acknowledge tells the primary what has been applied.
func (r *replica) acknowledge() {
	if r.prim == nil && r.leader.ID != 0 && !r.sec.idle {
		r.tell(r.leader, ack{r.leads, r.applied})
	}
}

func (r *replica) self() member { return member{ID: r.id, Node: r.n.c.Self()} }

func (r *replica) tell(to member, msg any) {
	r.n.net.Send(r.n.c, to.Node, between{r.self(), to.ID, msg})
}

// look reports what the last event has brought about.
func (r *replica) look() {
	if r.prim != nil && r.seq != 0 && r.promoted && r.prim.caughtUp() {
		r.n.report(r.id, caughtUp{r.seq})
		r.seq = 0
	}
}
