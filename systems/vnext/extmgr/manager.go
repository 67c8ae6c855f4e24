package extmgr

import (
	"cmp"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Manager is an extent manager. See the package documentation for what it does.
type Manager struct {
	cfg Config // defaults filled in
	net NetworkEngine
	clk Clock
	log Logger

	stopTimers func() // nil without timers

	mu        sync.Mutex // guards everything below
	nodes     extentNodeMap
	center    ExtentCenter
	pending   []*Task // in the order in which they were sent
	lastTask  uint64  // N of the latest TaskID
	lastSeq   uint64  // Seq of the latest message sent
	warming   bool    // no copies are ordered
	warmUntil time.Time
}

// New starts a manager that knows nothing yet. Its warm-up begins now. With a nil
// tm it has no timers, and the caller must feed it the periodic events through
// [Manager.ProcessEvent]. A nil log discards. The error says what is wrong with
// cfg or which of net and clk is missing.
func New(cfg Config, net NetworkEngine, clk Clock, tm Timers, log Logger) (*Manager, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if net == nil || clk == nil {
		return nil, errors.New("extmgr: New needs a NetworkEngine and a Clock")
	}
	if log == nil {
		log = NoLog{}
	}
	m := &Manager{
		cfg:   cfg.WithDefaults(),
		net:   net,
		clk:   clk,
		log:   log,
		nodes: make(extentNodeMap),
	}
	restarted := m.cfg.Incarnation > 1
	if m.cfg.WarmUp > 0 && !(restarted && m.cfg.Bugs.has(V9)) {
		m.warming = true
		m.warmUntil = clk.Now().Add(m.cfg.WarmUp)
	}
	if tm != nil {
		stopExpiration := tm.Every(m.cfg.HeartbeatEvery, ExpirationTick, m.ProcessEvent)
		stopRepair := tm.Every(m.cfg.RepairEvery, RepairTick, m.ProcessEvent)
		m.stopTimers = sync.OnceFunc(func() { stopExpiration(); stopRepair() })
	}
	return m, nil
}

// Close stops the timers: when it returns the manager sends nothing more of its
// own accord. It may be called more than once, but not from a port.
func (m *Manager) Close() {
	if m.stopTimers != nil {
		m.stopTimers()
	}
}

// ProcessMessage takes one message off the network: a [*Heartbeat], a
// [*SyncReport] or a [*RepairAck]. Others, and those without a sender, are
// dropped.
func (m *Manager) ProcessMessage(msg Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch msg := msg.(type) {
	case *Heartbeat:
		m.heartbeat(msg)
	case *SyncReport:
		m.syncReport(msg)
	case *RepairAck:
		m.repairAck(msg)
	default:
		m.log.Warn("drop message of foreign type", "type", fmt.Sprintf("%T", msg))
	}
}

// ProcessEvent does the periodic work that e names.
func (m *Manager) ProcessEvent(e InternalEvent) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch e {
	case ExpirationTick:
		m.expire()
	case RepairTick:
		m.repair()
	default:
		m.log.Warn("drop unknown event", "event", e)
	}
}

func (m *Manager) heartbeat(hb *Heartbeat) {
	rec := m.nodes[hb.From]
	switch {
	case hb.From == "":
		m.drop("Heartbeat", hb.Header, "no sender")
		return
	case rec == nil:
		rec = m.admit(hb)
	case elsewhere(hb, rec) && !m.cfg.Bugs.has(V14):
		m.refuse(hb, rec)
		return
	case m.compareInc(hb.Inc, rec) < 0:
		m.drop("Heartbeat", hb.Header, "older incarnation")
		return
	case m.compareInc(hb.Inc, rec) > 0:
		// The old process is gone, and its view of the disk with it: the new
		// one reports what it finds.
		m.forget(rec.ID, "restarted")
		rec = m.admit(hb)
	}
	rec.beat(hb, m.clk.Now())
}

func (m *Manager) admit(hb *Heartbeat) *NodeRecord {
	rec := &NodeRecord{ID: hb.From, Inc: hb.Inc}
	m.nodes[hb.From] = rec
	m.log.Info("node joins", "node", rec.ID, "inc", rec.Inc)
	return rec
}

// elsewhere reports whether the heartbeat is of a process that listens elsewhere
// than the one in the node map. An empty address says nothing.
func elsewhere(hb *Heartbeat, rec *NodeRecord) bool {
	return hb.Addr != "" && rec.Addr != "" && hb.Addr != rec.Addr
}

