package wire

import (
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

// Sizes of the smallest elements of lists.
const (
	infoSize     = 16 + 8 + 8 + 4 + 1
	endpointSize = 2 + 2
)

// blank returns an empty message of a type.
func blank(t Type) extmgr.Message {
	switch t {
	case TypeHeartbeat:
		return new(extmgr.Heartbeat)
	case TypeSyncReport:
		return new(extmgr.SyncReport)
	case TypeRepairTask:
		return new(extmgr.RepairTask)
	case TypeRepairAck:
		return new(extmgr.RepairAck)
	case TypeDropReplica:
		return new(extmgr.DropReplica)
	case TypeCopyRequest:
		return new(extnode.CopyRequest)
	case TypeCopyResponse:
		return new(extnode.CopyResponse)
	case TypePut:
		return new(extnode.Put)
	case TypePutAck:
		return new(extnode.PutAck)
	case TypeRefusal:
		return new(extmgr.Refusal)
	case TypeQuery:
		return new(Query)
	case TypeAnswer:
		return new(Answer)
	case TypeKill:
		return new(Kill)
	}
	return nil
}

// message goes over a message: its header and its body.
func (f *fields) message(m extmgr.Message) {
	switch m := m.(type) {
	case *extmgr.Heartbeat:
		f.header(&m.Header)
		text(f, &m.Addr)
		f.int64(&m.FreeBytes)
		f.int64(&m.UsedBytes)
	case *extmgr.SyncReport:
		f.header(&m.Header)
		list(f, &m.Extents, infoSize, f.info)
	case *extmgr.RepairTask:
		f.header(&m.Header)
		f.task(&m.Task)
		f.extent(&m.Extent)
		f.uint64(&m.Version)
		list(f, &m.Sources, endpointSize, f.endpoint)
	case *extmgr.RepairAck:
		f.header(&m.Header)
		f.task(&m.Task)
		f.extent(&m.Extent)
		f.uint64(&m.Version)
		f.uint8((*uint8)(&m.Outcome))
	case *extmgr.DropReplica:
		f.header(&m.Header)
		f.extent(&m.Extent)
		f.uint64(&m.Version)
	case *extmgr.Refusal:
		f.header(&m.Header)
		f.uint64((*uint64)(&m.Refused))
		f.uint64((*uint64)(&m.Known))
		text(f, &m.Addr)
	default:
		f.nodeMessage(m)
	}
}

// nodeMessage goes over the messages between nodes and those of tools.
func (f *fields) nodeMessage(m extmgr.Message) {
	switch m := m.(type) {
	case *extnode.CopyRequest:
		f.header(&m.Header)
		f.task(&m.Task)
		f.extent(&m.Extent)
		f.uint64(&m.Version)
		f.int64(&m.Off)
		f.int(&m.N)
		text(f, &m.Addr)
	case *extnode.CopyResponse:
		f.header(&m.Header)
		f.task(&m.Task)
		f.extent(&m.Extent)
		f.int64(&m.Off)
		f.bytes(&m.Data)
		f.uint32(&m.CRC)
		f.info(&m.Info)
		f.uint8((*uint8)(&m.Err))
	case *extnode.Put:
		f.header(&m.Header)
		f.endpoint(&m.ReplyTo)
		f.info(&m.Info)
		f.bytes(&m.Data)
	case *extnode.PutAck:
		f.header(&m.Header)
		f.extent(&m.Extent)
		f.uint64(&m.Version)
		text(f, &m.Err)
	case *Query:
		f.header(&m.Header)
	case *Answer:
		f.header(&m.Header)
		f.uint64(&m.Query)
		f.bytes(&m.Body)
	case *Kill:
		f.header(&m.Header)
	}
}

func (f *fields) header(h *extmgr.Header) {
	text(f, &h.From)
	f.uint64((*uint64)(&h.Inc))
	f.uint64(&h.Seq)
}

func (f *fields) task(id *extmgr.TaskID) {
	f.uint64((*uint64)(&id.Inc))
	f.uint64(&id.N)
}

func (f *fields) info(i *extmgr.ExtentInfo) {
	f.extent(&i.ID)
	f.uint64(&i.Version)
	f.int64(&i.Length)
	f.uint32(&i.CRC32C)
	f.bool(&i.Sealed)
}

func (f *fields) endpoint(e *extmgr.Endpoint) {
	text(f, &e.Node)
	text(f, &e.Addr)
}

// list goes over a list, whose elements have at least size bytes each. An empty
// one is read as nil.
func list[E any](f *fields, v *[]E, size int, each func(*E)) {
	n := f.count(len(*v), size)
	if f.reading && n > 0 {
		*v = make([]E, n)
	}
	for i := range n {
		each(&(*v)[i])
	}
}
