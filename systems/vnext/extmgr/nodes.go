package extmgr

import (
	"maps"
	"slices"
	"time"
)

// NodeRecord is what a manager knows of one live node.
type NodeRecord struct {
	ID            NodeID
	Inc           Incarnation
	Addr          string
	LastHeartbeat time.Time // when it arrived here
	LastSyncSeq   uint64    // Seq of the latest report taken from Inc; 0 before the first
	FreeBytes     int64     // as the latest heartbeat said; a hint
	UsedBytes     int64
	Inflight      int // Invariant (I4): the number of pending tasks whose target is ID
}

// extentNodeMap has a record of every node that is thought to be alive. That
// includes each node with a replica in the extent center (I1) and each target of
// a pending task (I2), so leaving the map goes through Manager.forget, but for
// the seeded defects.
type extentNodeMap map[NodeID]*NodeRecord

// sorted returns the records by ID.
func (m extentNodeMap) sorted() []*NodeRecord {
	records := make([]*NodeRecord, 0, len(m))
	for _, id := range slices.Sorted(maps.Keys(m)) {
		records = append(records, m[id])
	}
	return records
}

// beat enters what a heartbeat says.
func (r *NodeRecord) beat(hb *Heartbeat, now time.Time) {
	r.Addr = hb.Addr
	r.LastHeartbeat = now
	r.FreeBytes = hb.FreeBytes
	r.UsedBytes = hb.UsedBytes
}
