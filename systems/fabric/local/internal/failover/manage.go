package failover

import (
	"cmp"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// step does what follows from what is known, until nothing does any more.
func (s *State) step() {
	for _, p := range s.Partitions {
		for s.advance(p) {
		}
	}
}

// advance does one thing for a partition, if there is one to do.
func (s *State) advance(p *Partition) bool {
	if p.Target != 0 && !p.up(p.Target) {
		p.Target, p.Copied = 0, false
		return true
	}
	switch {
	case p.Phase == creating:
		return s.create(p)
	case p.Phase == fencing:
		return p.tryElect()
	case !p.up(p.Primary.ID):
		p.failover()
		return true
	case p.Phase == demoting && !p.up(p.SwapTo):
		p.failover() // the primary is about to be none any more
		return true
	case p.Phase == draining && !p.up(p.SwapTo):
		p.Phase, p.SwapTo = stable, 0
		return true
	}
	return s.reconfigure(p)
}

// create makes the first replica the primary, when it is open.
func (s *State) create(p *Partition) bool {
	if p.Target == 0 {
		up := 0
		for _, n := range s.Nodes {
			if n.Up {
				up++
			}
		}
		return up >= p.Spec.MinReplicas && s.place(p, StartFirst)
	}
	r := p.replica(p.Target)
	if !r.Opened {
		return false
	}
	p.Target, p.Fresh = 0, true
	if p.Epoch == (service.Epoch{}) {
		p.Epoch = service.Epoch{DataLoss: 1, Conf: 1}
	}
	p.promote(Member{ID: r.ID, Node: r.Node}, Config{{ID: r.ID, Node: r.Node}})
	return true
}

// reconfigure brings the configuration closer to what it should be.
func (s *State) reconfigure(p *Partition) bool {
	cur := p.current()
	for _, x := range cur {
		if !p.up(x.ID) && p.Phase != demoting {
			p.configure(cur.Without(x.ID))
			return true
		}
	}
	if p.Phase != stable {
		return false
	}
	t := p.replica(p.Target)
	switch {
	case t != nil && p.Copied && t.Active:
		p.Target, p.Copied = 0, false
		p.configure(cur.With(Member{ID: t.ID, Node: t.Node}))
		return true
	case t == nil && len(cur) < p.Spec.Replicas:
		return s.place(p, StartIdle)
	}
	return false
}

// configure puts a configuration in force. Those before it stay until it has caught up, if something may be committed.
func (p *Partition) configure(cur Config) {
	if p.Fresh {
		p.InForce = nil
	}
	p.InForce = append(p.InForce, cur)
	p.Fresh = p.Fresh && len(cur) < p.Spec.MinReplicas
	p.Seq++
	p.Phase, p.SwapTo = catching, 0
}

func (p *Partition) caughtUp(r *Replica, seq int) {
	if p.Phase != catching || seq != p.Seq || r.ID != p.Primary.ID {
		return
	}
	p.Phase = stable
	p.InForce = []Config{p.current()}
	p.Register = Registration{p.Epoch, p.Primary}
	// Replicas that do not count any more are of no use, also if they have just come back.
	p.Replicas = slices.DeleteFunc(p.Replicas, func(r *Replica) bool { return !p.isVoter(r.ID) && r.ID != p.Target })
}

// promote makes a replica the primary, of a configuration that has yet to catch up.
func (p *Partition) promote(to Member, cur Config) {
	p.Primary = to
	p.configure(cur)
}

// swap begins to make another replica the primary.
func (s *State) swap(w Swap) {
	p := s.Partition(w.Partition)
	if p == nil || p.Phase != stable {
		return
	}
	for _, x := range p.current() {
		if x.ID != p.Primary.ID && p.up(x.ID) && (w.Node == "" || w.Node == x.Node) {
			p.Phase, p.SwapTo = draining, x.ID
			return
		}
	}
}

// swapped makes the other replica the primary: the old one has completed what it had begun, and is a secondary.
func (p *Partition) swapped() {
	p.Epoch.Conf++
	p.giveUpBuild()
	to := p.replica(p.SwapTo)
	p.promote(Member{ID: to.ID, Node: to.Node}, slices.Clone(p.current()))
}

// giveUpBuild closes the replica that is being built: a copy is one primary's business.
func (p *Partition) giveUpBuild() {
	if p.Target != 0 {
		p.remove(p.Target)
		p.Target, p.Copied = 0, false
	}
}

// place creates a replica on a node that is up and has none: rather on one that has files of it, else on one with few
// replicas.
func (s *State) place(p *Partition, how Start) bool {
	load := func(n *Node) (replicas int) {
		for _, q := range s.Partitions {
			for _, r := range q.Replicas {
				if r.Node == n.Name {
					replicas++
				}
			}
		}
		return replicas
	}
	var free []*Node
	for _, n := range s.Nodes {
		taken := slices.ContainsFunc(p.Replicas, func(r *Replica) bool { return r.Node == n.Name })
		if n.Up && !taken {
			free = append(free, n)
		}
	}
	if len(free) == 0 {
		return false
	}
	without := func(n *Node) int {
		if slices.Contains(n.Files, p.ID) {
			return 0
		}
		return 1
	}
	n := slices.MinFunc(free, func(a, b *Node) int {
		return cmp.Or(cmp.Compare(without(a), without(b)), cmp.Compare(load(a), load(b)), cmp.Compare(a.Name, b.Name))
	})
	s.LastReplica++
	p.Target, p.Copied = s.LastReplica, false
	p.Replicas = append(p.Replicas, &Replica{ID: p.Target, Node: n.Name, Life: n.Life, Start: how})
	if p.Spec.Persistent && without(n) == 1 {
		n.Files = append(n.Files, p.ID)
	}
	return true
}
