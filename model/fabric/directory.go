package fabric

import (
	"fmt"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// directory says which partitions there are. It is made once, and never changes.
type directory struct {
	services []Service
	parts    []partition
	index    map[service.PartitionID]int // of the partition in parts
	failures int                         // that there may be, of nodes and of replicas
}

// partition is a partition of a service.
type partition struct {
	id   service.PartitionID
	of   Service
	bugs bugs
}

func newDirectory(cfg *Config) *directory {
	d := &directory{index: map[service.PartitionID]int{}, failures: cfg.Crashes + cfg.Suspicions + cfg.Closes}
	for _, s := range cfg.Services {
		s = s.normal()
		d.services = append(d.services, s)
		for i := range s.Partitions {
			p := partition{service.PartitionID{Service: s.Name, Index: i}, s, cfg.bugs}
			d.index[p.id] = len(d.parts)
			d.parts = append(d.parts, p)
		}
	}
	return d
}

// replicaID returns the n-th ID of a partition's replicas, from 0. An ID says of which partition the replica is.
func (d *directory) replicaID(part, n int) service.ReplicaID {
	return service.ReplicaID(n*len(d.parts) + part + 1)
}

// of returns the partition of a replica.
func (d *directory) of(id service.ReplicaID) int { return int(id-1) % len(d.parts) }

// find returns the place of a partition.
func (d *directory) find(id service.PartitionID) (int, error) {
	if i, ok := d.index[id]; ok {
		return i, nil
	}
	if n := d.partitions(id.Service); n > 0 {
		return 0, fmt.Errorf("%w: there is no %v, as %s has %d partitions", service.ErrNoPrimary, id, id.Service, n)
	}
	return 0, fmt.Errorf("%w: there is no service %q", service.ErrNoPrimary, id.Service)
}

// partitions returns how many partitions a service has, 0 if there is no such service.
func (d *directory) partitions(name string) int {
	for _, s := range d.services {
		if s.Name == name {
			return s.Partitions
		}
	}
	return 0
}
