package vnext

import (
	"fmt"
	"strings"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

// Envelope is a message on its way through the driver.
type Envelope struct {
	From string // the address of the sender, the name of the manager
	To   extmgr.Endpoint
	Msg  extmgr.Message
}

func (e Envelope) String() string { return describe(e.Msg) }

// FromNode is a message that has arrived at the manager. Node is told when the
// manager has taken it.
type FromNode struct {
	Node ravel.ID
	Msg  extmgr.Message
}

func (m FromNode) String() string { return describe(m.Msg) }

// ToNode is a message that arrives at a node.
type ToNode struct{ Msg extmgr.Message }

func (m ToNode) String() string { return describe(m.Msg) }

// CopyRequest asks a node for its replica of an extent, for a task.
type CopyRequest struct {
	extmgr.Header
	Addr    string // where the answer goes
	Task    extmgr.TaskID
	Extent  extmgr.ExtentID
	Version uint64 // this one or a newer one
}

func (r *CopyRequest) String() string { return describe(r) }

// CopyResponse answers a CopyRequest.
type CopyResponse struct {
	extmgr.Header
	Task  extmgr.TaskID
	Info  extmgr.ExtentInfo
	Found bool // Info is what was asked for
}

func (r *CopyResponse) String() string { return describe(r) }

// describe puts a message into few words, as a trace has little room.
func describe(m extmgr.Message) string {
	switch m := m.(type) {
	case *extmgr.Heartbeat:
		return fmt.Sprintf("%s is alive%s", m.From, elsewhere(m))
	case *extmgr.SyncReport:
		return fmt.Sprintf("%s holds %s", m.From, extentNames(m.Extents))
	case *extmgr.RepairTask:
		return fmt.Sprintf("copy %s", extentName(m.Extent))
	case *extmgr.RepairAck:
		if m.Outcome == extmgr.RepairDone {
			return fmt.Sprintf("%s did %v", m.From, m.Task)
		}
		return fmt.Sprintf("%s failed %v", m.From, m.Task)
	case *extmgr.Refusal:
		return fmt.Sprintf("the name is that of %s", m.Addr)
	case *CopyRequest:
		return fmt.Sprintf("%s wants %s", m.From, extentName(m.Extent))
	case *CopyResponse:
		if m.Found {
			return fmt.Sprintf("%s gives %s", m.From, extentName(m.Info.ID))
		}
		return fmt.Sprintf("%s has no copy", m.From)
	}
	return describeReal(m)
}

// elsewhere says where a node is that is not where its name says.
func elsewhere(hb *extmgr.Heartbeat) string {
	if hb.Addr == string(hb.From) {
		return ""
	}
	return " at " + hb.Addr
}

// describeReal is describe for what real nodes say to each other.
func describeReal(m extmgr.Message) string {
	switch m := m.(type) {
	case *extnode.CopyRequest:
		return fmt.Sprintf("%s wants %s at %d", m.From, extentName(m.Extent), m.Off)
	case *extnode.CopyResponse:
		if m.Err == extnode.CopyOK {
			return fmt.Sprintf("%s gives %s at %d", m.From, extentName(m.Extent), m.Off)
		}
		return fmt.Sprintf("%s has no copy: %v", m.From, m.Err)
	}
	return fmt.Sprintf("%T", m)
}

func extentNames(infos []extmgr.ExtentInfo) string {
	if len(infos) == 0 {
		return "nothing"
	}
	var names []string
	for _, info := range infos {
		names = append(names, extentName(info.ID))
	}
	return strings.Join(names, " ")
}

// extentName is the printable beginning of an ID: the harness names extents by
// letters.
func extentName(id extmgr.ExtentID) string { return strings.TrimRight(string(id[:]), "\x00") }
