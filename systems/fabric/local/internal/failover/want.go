package failover

import (
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Want is what a replica should be. A node closes what it hosts and is not wanted.
type Want struct {
	Partition service.PartitionID
	Spec      Spec
	Replica   service.ReplicaID
	Start     Start
	Fence     service.Epoch // if not zero: refuse older epochs, and tell what there is
	Active    service.Epoch // if not zero: be an active secondary
	Lead      *Lead         `json:",omitempty"` // be the primary
}

// Lead is what a primary needs to know.
type Lead struct {
	Epoch     service.Epoch
	Seq       int // of Cur
	Cur, Prev Config
	Settled   bool              // Cur stands alone
	Build     Member            // to be sent a copy; zero: none
	SwapTo    service.ReplicaID // if not zero: complete what has begun, so that this one can take over
}

// Wants says what a node should host, and of which partitions it may remove the files.
func (s *State) Wants(node string) (wants []Want, obsolete []service.PartitionID) {
	n := s.Node(node)
	if n == nil || !n.Up {
		return nil, nil
	}
	for _, p := range s.Partitions {
		here := false
		for _, r := range p.Replicas {
			if r.Node != node {
				continue
			}
			here = true
			if w, ok := p.want(r, n); ok {
				wants = append(wants, w)
			}
		}
		if !here && p.Phase == stable && len(p.current()) == p.Spec.Replicas && slices.Contains(n.Files, p.ID) {
			obsolete = append(obsolete, p.ID)
		}
	}
	return wants, obsolete
}

func (p *Partition) want(r *Replica, n *Node) (Want, bool) {
	w := Want{Partition: p.ID, Spec: p.Spec, Replica: r.ID, Start: r.Start}
	if r.Life != n.Life {
		return w, false
	}
	member := p.current().Has(r.ID)
	switch p.Phase {
	case creating:
	case fencing:
		if p.isVoter(r.ID) {
			w.Fence = p.Epoch
		}
	default:
		switch {
		case r.ID == p.Primary.ID && p.Phase == demoting:
			w.Active = p.Epoch
		case r.ID == p.Primary.ID:
			w.Lead = p.lead()
		case member, r.ID == p.Target && p.Copied:
			w.Active = p.Epoch
		}
	}
	return w, true
}

func (p *Partition) lead() *Lead {
	l := &Lead{Epoch: p.Epoch, Seq: p.Seq, Cur: p.current(), Settled: p.Phase != catching}
	if k := len(p.InForce); k > 1 {
		l.Prev = p.InForce[k-2]
	}
	if t := p.replica(p.Target); t != nil && t.Opened && !p.current().Has(t.ID) {
		l.Build = Member{ID: t.ID, Node: t.Node}
	}
	if p.Phase == draining {
		l.SwapTo = p.SwapTo
	}
	return l
}
