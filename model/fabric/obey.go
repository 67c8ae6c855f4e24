package fabric

import "github.com/ravelgo/ravel/model/fabric/service"

// obey does what the failover manager has ordered.
func (r *replica) obey(do any) {
	switch do := do.(type) {
	case drop:
		if !r.dropped {
			r.dropped = true
			r.close(do.Keep)
		}
	case fence:
		r.fence(do)
	case promote:
		r.enqueue(func() { r.promote(do) })
	case activate:
		r.enqueue(func() {
			if r.role != service.RoleIdleSecondary && !r.bugs.has(obeyAgain) {
				return
			}
			if r.changeRole(do.Epoch, service.RoleActiveSecondary) {
				r.n.report(r.id, activated{})
			}
		})
	case build:
		if r.prim != nil && !has(r.copies, do.Target.ID) {
			r.copies[do.Target.ID] = 0
			r.prim.build(do.Target.ID) // at once: another order may come before the task begins
			r.nodes[do.Target.ID] = do.Target.Node
			p := r.prim
			r.n.start(func() { r.build(p, do.Target, do.Has) })
		}
	case configure:
		switch {
		case r.prim != nil && do.Seq > r.conf:
			r.configure(do)
		case r.prim == nil && do.Seq > r.early.Seq:
			r.early = do // the call for service.RolePrimary has to come first
		}
	case settle:
		r.settle(do)
	case demote:
		r.demote(do)
	case resume:
		r.resume(do)
	}
}

func (r *replica) fence(f fence) {
	if r.per != nil && !r.recovered { // it cannot tell yet what it has
		r.enqueue(func() { r.fence(f) })
		return
	}
	if r.prim != nil && r.prim.epoch.Compare(f.Epoch) >= 0 || !r.sec.fence(f.Epoch) {
		return
	}
	r.n.report(r.id, fenced{f.Epoch, r.log.progress()})
}

// promote makes the replica the primary, when it has applied all that it has.
func (r *replica) promote(p promote) {
	if p.Epoch.Compare(r.sec.fenced) < 0 || p.Epoch == r.reigns && !r.bugs.has(oldEpoch) {
		return
	}
	r.reigns = p.Epoch
	r.sec.fence(p.Epoch)
	r.n.wait(func() bool {
		return r.closed || (r.applied == r.log.last() || r.bugs.has(hastyPrimary)) && !r.busy
	})
	if r.closed {
		return
	}
	r.prim = newPrimary(r.id, p.Epoch, &r.log, r.of.MinReplicas, r.of.Window, func(to service.ReplicaID, msg any) {
		r.tell(member{ID: to, Node: r.nodes[to]}, msg)
	})
	r.prim.bugs = r.bugs
	if r.bugs.has(forgetOps) {
		r.log.keep = nil
	}
	r.n.c.Notify(elected{r.id, p.Epoch, r.log.last(), r.applied})
	r.configure(configure{p.Seq, p.Cur, p.Prev})
	if r.early.Seq > p.Seq {
		r.configure(r.early)
	}
	for _, m := range p.Cur {
		if m.ID != r.id {
			r.prim.follow(m.ID, p.Ends[m.ID], false)
		}
	}
	if r.changeRole(p.Epoch, service.RolePrimary) {
		r.promoted = true
		r.run()
	}
}

func (r *replica) configure(o configure) {
	for _, m := range o.Cur {
		r.nodes[m.ID] = m.Node
	}
	r.seq, r.conf = o.Seq, o.Seq
	before := r.prim.committed
	r.prim.configure(o.Cur, o.Prev)
	r.tellCommitted(before)
}

func (r *replica) settle(s settle) {
	if r.prim != nil && s.Seq == r.conf && r.prim.catching {
		r.grant()
	}
}

func (r *replica) grant() {
	first, before := !r.prim.granted, r.prim.committed
	r.prim.settle()
	if first {
		r.n.c.Notify(granted{r.id, r.prim.epoch})
	}
	var members []service.ReplicaID
	for _, m := range r.prim.cur {
		members = append(members, m.ID)
	}
	r.n.c.Notify(settled{r.id, r.prim.epoch, members})
	r.tellCommitted(before)
}
