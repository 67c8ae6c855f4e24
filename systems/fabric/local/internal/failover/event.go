package failover

import (
	"cmp"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Event is something that has happened. One of the fields is set.
type Event struct {
	Declare *Declare `json:",omitempty"`
	Join    *Join    `json:",omitempty"`
	Down    *Down    `json:",omitempty"`
	Report  *Report  `json:",omitempty"`
	Swap    *Swap    `json:",omitempty"`
}

type (
	// Declare says that there is a service. What was declared before stays as it is.
	Declare struct{ Services []Spec }
	// Join says that a node begins a life, with nothing but files. The nonce tells one life from another.
	Join struct {
		Node, Nonce string
		Files       []Files
	}
	// Files says that a node has the files of a replica.
	Files struct {
		Partition service.PartitionID
		Replica   service.ReplicaID
	}
	// Down says that a life has ended.
	Down struct {
		Node string
		Life int64
	}
	// Swap asks for another primary: the active secondary on a node, or any if Node is "".
	Swap struct {
		Partition service.PartitionID
		Node      string
	}
	// Report is what a replica has to tell. One of the pointers is set, or a flag.
	Report struct {
		Node      string
		Life      int64
		Partition service.PartitionID
		Replica   service.ReplicaID

		Opened   bool           `json:",omitempty"`
		Fenced   *Fenced        `json:",omitempty"`
		CaughtUp int            `json:",omitempty"` // the number of the configuration
		Drained  *service.Epoch `json:",omitempty"`
		Copied   service.ReplicaID
		Active   *service.Epoch `json:",omitempty"` // it is an active secondary
		Faulted  bool           `json:",omitempty"`
	}
	// Fenced says what a replica holds that refuses older epochs.
	Fenced struct {
		Epoch    service.Epoch
		Progress Progress
	}
)

// Apply takes an event. It returns the life that the node of a Join has now, else 0.
func (s *State) Apply(e Event) int64 {
	s.Version++
	switch {
	case e.Declare != nil:
		s.declare(*e.Declare)
	case e.Join != nil:
		life := s.join(*e.Join)
		s.step()
		return life
	case e.Down != nil:
		if n := s.Node(e.Down.Node); n != nil && n.Up && n.Life == e.Down.Life {
			n.Up = false
			s.lose(n.Name)
		}
	case e.Report != nil:
		s.report(*e.Report)
	case e.Swap != nil:
		s.swap(*e.Swap)
	}
	s.step()
	return 0
}

func (s *State) declare(d Declare) {
	for _, spec := range d.Services {
		if slices.ContainsFunc(s.Services, func(old Spec) bool { return old.Name == spec.Name }) {
			continue
		}
		s.Services = append(s.Services, spec)
		for i := range spec.Partitions {
			s.Partitions = append(s.Partitions, &Partition{ID: service.PartitionID{Service: spec.Name, Index: i}, Spec: spec})
		}
	}
}

func (s *State) join(j Join) int64 {
	n := s.Node(j.Node)
	switch {
	case n == nil:
		n = &Node{Name: j.Node}
		s.Nodes = append(s.Nodes, n)
		slices.SortFunc(s.Nodes, func(a, b *Node) int { return cmp.Compare(a.Name, b.Name) })
	case n.Nonce == j.Nonce && n.Up:
		return n.Life // it was told already
	}
	s.lose(n.Name)
	s.LastLife++
	n.Nonce, n.Life, n.Up, n.Files = j.Nonce, s.LastLife, true, nil
	for _, f := range j.Files {
		n.Files = append(n.Files, f.Partition)
	}
	for _, p := range s.Partitions {
		for _, r := range slices.Clone(p.Replicas) {
			switch {
			case r.Node != n.Name:
			case slices.Contains(j.Files, Files{p.ID, r.ID}):
				r.Life, r.Start = n.Life, StartReopen
			default:
				p.remove(r.ID) // its files are gone
			}
		}
	}
	return n.Life
}

// lose ends all replicas of a node. Voters of a persistent service may come back, but not as the primary of the same
// epoch: what that one had sent need not be in its files.
func (s *State) lose(node string) {
	for _, p := range s.Partitions {
		for _, r := range slices.Clone(p.Replicas) {
			if r.Node != node {
				continue
			}
			delete(p.Told, r.ID)
			if r.ID == p.Primary.ID {
				p.Primary = Member{}
			}
			if p.Spec.Persistent && p.isVoter(r.ID) {
				r.Life, r.Opened, r.Active = 0, false, false
			} else {
				p.remove(r.ID)
			}
		}
	}
}

func (s *State) report(e Report) {
	n, p := s.Node(e.Node), s.Partition(e.Partition)
	if n == nil || p == nil || !n.Up || n.Life != e.Life {
		return
	}
	r := p.replica(e.Replica)
	if r == nil || r.Life != e.Life {
		return
	}
	switch {
	case e.Faulted:
		p.remove(r.ID)
	case e.Opened:
		r.Opened = true
	case e.Fenced != nil:
		if p.Phase == fencing && e.Fenced.Epoch == p.Epoch {
			p.Told[r.ID] = e.Fenced.Progress
		}
	case e.CaughtUp != 0:
		p.caughtUp(r, e.CaughtUp)
	case e.Copied != 0:
		p.Copied = p.Copied || r.ID == p.Primary.ID && e.Copied == p.Target
	case e.Active != nil:
		r.Active = true
		if p.Phase == demoting && r.ID == p.Primary.ID && *e.Active == p.Epoch {
			p.swapped()
		}
	case e.Drained != nil:
		if p.Phase == draining && r.ID == p.Primary.ID && *e.Drained == p.Epoch {
			p.Phase = demoting
			r.Active = false
		}
	}
}
