package deploy

import (
	"slices"
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/tcpnet"
)

// ManagerStatus is what a manager knows, for tools.
type ManagerStatus struct {
	Name        extmgr.NodeID      `json:"name"`
	Incarnation extmgr.Incarnation `json:"incarnation"`
	Target      int                `json:"target"`     // wanted replicas of each extent
	WarmingUp   bool               `json:"warming_up"` // no copies are ordered yet
	Nodes       []NodeEntry        `json:"nodes"`      // by name
	Extents     []ExtentEntry      `json:"extents"`    // by id
	Tasks       []TaskEntry        `json:"tasks"`      // pending, in the order in which they were sent
	Network     tcpnet.Stats       `json:"network"`
}

// NodeEntry is what a manager knows of a live node.
type NodeEntry struct {
	Name        extmgr.NodeID      `json:"name"`
	Incarnation extmgr.Incarnation `json:"incarnation"`
	Addr        string             `json:"addr"`
	SilentMS    int64              `json:"silent_ms"` // since the latest heartbeat
	Reported    bool               `json:"reported"`  // a report of this incarnation has come
	FreeBytes   int64              `json:"free_bytes"`
	UsedBytes   int64              `json:"used_bytes"`
	Extents     int                `json:"extents"`
}

// ExtentEntry is what a manager, or a node, knows of an extent.
type ExtentEntry struct {
	ID      string          `json:"id"`
	Version uint64          `json:"version"` // the newest known
	Length  int64           `json:"length"`
	CRC32C  uint32          `json:"crc32c"`
	Sealed  bool            `json:"sealed"`
	Holders []extmgr.NodeID `json:"holders,omitempty"` // of that version, by name
}

// TaskEntry is a copy that was ordered.
type TaskEntry struct {
	ID      string        `json:"id"`
	Extent  string        `json:"extent"`
	Version uint64        `json:"version"`
	Target  extmgr.NodeID `json:"target"`
}

// NodeStatus is what a node has.
type NodeStatus struct {
	Name        extmgr.NodeID      `json:"name"`
	Incarnation extmgr.Incarnation `json:"incarnation"`
	FreeBytes   int64              `json:"free_bytes"`
	UsedBytes   int64              `json:"used_bytes"`
	Damaged     int                `json:"damaged"` // files set aside
	Extents     []ExtentEntry      `json:"extents"` // by id
	Copies      []TaskEntry        `json:"copies"`  // in progress
	Network     tcpnet.Stats       `json:"network"`
}

// Under returns the extents with fewer replicas than wanted.
func (s ManagerStatus) Under() []ExtentEntry {
	return slices.DeleteFunc(slices.Clone(s.Extents), func(e ExtentEntry) bool { return len(e.Holders) >= s.Target })
}

// Node returns the entry of a node.
func (s ManagerStatus) Node(name extmgr.NodeID) (NodeEntry, bool) {
	i := slices.IndexFunc(s.Nodes, func(n NodeEntry) bool { return n.Name == name })
	if i < 0 {
		return NodeEntry{}, false
	}
	return s.Nodes[i], true
}

func entry(info extmgr.ExtentInfo) ExtentEntry {
	return ExtentEntry{ID: info.ID.String(), Version: info.Version, Length: info.Length, CRC32C: info.CRC32C, Sealed: info.Sealed}
}

// managerStatus makes a status from a view.
func managerStatus(v extmgr.View, cfg extmgr.Config, now time.Time) ManagerStatus {
	s := ManagerStatus{
		Name:        cfg.Self,
		Incarnation: cfg.Incarnation,
		Target:      cfg.Target,
		WarmingUp:   v.WarmingUp,
		Nodes:       []NodeEntry{},
		Extents:     []ExtentEntry{},
		Tasks:       []TaskEntry{},
	}
	held := make(map[extmgr.NodeID]int)
	for _, h := range v.Held {
		held[h.Node] = len(h.Extents)
	}
	for _, rec := range v.Nodes {
		s.Nodes = append(s.Nodes, NodeEntry{
			Name: rec.ID, Incarnation: rec.Inc, Addr: rec.Addr, SilentMS: now.Sub(rec.LastHeartbeat).Milliseconds(),
			Reported: rec.LastSyncSeq > 0, FreeBytes: rec.FreeBytes, UsedBytes: rec.UsedBytes, Extents: held[rec.ID],
		})
	}
	for _, h := range v.Extents {
		s.Extents = append(s.Extents, newest(h))
	}
	for _, t := range v.Pending {
		s.Tasks = append(s.Tasks, TaskEntry{t.ID.String(), t.Extent.String(), t.Version, t.Target})
	}
	return s
}

// newest describes the newest version of an extent and who holds it.
func newest(h extmgr.Holders) ExtentEntry {
	var info extmgr.ExtentInfo
	for i, r := range h.Replicas {
		if i == 0 || r.Info.Version > info.Version {
			info = r.Info
		}
	}
	e := entry(info)
	for _, r := range h.Replicas {
		if r.Info.Version == info.Version {
			e.Holders = append(e.Holders, r.Node)
		}
	}
	return e
}

func nodeStatus(v extnode.View) NodeStatus {
	s := NodeStatus{
		Name:        v.Self,
		Incarnation: v.Inc,
		FreeBytes:   v.FreeBytes,
		UsedBytes:   v.UsedBytes,
		Extents:     []ExtentEntry{},
		Copies:      []TaskEntry{},
	}
	for _, info := range v.Held {
		s.Extents = append(s.Extents, entry(info))
	}
	for _, c := range v.Copies {
		s.Copies = append(s.Copies, TaskEntry{c.Task.String(), c.Extent.String(), c.Version, v.Self})
	}
	return s
}

// Extent returns the entry of an extent.
func (s ManagerStatus) Extent(id extmgr.ExtentID) (ExtentEntry, bool) {
	i := slices.IndexFunc(s.Extents, func(e ExtentEntry) bool { return e.ID == id.String() })
	if i < 0 {
		return ExtentEntry{}, false
	}
	return s.Extents[i], true
}
