package wire

import (
	"fmt"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

// Type is the type of a message on the wire. Numbers are never reused.
type Type uint8

// The types.
const (
	TypeHeartbeat Type = iota + 1
	TypeSyncReport
	TypeRepairTask
	TypeRepairAck
	TypeDropReplica
	TypeCopyRequest
	TypeCopyResponse
	TypePut
	TypePutAck
	TypeRefusal
	TypeQuery
	TypeAnswer
	TypeKill
	endOfTypes
)

var typeNames = [endOfTypes]string{
	"", "Heartbeat", "SyncReport", "RepairTask", "RepairAck", "DropReplica", "CopyRequest", "CopyResponse",
	"Put", "PutAck", "Refusal", "Query", "Answer", "Kill",
}

// String returns the name of the message's Go type.
func (t Type) String() string {
	if t > 0 && t < endOfTypes {
		return typeNames[t]
	}
	return fmt.Sprintf("Type(%d)", uint8(t))
}

// TypeOf returns the type of a message, 0 if it has none.
func TypeOf(m extmgr.Message) Type {
	switch m.(type) {
	case *extmgr.Heartbeat:
		return TypeHeartbeat
	case *extmgr.SyncReport:
		return TypeSyncReport
	case *extmgr.RepairTask:
		return TypeRepairTask
	case *extmgr.RepairAck:
		return TypeRepairAck
	case *extmgr.DropReplica:
		return TypeDropReplica
	case *extnode.CopyRequest:
		return TypeCopyRequest
	case *extnode.CopyResponse:
		return TypeCopyResponse
	case *extnode.Put:
		return TypePut
	case *extnode.PutAck:
		return TypePutAck
	case *extmgr.Refusal:
		return TypeRefusal
	case *Query:
		return TypeQuery
	case *Answer:
		return TypeAnswer
	case *Kill:
		return TypeKill
	}
	return 0
}
