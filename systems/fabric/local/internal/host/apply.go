package host

import (
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/journal"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// receive takes a message of another replica.
func (r *replica) receive(from replication.Member, msg any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || !r.opened {
		return
	}
	switch m := msg.(type) {
	case replication.Begin:
		if m.Epoch.Compare(r.sec.Fenced) >= 0 && r.fence(m.Epoch) {
			r.leader = from
			r.acknowledge()
		}
	case replication.Append:
		if r.prim == nil && r.following && r.sec.Take(m) {
			if r.keep == nil {
				r.stored = r.log.Last()
			}
			r.changed.Broadcast()
		}
	case replication.Ack:
		if r.prim != nil {
			r.prim.Ack(from.ID, m)
			r.look()
			r.changed.Broadcast()
		}
	}
}

// acknowledge tells the primary what there is. The caller holds r.mu.
func (r *replica) acknowledge() {
	if r.prim == nil && r.leader.ID != 0 && r.following && !r.closed {
		self := replication.Member{ID: r.id, Node: r.h.cfg.Node}
		r.h.cfg.Send(self, r.leader, replication.Ack{Epoch: r.sec.Fenced, Held: r.log.Last(), Applied: r.applied})
	}
}

// applicable is how far operations may be applied. The caller holds r.mu.
func (r *replica) applicable() service.LSN {
	switch {
	case r.prim != nil:
		return max(r.applied, min(r.prim.Committed(), r.stored))
	case r.applying && r.following:
		return r.stored
	}
	return r.applied
}

// applier applies operations, one after the other.
func (r *replica) applier() {
	for {
		if r.wait(r.ctx, func() bool { return !r.closed && !r.busy && r.applied < r.applicable() }) != nil {
			return
		}
		r.mu.Lock()
		if r.closed || r.busy || r.applied >= r.applicable() {
			r.mu.Unlock()
			continue
		}
		op := r.log.At(r.applied + 1)
		r.busy = true
		r.mu.Unlock()
		op.Data = slices.Clone(op.Data) // the user may keep it
		ok := r.during("Apply", func() error { return r.user.Apply(r.ctx, op) })
		r.mu.Lock()
		r.busy = false
		if ok && !r.closed {
			r.applied++
			if n := r.applicable(); r.applied == n || r.applied%32 == 0 {
				r.acknowledge()
			}
			r.trim()
			r.look()
		}
		r.changed.Broadcast()
		r.mu.Unlock()
		if !ok {
			return
		}
	}
}

// trim gives up operations that nobody needs. The caller holds r.mu.
func (r *replica) trim() {
	to := min(r.applied, r.stored)
	if r.prim != nil {
		to = min(to, r.prim.Slowest())
	}
	if r.pinned >= 0 {
		to = min(to, r.pinned)
	}
	r.log.Trim(to, keepOps)
}

// rewriteSize is how long a journal grows, at least, before it is written anew without what nobody needs.
const rewriteSize = 16 << 20

// storer writes operations to the journal, as many as there are at a time.
func (r *replica) storer() {
	limit := int64(rewriteSize)
	for {
		if r.wait(r.ctx, func() bool { return !r.closed && r.stored < r.log.Last() }) != nil {
			return
		}
		r.mu.Lock()
		if r.closed || r.stored >= r.log.Last() {
			r.mu.Unlock()
			continue
		}
		r.journalMu.Lock()
		last := r.log.Last()
		ops := r.log.Range(r.stored, last)
		var whole *journal.State
		if r.journal.Size() > limit {
			p := r.log.Progress()
			whole = &journal.State{Replica: r.id, Fenced: r.sec.Fenced, Log: replication.NewLog(p, r.log.Range(p.Base, last))}
		}
		r.mu.Unlock()
		var err error
		if whole != nil {
			err = r.journal.Rewrite(whole)
			limit = max(rewriteSize, 2*r.journal.Size())
		} else {
			err = r.journal.Append(ops)
		}
		r.journalMu.Unlock()
		if err != nil {
			r.fail("journal", err)
			return
		}
		r.mu.Lock()
		r.stored = last
		if r.prim != nil {
			r.prim.Stored(last)
		}
		r.look()
		r.changed.Broadcast()
		r.mu.Unlock()
	}
}
