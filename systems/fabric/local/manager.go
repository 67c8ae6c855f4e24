package local

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/ensemble"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
)

// manager is this node's copy of the failover manager, and what the one that leads does beside: it grants leases, and
// notices nodes that are silent. It implements ensemble.Machine.
type manager struct {
	n   *Node
	ens *ensemble.Ensemble // set before anything calls

	mu      sync.Mutex
	state   *failover.State
	changed chan struct{} // closed when state or leads has changed
	leads   bool
	heard   map[string]time.Time // when nodes were heard of last, or may have been, by an earlier leader
}

func newManager(n *Node) *manager {
	return &manager{n: n, state: &failover.State{}, changed: make(chan struct{})}
}

// wake tells everybody that something has changed. The caller holds m.mu.
func (m *manager) wake() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// Apply implements ensemble.Machine.
func (m *manager) Apply(event []byte) any {
	var e failover.Event
	if err := json.Unmarshal(event, &e); err != nil {
		m.n.cfg.Log.Error("event of another version of the program is ignored", "error", err)
		return int64(0)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.phases()
	life := m.state.Apply(e)
	m.tell(before)
	m.wake()
	return life
}

// phases is what partitions are about, as their manager would tell it; nothing if others lead. The caller holds m.mu.
func (m *manager) phases() map[service.PartitionID]string {
	if !m.leads {
		return nil
	}
	all := map[service.PartitionID]string{}
	for _, p := range m.state.Partitions {
		all[p.ID] = fmt.Sprintf("%+v", partitionStatus(p))
	}
	return all
}

// tell logs what has changed. The caller holds m.mu.
func (m *manager) tell(before map[service.PartitionID]string) {
	if before == nil {
		return
	}
	for _, p := range m.state.Partitions {
		if st := partitionStatus(p); fmt.Sprintf("%+v", st) != before[p.ID] {
			m.n.cfg.Log.Info("partition changes", "partition", p.ID, "phase", st.Phase, "epoch", st.Epoch,
				"primary", st.Primary, "members", st.Members, "building", st.Building)
		}
	}
}

// Snapshot implements ensemble.Machine.
func (m *manager) Snapshot() []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.Encode()
}

// Restore implements ensemble.Machine.
func (m *manager) Restore(b []byte) error {
	s, err := failover.Decode(b)
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = s
	m.wake()
	return nil
}

// Leads implements ensemble.Machine. An earlier leader may have granted leases until now.
func (m *manager) Leads(yes bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.leads = yes
	m.heard = map[string]time.Time{}
	for _, n := range m.state.Nodes {
		m.heard[n.Name] = time.Now()
	}
	m.wake()
}

// view calls f with the state.
func (m *manager) view(f func(*failover.State)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(m.state)
}

func (m *manager) propose(ctx context.Context, e failover.Event) (life int64, err error) {
	v, err := m.ens.Propose(ctx, encode(e))
	if err != nil {
		return 0, err
	}
	return v.(int64), nil
}

// run does what nobody asks for: services are declared, and nodes that were silent for too long are given up.
func (m *manager) run(ctx context.Context) {
	ticker := time.NewTicker(m.n.cfg.Lease / 10)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		for _, e := range m.due() {
			if _, err := m.propose(ctx, e); err != nil {
				break // somebody else leads, or nobody
			}
			if e.Down != nil {
				m.n.cfg.Log.Warn("node is given up", "name", e.Down.Node, "life", e.Down.Life)
			}
		}
	}
}

func (m *manager) due() (events []failover.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.leads {
		return nil
	}
	var declare failover.Declare
	for _, s := range m.n.specs {
		known := false
		for _, old := range m.state.Services {
			known = known || old.Name == s.Name
		}
		if !known {
			declare.Services = append(declare.Services, s)
		}
	}
	if len(declare.Services) > 0 {
		events = append(events, failover.Event{Declare: &declare})
	}
	for _, n := range m.state.Nodes {
		if n.Up && time.Since(m.heard[n.Name]) > m.n.cfg.Lease*5/4 {
			events = append(events, failover.Event{Down: &failover.Down{Node: n.Name, Life: n.Life}})
		}
	}
	return events
}

// sync answers a node that asks what it should host: at once if there is news, else after a while. Asking renews its
// lease.
func (m *manager) sync(ctx context.Context, q syncRequest) (syncAnswer, error) {
	if q.Life == 0 {
		life, err := m.propose(ctx, failover.Event{Join: &failover.Join{Node: q.Node, Nonce: q.Nonce, Files: q.Files}})
		if err != nil {
			return syncAnswer{}, err
		}
		m.n.cfg.Log.Info("node joins", "name", q.Node, "life", life)
		q.Life = life
	}
	enough := time.NewTimer(m.n.cfg.Lease / 4)
	defer enough.Stop()
	for first, over := true, false; ; first = false {
		m.mu.Lock()
		n := m.state.Node(q.Node)
		switch {
		case !m.leads:
			m.mu.Unlock()
			return syncAnswer{}, errNotManager
		case n == nil || !n.Up || n.Life != q.Life:
			m.mu.Unlock()
			return syncAnswer{}, nil
		case first:
			m.heard[q.Node] = time.Now()
		}
		if m.state.Version != q.Seen || over {
			a := syncAnswer{Life: n.Life, Version: m.state.Version}
			a.Wants, a.Obsolete = m.state.Wants(q.Node)
			m.mu.Unlock()
			return a, nil
		}
		changed := m.changed
		m.mu.Unlock()
		select {
		case <-changed:
		case <-enough.C:
			over = true
		case <-ctx.Done():
			return syncAnswer{}, ctx.Err()
		}
	}
}

// report takes what replicas have to tell.
func (m *manager) report(ctx context.Context, reports []failover.Report) error {
	for _, r := range reports {
		if _, err := m.propose(ctx, failover.Event{Report: &r}); err != nil {
			return err
		}
	}
	return nil
}

// swap asks for another primary of a partition.
func (m *manager) swap(ctx context.Context, s failover.Swap) error {
	m.mu.Lock()
	known := m.state.Partition(s.Partition) != nil
	m.mu.Unlock()
	if !known {
		return fmt.Errorf("fabric: there is no partition %v", s.Partition)
	}
	_, err := m.propose(ctx, failover.Event{Swap: &s})
	return err
}
