package fabric

import (
	"slices"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/crash"
	"github.com/ravelgo/ravel/model/network"
)

// enableFaults lets nodes crash and come up again, and creates the failure detector.
func enableFaults(c *ravel.Context, cfg *Config, net network.Network, managers []ravel.ID, nodes []crash.Node) {
	w := &watch{net: net, managers: managers, left: cfg.Suspicions, restarts: cfg.Restarts, lives: map[ravel.ID]life{}}
	for _, n := range nodes {
		w.up = append(w.up, n.ID)
	}
	if cfg.Suspicions > 0 {
		w.budget = c.Budget("fabric suspicion", cfg.Suspicions)
	}
	crash.Enable(c, crash.Config{
		Name: "fabric crash", Crashes: cfg.Crashes, Restarts: cfg.Restarts, MustRestart: true, Notify: true,
		Detector: c.Create(watchMachine.New(w)),
	}, nodes...)
}

// watch tells the failover managers, some time later, which nodes are down: those that crash, and now and then one that
// does not. A node that is given up learns it some time later as well.
type watch struct {
	net      network.Network
	managers []ravel.ID
	up       []ravel.ID
	lives    map[ravel.ID]life
	budget   ravel.Budget
	left     int
	restarts int // nodes that come up again: the first so many that crash
}

type (
	suspicion struct{}
	leaseEnds struct {
		Node ravel.ID
		Next life
	}
)

var watchMachine = ravel.Define[watch]("failure detector",
	ravel.Start("Watching",
		ravel.Entry((*watch).offer),
		ravel.On((*watch).down),
		ravel.On((*watch).back),
		ravel.On((*watch).suspect),
		ravel.On((*watch).leaseEnds),
	),
)

func (w *watch) offer(c *ravel.Context) {
	if w.left > 0 {
		c.OfferFault(w.budget, suspicion{})
	}
}

func (w *watch) down(c *ravel.Context, d crash.Down) {
	isGone := w.restarts == 0
	if isGone {
		c.Notify(gone{d.ID})
	} else {
		w.restarts--
	}
	w.tell(c, nodeDown{d.ID, w.lives[d.ID], isGone})
	w.up = slices.DeleteFunc(slices.Clone(w.up), func(id ravel.ID) bool { return id == d.ID })
}

// tell tells all failover managers, each in its own time.
func (w *watch) tell(c *ravel.Context, d nodeDown) {
	for _, m := range w.managers {
		w.net.Send(c, m, d)
	}
}

func (w *watch) back(_ *ravel.Context, u crash.Up) {
	w.lives[u.ID] = life{Restarts: u.Incarnation}
	w.up = append(w.up, u.ID)
}

func (w *watch) suspect(c *ravel.Context, _ suspicion) {
	w.left--
	if len(w.up) > 0 {
		id := ravel.Choose(c, w.up)
		old := w.lives[id]
		next := life{old.Restarts, old.Leases + 1}
		w.lives[id] = next
		w.tell(c, nodeDown{id, old, false})
		c.After(time.Second, leaseEnds{id, next})
	}
	w.offer(c)
}

func (w *watch) leaseEnds(c *ravel.Context, e leaseEnds) { c.Send(e.Node, leaseLost{e.Next}) }
