package fabric

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// builds is the state of the build monitor.
type builds struct{ open, over map[service.ReplicaID]bool }

// buildMonitor demands that every build comes to an end: with an active replica, or because somebody has failed.
var buildMonitor = ravel.DefineMonitor[builds]("fabric builds end",
	ravel.Cold("Idle", ravel.On((*builds).begins), ravel.On((*builds).ends)),
	ravel.Hot("Building", ravel.On((*builds).begins), ravel.On((*builds).ends)))

func (m *builds) begins(c *ravel.MonitorContext, e buildBegins) {
	if !m.over[e.Target] {
		m.open[e.Target] = true
		m.look(c)
	}
}

func (m *builds) ends(c *ravel.MonitorContext, e buildEnds) {
	m.over[e.Target] = true
	delete(m.open, e.Target)
	m.look(c)
}

func (m *builds) look(c *ravel.MonitorContext) {
	if building := len(m.open) > 0; building != (c.State() == "Building") {
		c.Goto(map[bool]ravel.State{true: "Building", false: "Idle"}[building])
	}
}
