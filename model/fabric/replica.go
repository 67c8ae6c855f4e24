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
	r := &replica{id: id, n: n, partition: n.dir.parts[n.dir.of(id)], nodes: map[service.ReplicaID]ravel.ID{}, copies: map[service.ReplicaID]int{}, answers: map[service.ReplicaID]verdict{}}
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

// lifecycle makes the lifecycle calls, one after the other.
func (r *replica) lifecycle() {
	for {
		r.n.wait(func() bool { return len(r.calls) > 0 || r.closed })
		if r.closed {
			return
		}
		call := r.calls[0]
		r.calls = r.calls[1:]
		call()
	}
}

// enqueue puts a lifecycle call behind those that wait.
func (r *replica) enqueue(call func()) {
	if r.bugs.has(overlapCalls) {
		r.n.start(call)
		return
	}
	r.calls = append(r.calls, call)
}

// during makes a call of user code, between notifications for the monitors. It reports whether the replica goes on.
func (r *replica) during(call string, f func() error) bool {
	if r.closed {
		return false
	}
	r.n.c.Notify(callBegins{r.id, call, r.role})
	err := f()
	if r.closed {
		return false
	}
	r.n.c.Notify(callEnds{r.id, call})
	if err != nil {
		r.n.c.Logf("%s of replica %d fails: %v", call, r.id, err)
		r.fail()
		return false
	}
	return true
}

// fail ends the replica because of an error of its own.
func (r *replica) fail() {
	r.abort()
	if r.per != nil {
		r.st.wipe(r.id)
	}
	r.n.report(r.id, faulted{})
}

// abort ends the replica at once.
func (r *replica) abort() {
	if r.closed {
		return
	}
	r.gone()
	r.n.c.Notify(callBegins{r.id, callAbort, r.role})
	r.user.Abort()
}

// gone makes all calls that wait come to an end.
func (r *replica) gone() {
	r.closed, r.serving = true, false
	r.cancel()
	delete(r.n.replicas, r.id)
	r.n.c.Notify(ended{r.id})
}

func (r *replica) open(o create) {
	r.sec.idle = o.Idle
	r.enqueue(func() {
		r.prepare(o.Fresh)
		if !r.during(callOpen, func() error { return r.user.Open(r.ctx, r) }) {
			return
		}
		if !r.recover(o.Fresh) {
			return
		}
		r.serving = true
		if o.Idle && !r.changeRole(service.Epoch{}, service.RoleIdleSecondary) ||
			o.Reopen && !r.changeRole(service.Epoch{}, service.RoleActiveSecondary) {
			return
		}
		has := r.log.progress()
		has.Whole = r.per != nil && r.st.vault.Whole
		r.n.report(r.id, opened{r.per != nil, has})
	})
}

func (r *replica) changeRole(e service.Epoch, role service.Role) bool {
	r.role = role
	if !r.during(callChangeRole, func() error { return r.user.ChangeRole(r.ctx, e, role) }) {
		return false
	}
	r.n.c.Notify(roleChanged{r.id, role})
	return true
}

// close closes the replica in good order.
func (r *replica) close(keep bool) {
	r.enqueue(func() {
		r.endRun()
		if r.during(callClose, func() error { return r.user.Close(r.ctx) }) {
			if r.per != nil && !keep {
				r.st.wipe(r.id)
			}
			r.gone()
		}
	})
}

// run starts the background work.
func (r *replica) run() {
	runner, ok := r.user.(service.Runner)
	if !ok {
		return
	}
	ctx, cancel := context.WithCancel(r.ctx)
	r.stopRun = cancel
	r.runs++
	r.n.c.Notify(runBegins{r.id})
	r.n.start(func() {
		err := runner.Run(ctx)
		r.runs--
		r.n.c.Notify(runEnds{r.id})
		if err != nil && ctx.Err() == nil && !r.closed {
			r.fail()
		}
	})
}

// endRun waits until the background work has ended.
func (r *replica) endRun() {
	if r.stopRun != nil {
		r.stopRun()
		r.n.wait(func() bool { return r.runs == 0 || r.closed })
	}
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

func (r *replica) self() member { return member{r.id, r.n.c.Self()} }

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
