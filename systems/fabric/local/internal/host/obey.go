package host

import (
	"context"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// Of a primary's log, so many operations stay in memory for secondaries to come, and so many may be lacking to a slow
// one.
const (
	keepOps = 1024
	lagOps  = 4096
)

// obey begins what is missing between what the replica is and what it should be.
func (r *replica) obey(w failover.Want) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.closing || !r.opened {
		return
	}
	if w.Fence.Compare(r.fenceTold) > 0 {
		r.fenceTold = w.Fence
		if r.fence(w.Fence) {
			r.report(failover.Report{Fenced: &failover.Fenced{Epoch: w.Fence, Progress: r.durable()}})
		}
	}
	r.lead = w.Lead
	switch {
	case w.Lead == nil:
		r.stepDown()
	case w.Lead.Epoch.Compare(r.leadBegun) > 0:
		e := w.Lead.Epoch
		r.leadBegun = e
		r.enqueue(func() { r.promote(e) })
	case r.prim != nil && r.prim.Epoch() == w.Lead.Epoch:
		r.follow()
	}
	if e := w.Active; e.Compare(r.activeBegun) > 0 {
		r.activeBegun = e
		r.enqueue(func() {
			r.endRun()
			if !r.changeRole(e, service.RoleActiveSecondary) {
				return
			}
			r.mu.Lock()
			r.applying = true
			r.changed.Broadcast()
			r.mu.Unlock()
			r.report(failover.Report{Active: &e})
		})
	}
}

// fence refuses older epochs from now on, also after a restart. It reports whether the epoch is not older itself. The
// caller holds r.mu.
func (r *replica) fence(e service.Epoch) bool {
	if r.prim != nil && r.prim.Epoch().Compare(e) < 0 {
		r.stepDown()
	}
	news := e != r.sec.Fenced
	if !r.sec.Fence(e) || r.prim != nil {
		return false
	}
	if news && r.journal != nil {
		r.journalMu.Lock()
		err := r.journal.Identify(r.id, e)
		r.journalMu.Unlock()
		if err != nil {
			go r.fail("journal", err)
			return false
		}
	}
	return true
}

// durable tells of the part of the log that would survive a crash. The caller holds r.mu.
func (r *replica) durable() replication.Progress {
	p := r.log.Progress()
	if r.keep != nil {
		p.History = p.History.Prefix(r.stored)
	}
	return p
}

// stepDown ends being a primary; the user is told by who calls. The caller holds r.mu.
func (r *replica) stepDown() {
	if r.stopRun != nil {
		r.stopRun()
	}
	if r.stopBuild != nil {
		r.stopBuild()
		r.stopBuild, r.building, r.pinned = nil, 0, -1
	}
	if r.prim != nil {
		r.prim = nil
		r.changed.Broadcast()
	}
}

// promote makes the replica the primary, when it has applied all that it has.
func (r *replica) promote(e service.Epoch) {
	r.mu.Lock()
	if !r.fence(e) {
		r.mu.Unlock()
		return
	}
	r.applying = true
	r.changed.Broadcast()
	r.mu.Unlock()
	over := func() bool { return r.closing || r.sec.Fenced != e || r.lead == nil || r.lead.Epoch != e }
	if r.wait(r.ctx, func() bool { return over() || r.applied == r.log.Last() && !r.busy }) != nil {
		return
	}
	r.endRun()
	r.mu.Lock()
	again := r.role == service.RolePrimary
	r.mu.Unlock()
	if again && !r.changeRole(e, service.RoleActiveSecondary) {
		return
	}
	r.mu.Lock()
	if r.closed || over() {
		r.mu.Unlock()
		return
	}
	set := replication.Settings{MinReplicas: r.spec.MinReplicas, Window: r.spec.Window, Lag: lagOps + r.spec.Window}
	self := replication.Member{ID: r.id, Node: r.h.cfg.Node}
	r.prim = replication.NewPrimary(r.id, e, r.log, r.stored, set, func(to replication.Member, msg any) {
		r.h.cfg.Send(self, to, msg)
	})
	if r.keep == nil {
		r.prim.Stored(r.log.Last())
	}
	r.follow()
	p := r.prim
	r.mu.Unlock()
	if !r.changeRole(e, service.RolePrimary) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.prim == p {
		r.promoted = e
		r.run()
		r.look()
	}
}

// follow does what is wanted of the primary. The caller holds r.mu.
func (r *replica) follow() {
	l, p := r.lead, r.prim
	if l.Seq > p.Seq() {
		p.Configure(l.Seq, l.Cur, l.Prev)
	}
	if l.Settled && l.Seq == p.Seq() && !p.Settled() {
		p.Settle()
	}
	if l.Build.ID != r.building {
		if r.stopBuild != nil {
			r.stopBuild()
			r.stopBuild, r.pinned = nil, -1
		}
		r.building = l.Build.ID
		if r.building != 0 {
			ctx, cancel := context.WithCancel(r.ctx)
			r.stopBuild = cancel
			to := l.Build
			r.work.Go(func() { r.build(ctx, p, to) })
		}
	}
	p.Forget(r.building)
	p.Drain(l.SwapTo != 0)
	r.look()
	r.changed.Broadcast()
}

// look tells the manager what has come about. The caller holds r.mu.
func (r *replica) look() {
	p, l := r.prim, r.lead
	if p == nil || l == nil || r.promoted != p.Epoch() {
		return
	}
	if p.CaughtUp() && r.caughtUpTold < p.Seq() {
		r.caughtUpTold = p.Seq()
		r.report(failover.Report{CaughtUp: p.Seq()})
	}
	if e := p.Epoch(); l.SwapTo != 0 && p.Drained(l.SwapTo) && r.applied == r.log.Last() && r.drainTold != e {
		r.drainTold = e
		r.report(failover.Report{Drained: &e})
	}
}

// tick repeats what seems to be lost.
func (r *replica) tick() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.prim != nil {
		r.prim.Tick()
	}
}
