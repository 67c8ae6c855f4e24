package failover

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

type (
	// Member is short for replication.Member.
	Member = replication.Member
	// Config is short for replication.Config.
	Config = replication.Config
	// Progress is short for replication.Progress.
	Progress = replication.Progress
)

// Spec describes a service.
type Spec struct {
	Name        string
	Partitions  int
	Replicas    int // that a partition should have
	MinReplicas int // that have to hold an operation
	Window      int // operations that may be under way
	Persistent  bool
}

// State is the state of the manager. The zero State is that of a new cluster. Fields are exported for encoding.
type State struct {
	Version     uint64 // counts events
	Services    []Spec
	Nodes       []*Node // in the order of names
	LastLife    int64
	LastReplica service.ReplicaID
	Partitions  []*Partition
}

// Node is a process that hosts replicas.
type Node struct {
	Name  string
	Nonce string // of its process and lease
	Life  int64  // that has begun last
	Up    bool
	Files []service.PartitionID // of which it had files when it joined
}

// phase is what the manager is about with a partition.
type phase int

const (
	creating phase = iota // the first replica, or the first one after all were lost
	fencing               // asking for progress, to elect a primary
	catching              // waiting for the current configuration to catch up
	stable
	draining // before a swap: the primary completes what it has begun
	demoting // before a swap: the primary becomes a secondary
)

func (p phase) String() string {
	return [...]string{"creating", "electing", "catching up", "stable", "draining", "demoting"}[p]
}

// Partition is what the manager knows of a partition.
type Partition struct {
	ID       service.PartitionID
	Spec     Spec
	Phase    phase
	Epoch    service.Epoch
	Primary  Member
	Replicas []*Replica // that are not known to be gone, in the order of IDs
	Seq      int        // of the configuration that was made last

	// InForce are the configurations under which an operation may have been committed that only their members hold. The
	// last one is current. When its replicas have caught up it stands alone.
	InForce []Config
	Fresh   bool                           // nothing can have been committed: no configuration was large enough
	Told    map[service.ReplicaID]Progress // what members that are fenced hold

	Target   service.ReplicaID // that is being built, or will be the first one; 0 if there is none
	Copied   bool              // the target has all that the primary had
	SwapTo   service.ReplicaID // the next primary, while draining and demoting
	Register Registration
}

// Registration is what naming says about a partition.
type Registration struct {
	Epoch   service.Epoch
	Primary Member
}

// Replica is what the manager knows of a replica.
type Replica struct {
	ID     service.ReplicaID
	Node   string
	Life   int64 // of the node, in which it was created or opened again; 0: it is down, and its files are there
	Start  Start
	Opened bool
	Active bool // it has been an active secondary or the primary, in this life
}

// Start is how a replica comes into being.
type Start int

// The ways.
const (
	StartFirst  Start = iota // with nothing: the first one of its partition
	StartIdle                // to be built
	StartReopen              // from its files: it may be a member already
)

// Encode returns the state in a form that Decode reads.
func (s *State) Encode() []byte {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // our own types
	}
	return b
}

// Decode reads a state.
func Decode(b []byte) (*State, error) {
	s := &State{}
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("state of the failover manager: %w", err)
	}
	return s, nil
}

// Node returns a node by name, nil if it never joined.
func (s *State) Node(name string) *Node {
	for _, n := range s.Nodes {
		if n.Name == name {
			return n
		}
	}
	return nil
}

// Partition returns a partition, nil if there is none.
func (s *State) Partition(id service.PartitionID) *Partition {
	for _, p := range s.Partitions {
		if p.ID == id {
			return p
		}
	}
	return nil
}

func (p *Partition) replica(id service.ReplicaID) *Replica {
	for _, r := range p.Replicas {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// up reports whether a replica runs, as far as is known.
func (p *Partition) up(id service.ReplicaID) bool {
	r := p.replica(id)
	return r != nil && r.Life != 0
}

func (p *Partition) remove(id service.ReplicaID) {
	p.Replicas = slices.DeleteFunc(p.Replicas, func(r *Replica) bool { return r.ID == id })
}

func (p *Partition) current() Config {
	if len(p.InForce) == 0 {
		return nil
	}
	return p.InForce[len(p.InForce)-1]
}

// Members returns the current configuration.
func (p *Partition) Members() Config { return p.current() }

// isVoter reports whether a replica is a member of a configuration in force.
func (p *Partition) isVoter(id service.ReplicaID) bool {
	return slices.ContainsFunc(p.InForce, func(c Config) bool { return c.Has(id) })
}
