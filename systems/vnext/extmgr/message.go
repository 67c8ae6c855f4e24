package extmgr

import (
	"encoding/hex"
	"fmt"
)

// NodeID names an extent node or a manager. It is never empty and never reused
// for another disk.
type NodeID string

// Incarnation numbers the starts of one node's process: a counter that the node
// keeps on disk and increments before its first message. What an older
// incarnation said about the node's disk is void.
type Incarnation uint64

// ExtentID names an extent.
type ExtentID [16]byte

// String returns the 32 hexadecimal digits of the id.
func (id ExtentID) String() string { return hex.EncodeToString(id[:]) }

// ExtentInfo describes one replica of an extent. Replicas of equal version are
// interchangeable.
type ExtentInfo struct {
	ID      ExtentID
	Version uint64 // grows with every change of the extent
	Length  int64  // bytes of payload
	CRC32C  uint32 // Castagnoli, over the payload
	Sealed  bool   // no longer appended to
}

// Endpoint says where a node can be reached. The form of Addr is a matter
// between the nodes and the [NetworkEngine]; the manager only passes it on.
type Endpoint struct {
	Node NodeID
	Addr string
}

// Header is the part that all messages share.
type Header struct {
	From NodeID
	Inc  Incarnation // of From
	Seq  uint64      // from 1, strictly increasing over all messages of (From, Inc)
}

// Head returns a copy of the header. It has a pointer receiver so that only
// pointers to messages are messages: a value sent by mistake does not compile.
func (h *Header) Head() Header { return *h }

// Message is a pointer to a struct that embeds [Header]. It may not be changed
// after it was handed to a [NetworkEngine] or to [Manager.ProcessMessage]. The
// interface is open: nodes exchange messages of their own through the same
// engines.
type Message interface {
	Head() Header
}

// Heartbeat says that a node is alive. Nodes send one every
// Config.HeartbeatEvery, the first before their first report.
type Heartbeat struct {
	Header
	Addr      string // where the node listens
	FreeBytes int64
	UsedBytes int64
}

// SyncReport lists every extent that the node holds on disk, verified and
// durable. The list is complete: an extent that is missing is not held. Nodes
// send one every Config.SyncEvery. An extent listed twice counts as listed last.
type SyncReport struct {
	Header
	Extents []ExtentInfo
}

// TaskID names a task for ever: N counts the tasks of one incarnation of the
// manager, so that an answer to an earlier manager matches no later task.
type TaskID struct {
	Inc Incarnation // of the manager
	N   uint64      // from 1
}

// String returns the id as incarnation.number.
func (id TaskID) String() string { return fmt.Sprintf("%d.%d", id.Inc, id.N) }

// RepairTask orders the receiver to copy one version of an extent, from any of
// the sources, whichever works. A node that holds the extent at this version or
// a newer one has nothing to do, nor has one that is copying it already.
type RepairTask struct {
	Header
	Task    TaskID
	Extent  ExtentID
	Version uint64
	Sources []Endpoint // at least one; holders of Version, by NodeID
}

// Outcome is how a repair ended at its target.
type Outcome uint8

// The outcomes of a repair.
const (
	RepairDone   Outcome = iota + 1 // the replica is durable; the next report will list it
	RepairFailed                    // no source worked, or there was no room
)

// RepairAck answers a [RepairTask]. It is an optimisation only and may be lost:
// replicas are counted from reports alone. Extent and Version are those of the
// order; a manager goes by Task.
type RepairAck struct {
	Header
	Task    TaskID
	Extent  ExtentID
	Version uint64
	Outcome Outcome
}

// DropReplica orders the receiver to delete its replica of an extent if it holds
// exactly this version. The manager itself never sends it: a surplus replica is
// harmless, while two managers, or one with a view minutes old, could between
// them delete the last good one. It is for tools with an operator behind them.
type DropReplica struct {
	Header
	Extent  ExtentID
	Version uint64
}

// Refusal says that the receiver's heartbeats are dropped, because the node map
// has its name under another address: two processes run under one name, or the
// one before has moved and is not forgotten yet. In the second case the heartbeats
// are taken as soon as it is. The manager answers each such heartbeat with one.
type Refusal struct {
	Header
	Refused Incarnation // of the heartbeat
	Known   Incarnation // of the node map's record
	Addr    string      // where that listens
}
