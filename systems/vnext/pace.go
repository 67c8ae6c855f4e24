package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// HeartbeatTick and SyncTick tell a node that its next heartbeat or report is
// due.
type (
	HeartbeatTick struct{}
	SyncTick      struct{}
)

// Taken tells a node that the manager has taken its latest heartbeat or report.
type Taken struct{ Report bool }

func (t Taken) String() string {
	if t.Report {
		return "report"
	}
	return "heartbeat"
}

// takenOf returns what its sender is told when the manager has taken a message,
// if it waits for that.
func takenOf(m extmgr.Message) (Taken, bool) {
	switch m.(type) {
	case *extmgr.Heartbeat:
		return Taken{}, true
	case *extmgr.SyncReport:
		return Taken{Report: true}, true
	}
	return Taken{}, false
}

// pace says when a node sends its heartbeats and reports: each a period after the
// one before was taken.
type pace struct{ beating, syncing bool } // timers that run

// sleep starts the timer of the next heartbeat or report, if it does not run.
func (p *pace) sleep(c *ravel.Context, cfg extmgr.Config, report bool) {
	switch {
	case report && !p.syncing:
		p.syncing = true
		c.After(cfg.SyncEvery, SyncTick{})
	case !report && !p.beating:
		p.beating = true
		c.After(cfg.HeartbeatEvery, HeartbeatTick{})
	}
}
