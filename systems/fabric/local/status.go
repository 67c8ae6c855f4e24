package local

import (
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
)

// Status is what a cluster is like, as one node knows it.
type Status struct {
	Node       string // that tells
	Manager    string // the node whose manager leads, "" if none is known
	Entering   bool   // a node that has lost its folder is being taken in: until that is over, the others are needed
	Nodes      []NodeStatus
	Partitions []PartitionStatus
}

// NodeStatus is what the manager knows of a node.
type NodeStatus struct {
	Name string
	Life int64 // counts joins of all nodes
	Up   bool
}

// PartitionStatus is what the manager knows of a partition.
type PartitionStatus struct {
	ID       service.PartitionID
	Phase    string
	Epoch    service.Epoch
	Primary  string   // its node, "" if there is none
	Members  []string // nodes of the current configuration, with the primary's
	Building string   // the node of a replica that is being built, or ""
	Replicas int      // that it should have
}

// Stable reports whether a partition has all its replicas, and is at rest.
func (p PartitionStatus) Stable() bool { return p.Phase == "stable" && len(p.Members) == p.Replicas }

// Status returns what the cluster is like, as this node knows it. That may be old.
func (n *Node) Status() (st Status) {
	st.Node = n.cfg.Node
	st.Manager, _ = n.ens.Leader()
	st.Entering = n.ens.Changing()
	n.manager.view(func(s *failover.State) {
		for _, x := range s.Nodes {
			st.Nodes = append(st.Nodes, NodeStatus{x.Name, x.Life, x.Up})
		}
		for _, p := range s.Partitions {
			st.Partitions = append(st.Partitions, partitionStatus(p))
		}
	})
	return st
}

func partitionStatus(p *failover.Partition) PartitionStatus {
	st := PartitionStatus{ID: p.ID, Phase: p.Phase.String(), Epoch: p.Epoch, Primary: p.Primary.Node, Replicas: p.Spec.Replicas}
	for _, r := range p.Members() {
		st.Members = append(st.Members, r.Node)
	}
	slices.Sort(st.Members)
	for _, r := range p.Replicas {
		if r.ID == p.Target {
			st.Building = r.Node
		}
	}
	return st
}
