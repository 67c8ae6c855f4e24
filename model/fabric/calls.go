package fabric

import (
	"maps"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// underWay is the state of the call monitor: what goes on where.
type underWay struct {
	calls map[service.ReplicaID]string
	on    map[service.ReplicaID]ravel.ID
}

// callMonitor demands that every lifecycle call comes to an end.
var callMonitor = ravel.DefineMonitor[underWay]("fabric lifecycle calls end",
	ravel.Cold("Idle", underWays...),
	ravel.Hot("Calling", underWays...))

var underWays = []ravel.Clause{
	ravel.On(func(m *underWay, _ *ravel.MonitorContext, e created) { m.on[e.Replica] = e.Node }),
	ravel.On(func(m *underWay, c *ravel.MonitorContext, e callBegins) {
		if e.Call != callAbort {
			m.calls[e.Replica] = e.Call
		}
		m.look(c)
	}),
	ravel.On(func(m *underWay, c *ravel.MonitorContext, e callEnds) { m.over(c, e.Replica) }),
	ravel.On(func(m *underWay, c *ravel.MonitorContext, e ended) { m.over(c, e.Replica) }),
	ravel.On((*underWay).down),
}

func (m *underWay) over(c *ravel.MonitorContext, id service.ReplicaID) {
	delete(m.calls, id)
	m.look(c)
}

func (m *underWay) down(c *ravel.MonitorContext, e crash.Down) {
	for _, id := range slices.Sorted(maps.Keys(m.calls)) {
		if m.on[id] == e.ID {
			c.Sometimes(true, "a node crashes during "+m.calls[id])
			delete(m.calls, id)
		}
	}
	m.look(c)
}

func (m *underWay) look(c *ravel.MonitorContext) {
	if calling := len(m.calls) > 0; calling != (c.State() == "Calling") {
		c.Goto(map[bool]ravel.State{true: "Calling", false: "Idle"}[calling])
	}
}
