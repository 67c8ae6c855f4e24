package deploy

import (
	"time"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

// prompt is a node's network. It notices when what the node holds has changed, so
// that the manager need not wait for the next period to hear of it. A report more
// is never wrong.
type prompt struct {
	extmgr.NetworkEngine
	changed chan struct{} // has an element if a report is due
}

// SendMessage implements [extmgr.NetworkEngine].
func (p prompt) SendMessage(to extmgr.Endpoint, m extmgr.Message) error {
	switch m := m.(type) {
	case *extmgr.RepairAck:
		p.notice(m.Outcome == extmgr.RepairDone)
	case *extnode.PutAck:
		p.notice(m.Err == "")
	case *extnode.CopyResponse:
		p.notice(m.Err == extnode.CopyDamaged)
	}
	return p.NetworkEngine.SendMessage(to, m)
}

func (p prompt) notice(changed bool) {
	if !changed {
		return
	}
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// reportChanges reports soon after each change, and at most once in a period of
// heartbeats.
func (n *Node) reportChanges() {
	for {
		select {
		case <-n.prompt.changed:
			n.real.ProcessEvent(extnode.SyncTick)
		case <-n.stop:
			return
		}
		select {
		case <-time.After(n.cfg.Node.HeartbeatEvery):
		case <-n.stop:
			return
		}
	}
}

// scrub has one extent verified. One that was taken out is a change.
func (n *Node) scrub() {
	before, err := n.home.damaged()
	n.real.ProcessEvent(extnode.ScrubTick)
	after, err2 := n.home.damaged()
	n.prompt.notice(err == nil && err2 == nil && after != before)
}
