package fabric

import (
	"errors"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// What is said when a replica that has a state is brought up to date: operations that others do not have are taken back.
type (
	rollback struct {
		Epoch service.Epoch
		To    service.LSN
	}
	rolledBack struct {
		Epoch service.Epoch
		OK    bool // else the replica has to be built anew
	}
)

// prepare makes the storage ready for a replica: the one before it on the node has ended, and what is of no use is gone.
func (r *replica) prepare(fresh bool) {
	if r.per == nil {
		return
	}
	r.n.wait(func() bool { return r.closed || !r.n.hasOlder(r.id) })
	if !r.closed && (fresh || !r.st.vault.Whole) {
		r.st.wipe(r.id)
	}
}

// hasOlder reports whether the process has an older replica of the same partition.
func (n *node) hasOlder(id service.ReplicaID) bool {
	for other := range n.replicas {
		if other < id && n.dir.of(other) == n.dir.of(id) {
			return true
		}
	}
	return false
}

// recover has the user read the state from storage. What is in the platform's log behind it is applied again.
func (r *replica) recover(fresh bool) bool {
	if r.per == nil {
		return true
	}
	var at service.LSN
	var epoch service.Epoch
	if !r.during(callRecover, func() (err error) {
		at, epoch, err = r.per.Recover(r.ctx)
		return err
	}) {
		return false
	}
	log := r.st.vault.Log.clone()
	var want service.Epoch
	if at > 0 && at <= log.last() {
		want = log.epochs[at-1]
	}
	if at < log.base || at > log.last() || epoch != want {
		r.n.c.Fail("Recover of replica %d of %v returns operation %d of epoch %v. The replica has been given operations %d to %d, "+
			"and %d is of epoch %v", r.id, r.partition.id, at, epoch, log.base, log.last(), at, want)
		return false
	}
	e := recovered{Replica: r.id, Node: r.n.c.Self(), At: at, Epoch: epoch}
	if at > log.base {
		e.Data = log.at(at).Data
	}
	r.n.c.Notify(e)
	if fresh {
		r.st.keep(keepEmpty{})
	}
	log.keep = r.st.keep
	r.log, r.applied, r.recovered = log, at, true
	return true
}

// rollback takes back operations, before the replica gets others in their place.
func (r *replica) rollback(from member, m rollback) {
	r.enqueue(func() {
		if !r.sec.idle || r.restores || m.Epoch.Compare(r.sec.fenced) < 0 {
			return
		}
		ok := true
		if r.applied > m.To {
			r.n.c.Notify(rollsBack{r.id, m.To})
			if !r.during(callRollback, func() error {
				err := r.per.Rollback(r.ctx, m.To)
				if ok = !errors.Is(err, service.ErrRebuild); !ok {
					return nil
				}
				return err
			}) {
				return
			}
		}
		if ok {
			r.applied = min(r.applied, m.To)
			r.n.c.Notify(hasRolledBack{r.id, r.applied})
			r.log.cut(m.To)
		}
		r.tell(from, rolledBack{m.Epoch, ok})
	})
}

// verdict is what a replica that is being built has said to a rollback.
type verdict int

const (
	noAnswer verdict = iota
	rollsWell
	rebuild
)

// tail brings a replica that has a state up to date by sending it the operations that it does not have. It reports
// whether that has been done, or is of no use any more; else the replica needs a copy.
func (r *replica) tail(p *primary, to member, has progress) bool {
	at := r.log.common(has.Epochs)
	if !has.Whole || len(has.Epochs) == 0 || at < r.log.base {
		return false
	}
	if int(at) < len(has.Epochs) && !r.bugs.has(skipRollback) {
		r.tell(to, rollback{p.epoch, at})
		r.n.wait(func() bool { return r.closed || !p.building[to.ID] || r.answers[to.ID] != noAnswer })
		if !r.closed && p.building[to.ID] && r.answers[to.ID] == rebuild {
			return false
		}
	}
	if !r.closed && p.building[to.ID] {
		p.follow(to.ID, at, true)
	}
	return true
}
