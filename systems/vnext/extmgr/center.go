package extmgr

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
)

// Replica is one extent on one node.
type Replica struct {
	Node NodeID
	Info ExtentInfo
}

// ExtentCenter is the relation "node holds extent", indexed both ways. A manager
// keeps in it what nodes reported; a node keeps in it, under its own name, what
// is durable on its disk. The zero value is empty and ready to use. It is not
// safe for concurrent use.
//
// All results are sorted, by node or by extent unless said otherwise, and are
// the caller's to keep.
type ExtentCenter struct {
	// Invariant: byExtent[e] has an entry for n if and only if byNode[n] has e;
	// entries are sorted by node; no inner slice or map is empty.
	byExtent map[ExtentID][]Replica
	byNode   map[NodeID]map[ExtentID]struct{}
}

// Add records that node holds the extent as described, in place of what was
// known of this replica.
func (c *ExtentCenter) Add(node NodeID, info ExtentInfo) {
	c.putReplica(node, info)
	held := c.byNode[node]
	if held == nil {
		held = make(map[ExtentID]struct{})
		c.setHeld(node, held)
	}
	held[info.ID] = struct{}{}
}

// Remove records that node does not hold the extent.
func (c *ExtentCenter) Remove(node NodeID, id ExtentID) {
	held := c.byNode[node]
	if _, ok := held[id]; !ok {
		return
	}
	c.dropReplica(node, id)
	delete(held, id)
	if len(held) == 0 {
		delete(c.byNode, node)
	}
}

// ReplaceNode records that node holds exactly the given extents. Of several
// entries for one extent the last counts.
func (c *ExtentCenter) ReplaceNode(node NodeID, infos []ExtentInfo) {
	held := make(map[ExtentID]struct{}, len(infos))
	for _, info := range infos {
		c.putReplica(node, info)
		held[info.ID] = struct{}{}
	}
	for id := range c.byNode[node] {
		if _, ok := held[id]; !ok {
			c.dropReplica(node, id)
		}
	}
	if len(held) == 0 {
		delete(c.byNode, node)
		return
	}
	c.setHeld(node, held)
}

// RemoveNode records that node holds nothing.
func (c *ExtentCenter) RemoveNode(node NodeID) { c.ReplaceNode(node, nil) }

// Lookup returns what is known of node's replica of the extent.
func (c *ExtentCenter) Lookup(node NodeID, id ExtentID) (info ExtentInfo, ok bool) {
	replicas := c.byExtent[id]
	if i, ok := findReplica(replicas, node); ok {
		return replicas[i].Info, true
	}
	return ExtentInfo{}, false
}

// Newest describes the newest known version of the extent and counts the nodes
// that hold it; count is 0 if nobody holds the extent.
func (c *ExtentCenter) Newest(id ExtentID) (info ExtentInfo, count int) {
	return newest(c.byExtent[id])
}

// Replicas returns the nodes that hold the extent at minVersion or newer.
func (c *ExtentCenter) Replicas(id ExtentID, minVersion uint64) []NodeID {
	var nodes []NodeID
	for _, r := range c.byExtent[id] {
		if r.Info.Version >= minVersion {
			nodes = append(nodes, r.Node)
		}
	}
	return nodes
}

// Under returns the extents whose newest version has fewer than target replicas,
// those with the fewest first: they are nearest to being lost.
func (c *ExtentCenter) Under(target int) []ExtentID {
	type short struct {
		id    ExtentID
		count int
	}
	var found []short
	for id, replicas := range c.byExtent {
		if _, count := newest(replicas); count < target {
			found = append(found, short{id, count})
		}
	}
	slices.SortFunc(found, func(a, b short) int {
		return cmp.Or(cmp.Compare(a.count, b.count), compareExtents(a.id, b.id))
	})
	ids := make([]ExtentID, len(found))
	for i, s := range found {
		ids[i] = s.id
	}
	return ids
}

// GetSyncReport returns everything that node holds, ready to be the list of a
// [SyncReport].
func (c *ExtentCenter) GetSyncReport(node NodeID) []ExtentInfo {
	infos := make([]ExtentInfo, 0, len(c.byNode[node]))
	for _, id := range sortedExtents(c.byNode[node]) {
		info, _ := c.Lookup(node, id)
		infos = append(infos, info)
	}
	return infos
}

// Nodes returns the nodes that hold anything.
func (c *ExtentCenter) Nodes() []NodeID { return slices.Sorted(maps.Keys(c.byNode)) }

// Extents returns the extents that anyone holds.
func (c *ExtentCenter) Extents() []ExtentID { return sortedExtents(c.byExtent) }

func (c *ExtentCenter) putReplica(node NodeID, info ExtentInfo) {
	if c.byExtent == nil {
		c.byExtent = make(map[ExtentID][]Replica)
	}
	replicas := c.byExtent[info.ID]
	i, ok := findReplica(replicas, node)
	if ok {
		replicas[i].Info = info
		return
	}
	c.byExtent[info.ID] = slices.Insert(replicas, i, Replica{node, info})
}

func (c *ExtentCenter) dropReplica(node NodeID, id ExtentID) {
	replicas := slices.DeleteFunc(c.byExtent[id], func(r Replica) bool { return r.Node == node })
	if len(replicas) == 0 {
		delete(c.byExtent, id)
		return
	}
	c.byExtent[id] = replicas
}

func (c *ExtentCenter) setHeld(node NodeID, held map[ExtentID]struct{}) {
	if c.byNode == nil {
		c.byNode = make(map[NodeID]map[ExtentID]struct{})
	}
	c.byNode[node] = held
}

func findReplica(replicas []Replica, node NodeID) (int, bool) {
	return slices.BinarySearchFunc(replicas, node, func(r Replica, node NodeID) int {
		return cmp.Compare(r.Node, node)
	})
}

func newest(replicas []Replica) (info ExtentInfo, count int) {
	for i := range replicas {
		switch r := &replicas[i]; {
		case count == 0 || r.Info.Version > info.Version:
			info, count = r.Info, 1
		case r.Info.Version == info.Version:
			count++
		}
	}
	return info, count
}

func sortedExtents[V any](m map[ExtentID]V) []ExtentID {
	return slices.SortedFunc(maps.Keys(m), compareExtents)
}

func compareExtents(a, b ExtentID) int { return bytes.Compare(a[:], b[:]) }
