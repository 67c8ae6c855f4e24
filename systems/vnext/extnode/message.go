package extnode

import (
	"fmt"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// CopyRequest asks a node for a piece of an extent, for a task.
type CopyRequest struct {
	extmgr.Header
	Task    extmgr.TaskID
	Extent  extmgr.ExtentID
	Version uint64 // this one or a newer one
	Off     int64
	N       int    // at most MaxChunkBytes; fewer are sent where the extent ends
	Addr    string // where From listens, for the answer
}

// CopyResponse answers a [CopyRequest]. Unless Err is set it has the piece, and
// Info describes the replica that the piece is of.
type CopyResponse struct {
	extmgr.Header
	Task   extmgr.TaskID
	Extent extmgr.ExtentID
	Off    int64 // as requested
	Data   []byte
	CRC    uint32 // CRC-32C of Data
	Info   extmgr.ExtentInfo
	Err    CopyError
}

// CopyError says why a source does not send what it was asked for.
type CopyError uint8

// The reasons.
const (
	CopyOK         CopyError = iota // it does
	CopyNotHeld                     // the source does not hold the extent
	CopyOlder                       // it holds an older version
	CopyDamaged                     // its replica is damaged, and was taken out
	CopyUnreadable                  // its replica cannot be read now
	CopyBadRequest                  // no source could answer this
	numCopyErrors
)

var copyErrorNames = [numCopyErrors]string{"ok", "not held", "older", "damaged", "unreadable", "bad request"}

// String returns the reason in words.
func (e CopyError) String() string {
	if e < numCopyErrors {
		return copyErrorNames[e]
	}
	return fmt.Sprintf("CopyError(%d)", uint8(e))
}

// Put stores a whole extent on the receiver, which answers with a [PutAck]. It is
// how extents come into being: a tool puts one on one node, and the manager sees
// to the other replicas.
type Put struct {
	extmgr.Header
	ReplyTo extmgr.Endpoint // no answer if it has no Node
	Info    extmgr.ExtentInfo
	Data    []byte // all of the payload
}

// PutAck answers a [Put]: the extent is durable if Err is empty.
type PutAck struct {
	extmgr.Header
	Extent  extmgr.ExtentID
	Version uint64
	Err     string // what went wrong, in words
}

// Event is something a node does periodically.
type Event uint8

// The events.
const (
	HeartbeatTick Event = iota + 1 // tell the manager that the node lives; due every Config.HeartbeatEvery
	SyncTick                       // report every extent; due every Config.SyncEvery
	CopyTick                       // look for silent sources; due every Config.CopyTimeout
	ScrubTick                      // verify one extent; due every Config.ScrubEvery
)

// String returns the event's name.
func (e Event) String() string {
	switch e {
	case HeartbeatTick:
		return "HeartbeatTick"
	case SyncTick:
		return "SyncTick"
	case CopyTick:
		return "CopyTick"
	case ScrubTick:
		return "ScrubTick"
	}
	return fmt.Sprintf("Event(%d)", uint8(e))
}
