package fabric

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/quorum"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// history is a partition through several epochs, without messages.
type history struct {
	rng     *rand.Rand
	logs    []*oplog
	alive   []bool
	inForce []config
	done    oplog // what is committed
}

func newHistory(rng *rand.Rand, replicas int) *history {
	h := &history{rng: rng, inForce: []config{members(replicas)}}
	for range replicas {
		h.logs, h.alive = append(h.logs, logOf(0)), append(h.alive, true)
	}
	return h
}

// ask returns replicas that make a read quorum of each configuration in force, and more, or none if there are too few.
func (h *history) ask() (asked config) {
	for _, i := range h.rng.Perm(len(h.logs)) {
		enough := quorum.ReadBy(h.inForce, asked.Has)
		id := service.ReplicaID(i + 1)
		voter := slices.ContainsFunc(h.inForce, func(c config) bool { return c.Has(id) })
		if h.alive[i] && voter && (!enough || h.rng.IntN(2) == 0) {
			asked = asked.With(member{ID: id})
		}
	}
	if !quorum.ReadBy(h.inForce, asked.Has) {
		return nil
	}
	return asked
}

// bring brings a secondary nearer to the primary.
func (h *history) bring(p *primary, id service.ReplicaID) {
	l := h.logs[id-1]
	for end := l.last() + service.LSN(h.rng.IntN(int(p.log.last()-l.last())+1)); l.last() < end; {
		l.append(p.log.at(l.last() + 1))
	}
	p.peers[id] = l.last()
	p.ack(id, ack{p.epoch, l.last()})
}

// term plays an epoch: the best of those that are asked is elected, catches up, and replicates to some. It reports
// whether the primary has what is committed.
func (h *history) term(e service.Epoch, compare func(p, q progress) int) bool {
	asked := h.ask()
	if asked == nil {
		return true // data are lost, and said to be
	}
	log := func(m member) progress { return h.logs[m.ID-1].progress() }
	best := slices.MaxFunc(asked, func(a, b member) int { return compare(log(a), log(b)) })
	if h.logs[best.ID-1].common(h.done.epochs) < h.done.last() {
		return false
	}
	cur := slices.DeleteFunc(slices.Clone(asked), func(m member) bool { return !log(best).extends(log(m)) })
	for i := range h.alive {
		h.alive[i] = cur.Has(service.ReplicaID(i + 1))
	}
	p := newPrimary(best.ID, e, h.logs[best.ID-1], 1, 10, func(service.ReplicaID, any) {})
	p.configure(cur, nil)
	for range h.rng.IntN(3) {
		for _, m := range cur.Without(best.ID) {
			h.bring(p, m.ID)
		}
	}
	h.inForce = append(h.inForce, cur)
	if !p.caughtUp() {
		return true // and the next epoch begins
	}
	h.inForce = []config{cur}
	p.settle()
	for range h.rng.IntN(4) {
		_, _ = p.replicate(nil)
		for _, m := range cur.Without(best.ID) {
			h.bring(p, m.ID)
		}
	}
	if p.committed > h.done.last() {
		h.done = p.log.clone()
		h.done.cut(p.committed)
	}
	for i := range h.logs { // those that were left out are built anew
		if id := service.ReplicaID(i + 1); !cur.Has(id) && h.rng.IntN(2) == 0 {
			h.logs[i].reset(p.log.epochs[:p.committed])
			cur, h.alive[i] = cur.With(member{ID: id}), true
		}
	}
	h.inForce = []config{cur}
	return true
}

// A primary that is elected by progress.compare has all that is committed. Just anybody who is asked need not.
func TestElection(t *testing.T) {
	anybody := func(progress, progress) int { return 0 }
	holds := func(seed uint64, compare func(p, q progress) int) bool {
		h := newHistory(rand.New(rand.NewPCG(seed, 0)), 1+int(seed%5))
		for conf := range int64(8) {
			if !h.term(epoch(conf+1), compare) {
				return false
			}
		}
		return true
	}
	wrong := 0
	for seed := range uint64(20_000) {
		if !holds(seed, progress.compare) {
			t.Fatalf("seed %d: a primary lacks what is committed", seed)
		}
		if !holds(seed, anybody) {
			wrong++
		}
	}
	if wrong == 0 {
		t.Error("anybody is as good: the test sees nothing")
	}
	t.Logf("anybody lacks something in %d of 20000 histories", wrong)
}