// refuse drops a heartbeat and tells its sender, whose reports would otherwise
// take turns with those of the process in the node map.
func (m *Manager) refuse(hb *Heartbeat, rec *NodeRecord) {
	m.log.Warn("heartbeat refused: the name is in use", "node", hb.From, "inc", hb.Inc, "addr", hb.Addr,
		"known_inc", rec.Inc, "known_addr", rec.Addr)
	if m.cfg.Bugs.has(V15) {
		rec.LastHeartbeat = m.clk.Now()
	}
	m.lastSeq++
	r := &Refusal{
		Header:  Header{From: m.cfg.Self, Inc: m.cfg.Incarnation, Seq: m.lastSeq},
		Refused: hb.Inc,
		Known:   rec.Inc,
		Addr:    rec.Addr,
	}
	if err := m.net.SendMessage(Endpoint{Node: hb.From, Addr: hb.Addr}, r); err != nil {
		m.log.Debug("refusal was not sent", "node", hb.From, "error", err)
	}
}

// compareInc compares an incarnation with that of the node map's record.
func (m *Manager) compareInc(inc Incarnation, rec *NodeRecord) int {
	if m.cfg.Bugs.has(V10) {
		return 0
	}
	return cmp.Compare(inc, rec.Inc)
}

func (m *Manager) syncReport(r *SyncReport) {
	rec := m.nodes[r.From]
	if reason := m.refusal(r, rec); reason != "" {
		m.drop("SyncReport", r.Header, reason)
		return
	}
	if rec != nil && m.compareInc(r.Inc, rec) == 0 {
		rec.LastSyncSeq = r.Seq // numbers of two incarnations do not compare
	}
	m.enter(r)
	m.settle(r.From)
}

// enter takes what a report says into the center.
func (m *Manager) enter(r *SyncReport) {
	if m.cfg.Bugs.has(V4) {
		for _, info := range r.Extents {
			m.center.Add(r.From, info)
		}
		return
	}
	m.center.ReplaceNode(r.From, r.Extents)
}

// refusal says why a report may not be taken, or "" if it may. rec is the node
// map's record of the sender, nil if it has none.
func (m *Manager) refusal(r *SyncReport, rec *NodeRecord) string {
	switch {
	case r.From == "":
		return "no sender"
	case rec == nil && m.checksMembership():
		return "not in the node map"
	case rec == nil:
		return ""
	case m.compareInc(r.Inc, rec) != 0 && m.cfg.Fix.has(FixFencing):
		return "other incarnation"
	case m.compareInc(r.Inc, rec) != 0:
		return ""
	case r.Seq <= rec.LastSyncSeq && !m.cfg.Bugs.has(V5):
		return "not newer than the last report"
	}
	return ""
}

func (m *Manager) checksMembership() bool {
	return m.cfg.Fix.has(FixMembership) && !m.cfg.Bugs.has(V1)
}

func (m *Manager) repairAck(ack *RepairAck) {
	rec := m.nodes[ack.From]
	switch {
	case ack.Outcome == RepairDone && m.cfg.Bugs.has(V12):
		m.believe(ack)
	case rec == nil:
		m.drop("RepairAck", ack.Header, "not in the node map")
	case m.compareInc(ack.Inc, rec) != 0:
		m.drop("RepairAck", ack.Header, "other incarnation")
	case ack.Outcome == RepairFailed:
		m.dropTasks("failed at target", func(t *Task) bool {
			return t.ID == ack.Task && t.Target == ack.From
		})
	}
}

// expire forgets the nodes that were silent for too long.
func (m *Manager) expire() {
	silent := m.silent()
	switch {
	case m.cfg.Bugs.has(V3):
		m.expireRecords(silent)
	case m.cfg.Bugs.has(V11):
		m.expireInTwo(silent)
	default:
		for _, node := range silent {
			m.forget(node, "silent")
		}
	}
	if m.cfg.Fix.has(FixSweep) {
		m.sweep()
	}
}

// silent returns the nodes without a recent heartbeat, by ID.
func (m *Manager) silent() []NodeID {
	now := m.clk.Now()
	var silent []NodeID
	for _, rec := range m.nodes.sorted() {
		if now.Sub(rec.LastHeartbeat) > m.cfg.ExpireAfter {
			silent = append(silent, rec.ID)
		}
	}
	return silent
}

// sweep removes the replicas of nodes that are not in the node map.
func (m *Manager) sweep() {
	for _, node := range m.center.Nodes() {
		if m.nodes[node] == nil {
			m.center.RemoveNode(node)
			m.log.Info("sweep replicas of unknown node", "node", node)
		}
	}
}

// forget removes a node and all that hangs on it.
func (m *Manager) forget(node NodeID, reason string) {
	m.log.Info("node leaves", "node", node, "reason", reason)
	delete(m.nodes, node)
	m.center.RemoveNode(node)
	m.failTasksOf(node)
}

func (m *Manager) drop(kind string, h Header, reason string) {
	m.log.Debug("drop "+kind, "from", h.From, "inc", h.Inc, "seq", h.Seq, "reason", reason)
}
