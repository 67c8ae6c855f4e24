package failover

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// script is a manager with one partition, and nothing that runs: a test tells what has happened.
type script struct {
	t *testing.T
	s *State
	p *Partition
}

func newScript(t *testing.T, replicas int) *script {
	t.Helper()
	f := &script{t: t, s: &State{}}
	f.s.Apply(Event{Declare: &Declare{[]Spec{{Name: "s", Partitions: 1, Replicas: replicas, MinReplicas: replicas/2 + 1, Window: 4}}}})
	f.p = f.s.Partition(part)
	for i := range replicas {
		f.s.Apply(Event{Join: &Join{Node: fmt.Sprint("n", i), Nonce: "x"}})
	}
	return f
}

func (f *script) report(r *Replica, rep Report) {
	f.t.Helper()
	if r == nil {
		f.t.Fatalf("a replica that should tell something is gone: %s", f.s.Encode())
	}
	rep.Node, rep.Life, rep.Partition, rep.Replica = r.Node, r.Life, part, r.ID
	f.s.Apply(Event{Report: &rep})
}

func (f *script) down(id service.ReplicaID) {
	r := f.p.replica(id)
	f.s.Apply(Event{Down: &Down{Node: r.Node, Life: r.Life}})
}

// grow reports what makes the partition have so many members, until that is so and, if it is to be, they have caught
// up.
func (f *script) grow(members int, caughtUp bool) {
	f.t.Helper()
	for range 100 {
		if len(f.p.current()) == members && (!caughtUp || f.p.Phase == stable) {
			return
		}
		switch target := f.p.replica(f.p.Target); {
		case target != nil && !target.Opened:
			f.report(target, Report{Opened: true})
		case f.p.Phase == catching:
			f.report(f.p.replica(f.p.Primary.ID), Report{CaughtUp: f.p.Seq})
		case target != nil && !f.p.Copied:
			f.report(f.p.replica(f.p.Primary.ID), Report{Copied: target.ID})
		case target != nil:
			e := f.p.Epoch
			f.report(target, Report{Active: &e})
		}
	}
	f.t.Fatalf("it does not grow to %d members: %s", members, f.s.Encode())
}

// fenced reports what a replica has that was asked: the operations of the first epoch from behind base to last.
func (f *script) fenced(id service.ReplicaID, base, last service.LSN) {
	f.t.Helper()
	h := Progress{Base: base, History: replication.History{{Epoch: service.Epoch{DataLoss: 1, Conf: 1}, Last: last}}}
	f.report(f.p.replica(id), Report{Fenced: &Fenced{f.p.Epoch, h}})
}

// Of five replicas two fail, one behind the other. The first election leaves two others out, since the elected one has
// not kept what they lack. They are needed for the second one, which comes before the new configuration has caught up:
// no data is lost.
func TestThoseLeftOutAreNeeded(t *testing.T) {
	f := newScript(t, 5)
	f.grow(5, true)
	all := f.p.current()
	f.down(all[0].ID)
	f.fenced(all[1].ID, 90, 100)
	f.fenced(all[2].ID, 0, 50)
	f.fenced(all[3].ID, 0, 50)
	f.fenced(all[4].ID, 0, 100)
	if f.p.Primary != all[1] || len(f.p.current()) != 2 || f.p.Phase != catching {
		t.Fatalf("elected: %s", f.s.Encode())
	}
	f.down(all[1].ID)
	for _, x := range all[2:4] {
		f.fenced(x.ID, 0, 50)
	}
	f.fenced(all[4].ID, 0, 100)
	if f.p.Primary != all[4] || f.p.Epoch != (service.Epoch{DataLoss: 1, Conf: 3}) {
		t.Errorf("primary %v, epoch %v", f.p.Primary, f.p.Epoch)
	}
	f.grow(3, true)
	for _, r := range f.p.Replicas {
		if !f.p.current().Has(r.ID) && r.ID != f.p.Target {
			t.Errorf("replica %d stays when nobody needs it any more", r.ID)
		}
	}
}

// A configuration that was too small for anything to be committed costs no data, when its only member fails.
func TestNothingWasCommitted(t *testing.T) {
	f := newScript(t, 3)
	f.grow(2, false)
	second := f.p.current()[1]
	f.down(f.p.current()[0].ID)
	f.fenced(second.ID, 0, 0)
	if f.p.Primary != second || f.p.Epoch != (service.Epoch{DataLoss: 1, Conf: 2}) {
		t.Errorf("primary %v, epoch %v", f.p.Primary, f.p.Epoch)
	}
}
