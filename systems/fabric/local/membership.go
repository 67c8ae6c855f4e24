package local

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/wire"
)

// membership is what a node has with the manager: its life, its lease, what it should host, what it has to tell.
type membership struct {
	n *Node

	hosting sync.Mutex // taken before mu: what a life wants is not obeyed when it is over

	mu       sync.Mutex
	nonce    string
	life     int64     // 0: none
	until    time.Time // the lease; of the monotonic clock
	seen     uint64
	wants    []failover.Want
	obsolete []service.PartitionID
	reports  []failover.Report
	leaving  bool
	again    chan struct{} // holds one value if wants are to be obeyed again
	tell     chan struct{} // holds one value if there are reports
}

func newMembership(n *Node) *membership {
	return &membership{n: n, nonce: rand.Text(), again: make(chan struct{}, 1), tell: make(chan struct{}, 1)}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// leased reports whether others are sure not to have gone on without the node.
func (m *membership) leased() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.life != 0 && time.Now().Before(m.until)
}

// report is host.Config.Report.
func (m *membership) report(r failover.Report) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.life == 0 {
		return // of a replica whose end the manager knows or will know
	}
	r.Node, r.Life = m.n.cfg.Node, m.life
	m.reports = append(m.reports, r)
	poke(m.tell)
}

// run asks the manager, again and again, what to host.
func (m *membership) run(ctx context.Context) {
	for ctx.Err() == nil {
		m.mu.Lock()
		q := syncRequest{Node: m.n.cfg.Node, Nonce: m.nonce, Life: m.life, Seen: m.seen}
		m.mu.Unlock()
		if q.Life == 0 {
			m.abort() // before the manager hears of a new life
			q.Files = m.n.host.Files()
		}
		sent := time.Now()
		var a syncAnswer
		if err := m.n.ask(ctx, kindSync, q, &a); err != nil {
			pauseFor(ctx, m.n.cfg.Lease/50)
			continue
		}
		m.answered(q, a, sent)
	}
}

func (m *membership) answered(q syncRequest, a syncAnswer, sent time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case q.Nonce != m.nonce:
		return // that life is over
	case a.Life == 0:
		m.end("the manager has given the node up")
		return
	case a.Life != m.life:
		m.n.cfg.Log.Info("a life begins", "life", a.Life)
	}
	m.life, m.seen, m.wants, m.obsolete = a.Life, a.Version, a.Wants, a.Obsolete
	if until := sent.Add(m.n.cfg.Lease); until.After(m.until) {
		m.until = until
	}
	poke(m.again)
}

// end ends the life of the node: whoever calls aborts its replicas. The caller holds m.mu.
func (m *membership) end(why string) {
	if m.life != 0 && !m.leaving {
		m.n.cfg.Log.Warn("replicas are aborted", "reason", why, "life", m.life)
	}
	m.nonce, m.life, m.seen, m.wants, m.obsolete, m.reports = rand.Text(), 0, 0, nil, nil, nil
}

// abort ends all replicas.
func (m *membership) abort() {
	m.hosting.Lock()
	defer m.hosting.Unlock()
	m.n.host.Abort()
}

// leave has nothing hosted any more, and returns the life that has ended.
func (m *membership) leave(ctx context.Context) (life int64) {
	m.mu.Lock()
	m.leaving = true
	life = m.life
	m.mu.Unlock()
	m.hosting.Lock()
	defer m.hosting.Unlock()
	m.n.host.Close(ctx)
	return life
}

// watch ends the life of the node when its lease does.
func (m *membership) watch(ctx context.Context) {
	ticker := time.NewTicker(max(m.n.cfg.Lease/50, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		m.mu.Lock()
		late := m.life != 0 && !time.Now().Before(m.until)
		if late {
			m.end("the lease could not be renewed")
		}
		m.mu.Unlock()
		if late {
			m.abort()
		}
	}
}

// obey makes the host do what is wanted, whenever that or something on the node has changed.
func (m *membership) obey(ctx context.Context) {
	for {
		select {
		case <-m.again:
		case <-ctx.Done():
			return
		}
		m.hosting.Lock()
		m.mu.Lock()
		hosts, wants, obsolete := m.life != 0 && !m.leaving, m.wants, m.obsolete
		m.mu.Unlock()
		if hosts {
			m.n.host.Obey(wants, obsolete)
		}
		m.hosting.Unlock()
	}
}

// telling brings reports to the manager, in their order.
func (m *membership) telling(ctx context.Context) {
	for {
		m.mu.Lock()
		now, nonce := slices.Clone(m.reports), m.nonce
		m.mu.Unlock()
		if len(now) == 0 {
			select {
			case <-m.tell:
				continue
			case <-ctx.Done():
				return
			}
		}
		if err := m.n.ask(ctx, kindReport, now, nil); err != nil {
			if ctx.Err() != nil {
				return
			}
			pauseFor(ctx, m.n.cfg.Lease/50)
			continue
		}
		m.mu.Lock()
		if m.nonce == nonce { // else they are gone with the life that they were of
			m.reports = m.reports[len(now):]
		}
		m.mu.Unlock()
	}
}

// ask asks the manager, wherever it is, and gives up when it is elsewhere.
func (n *Node) ask(ctx context.Context, k wire.Kind, q, a any) error {
	leader, changed := n.ens.Leader()
	if leader == "" {
		return errNotManager
	}
	ctx, cancel := context.WithTimeout(ctx, n.cfg.Lease)
	defer cancel()
	go func() {
		select {
		case <-changed:
			cancel()
		case <-ctx.Done():
		}
	}()
	var b []byte
	var err error
	if leader == n.cfg.Node {
		b, err = n.call(ctx, leader, k, encode(q))
	} else {
		b, err = n.net.Call(ctx, n.cfg.Nodes[leader], laneControl, k, encode(q))
	}
	if err != nil || a == nil {
		return err
	}
	return json.Unmarshal(b, a)
}

func pauseFor(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// enter makes the node a member of the ensemble: of a new one if all nodes are new, else of the one that there is.
func (n *Node) enter(ctx context.Context) error {
	for ; ; pauseFor(ctx, n.cfg.Lease/20) {
		id, fresh, err := n.ens.ID(ctx)
		if err != nil || !fresh || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		members, first, old := map[uint64]string{id: n.cfg.Node}, true, []string(nil)
		for name, addr := range n.cfg.Nodes {
			if name == n.cfg.Node {
				continue
			}
			first = first && n.cfg.Node < name
			var who whoAnswer
			short, cancel := context.WithTimeout(ctx, n.cfg.Lease)
			b, err := n.net.Call(short, addr, laneControl, kindWho, nil)
			cancel()
			if err != nil || json.Unmarshal(b, &who) != nil {
				continue
			}
			if members[who.ID] = name; !who.New {
				old = append(old, addr)
			}
		}
		switch {
		case len(old) > 0:
			for _, addr := range old {
				short, cancel := context.WithTimeout(ctx, n.cfg.Lease)
				_, _ = n.net.Call(short, addr, laneControl, kindAdmit, encode(admitRequest{id, n.cfg.Node})) // tried again
				cancel()
			}
		case first && len(members) == len(n.cfg.Nodes):
			n.cfg.Log.Info("a new cluster begins", "members", members)
			if err := n.ens.Begin(ctx, members); err != nil {
				return err
			}
		}
	}
}
