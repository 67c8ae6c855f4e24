package fabric

import (
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// receive takes a message of another replica.
func (r *replica) receive(from member, msg any) {
	switch m := msg.(type) {
	case begin:
		if r.prim == nil && r.sec.fence(m.Epoch) {
			r.leader, r.leads = from, m.Epoch
			r.acceptTail(m)
			r.acknowledge()
		}
	case replicate:
		if r.prim == nil {
			r.sec.take(m)
		}
	case ack:
		if r.prim != nil {
			before := r.prim.committed
			r.prim.ack(from.ID, m)
			r.tellCommitted(before)
		}
	case piece:
		r.takePiece(from, m)
	case pieceTaken:
		if r.prim != nil && m.Epoch == r.prim.epoch && has(r.copies, from.ID) {
			r.copies[from.ID] = max(r.copies[from.ID], m.N)
		}
	case rollback:
		r.rollback(from, m)
	case rolledBack:
		if r.prim != nil && m.Epoch == r.prim.epoch {
			r.answers[from.ID] = map[bool]verdict{true: rollsWell, false: rebuild}[m.OK]
		}
	case copied:
		if r.prim != nil && m.Epoch == r.prim.epoch {
			r.n.report(r.id, built{from.ID})
		}
	}
}

// tellCommitted tells monitors what has been committed since.
func (r *replica) tellCommitted(before service.LSN) {
	for n := before + 1; n <= r.prim.committed; n++ {
		if n <= r.log.base {
			continue // it came by a copy, of what was committed
		}
		op := r.log.at(n)
		var holders []service.ReplicaID
		for id, at := range r.prim.acked {
			if at >= n {
				holders = append(holders, id)
			}
		}
		slices.Sort(holders)
		r.n.c.Notify(committed{r.id, n, op.Epoch, op.Data, r.prim.epoch, append(holders, r.id)})
	}
}

// takePiece takes a piece of a copy.
func (r *replica) takePiece(from member, p piece) {
	if !r.sec.idle || p.Epoch.Compare(r.sec.fenced) < 0 || p.N != r.arrived+1 && !r.bugs.has(obeyAgain) {
		return
	}
	r.arrived = p.N
	r.pieces = append(r.pieces, p)
	if !r.restores {
		r.restores = true
		r.leader, r.leads = from, p.Epoch
		r.n.start(r.restore)
	}
}

// restore has the user restore a copy.
func (r *replica) restore() {
	var end *piece
	done := false
	if r.per != nil && !r.bugs.has(halfCopy) {
		r.st.void(r.id)
	}
	r.applied = 0
	err := r.user.Restore(r.ctx, func(yield func([]byte, error) bool) {
		for end == nil && !done {
			r.n.wait(func() bool { return len(r.pieces) > 0 || r.closed })
			if r.closed {
				done = true
				yield(nil, service.ErrClosed)
				return
			}
			p := r.pieces[0]
			r.pieces = r.pieces[1:]
			if p.End {
				end = &p
				return
			}
			r.tell(r.leader, pieceTaken{p.Epoch, p.N})
			if !yield(p.Data, nil) {
				done = true
			}
		}
	})
	switch {
	case r.closed:
	case err != nil || end == nil:
		r.n.c.Logf("Restore of replica %d fails, or ends too early: %v", r.id, err)
		r.fail()
	default:
		r.applied = service.LSN(len(end.Log))
		r.log.reset(end.Log)
		r.n.c.Notify(restored{r.id, r.leader.ID, r.applied, r.n.c.Self()})
		r.sec.copied()
		r.tell(r.leader, copied{end.Epoch})
		r.acknowledge()
	}
}

// acceptTail has a replica that is being built go on from what it has.
func (r *replica) acceptTail(b begin) {
	if b.Tail && r.sec.idle && !r.restores && (r.log.last() == b.At || r.bugs.has(skipRollback)) {
		r.sec.idle = false
		r.tell(r.leader, copied{b.Epoch})
	}
}

// build brings another replica up to date.
func (r *replica) build(p *primary, to member, has progress) {
	r.n.c.Notify(buildBegins{to.ID})
	if !r.tail(p, to, has) {
		r.copy(p, to)
	}
}

// copy sends a copy to another replica, and what is replicated from then on.
func (r *replica) copy(p *primary, to member) {
	r.n.wait(func() bool { return r.closed || !p.building[to.ID] || !r.busy })
	if r.closed || !p.building[to.ID] {
		return
	}
	at := r.applied
	log := slices.Clone(r.log.epochs[:at])
	if p.bugs.has(copyWithoutTail) {
		log = slices.Clone(r.log.epochs)
		p.follow(to.ID, p.log.last(), false)
	} else {
		p.follow(to.ID, at, false)
	}
	r.busy = true
	pieces := r.user.Snapshot(r.ctx)
	r.busy = false
	sent := 0
	for data, err := range pieces {
		if r.closed {
			return
		}
		if err != nil {
			r.n.c.Logf("Snapshot of replica %d fails: %v", r.id, err)
			r.fail()
			return
		}
		sent++
		r.tell(to, piece{Epoch: p.epoch, N: sent, Data: slices.Clone(data)})
		r.n.wait(func() bool { return r.copies[to.ID] == sent || r.closed || !p.building[to.ID] })
		if r.closed || !p.building[to.ID] {
			return
		}
	}
	if !r.closed && !p.bugs.has(forgetBuild) {
		r.tell(to, piece{Epoch: p.epoch, N: sent + 1, End: true, Log: log})
	}
}
