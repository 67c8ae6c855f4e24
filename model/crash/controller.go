package crash

import (
	"time"

	"github.com/ravelgo/ravel"
)

// controller crashes and restarts nodes. A crash, and a restart that need not happen, are faults: steps of their own that
// may come between any two effects of a node. A restart that must happen is a timer.
type controller struct {
	nodes    []node
	must     bool
	after    time.Duration
	notify   bool
	detector ravel.ID
	crashes  fault
	restarts fault
	promised int // restarts for which a timer runs
}

type node struct {
	id          ravel.ID
	make        func(int) ravel.Machine `ravel:"-"`
	incarnation int
	down        bool
}

// fault is one kind of fault.
type fault struct {
	budget  ravel.Budget
	left    int // units
	offered bool
	offer   ravel.Fault
}

type (
	goDown  struct{}           // fault
	comeUp  struct{}           // fault
	restart struct{ Node int } // timer
)

var controllerMachine = ravel.Define[controller]("crash",
	ravel.Start("Watching",
		ravel.Entry((*controller).offer),
		ravel.On((*controller).down),
		ravel.On((*controller).up),
		ravel.On((*controller).restart),
	),
)

// offer puts on offer what could happen now, and takes back what could not.
func (k *controller) offer(c *ravel.Context) {
	down := k.which(true)
	k.crashes.set(c, len(down) < len(k.nodes), goDown{})
	if !k.must {
		k.restarts.set(c, len(down) > 0, comeUp{})
	}
}

func (f *fault) set(c *ravel.Context, possible bool, event any) {
	possible = possible && f.left > 0
	switch {
	case possible && !f.offered:
		f.offer = c.OfferFault(f.budget, event)
	case !possible && f.offered:
		c.WithdrawFault(f.offer)
		f.offer = ravel.Fault{}
	}
	f.offered = possible
}

// spend notes that a fault has happened, which takes it off offer.
func (f *fault) spend() {
	f.left--
	f.offered = false
	f.offer = ravel.Fault{}
}

// which returns the places of the nodes that are down, or of those that are not.
func (k *controller) which(down bool) []int {
	var is []int
	for i, n := range k.nodes {
		if n.down == down {
			is = append(is, i)
		}
	}
	return is
}

// down crashes a node.
func (k *controller) down(c *ravel.Context, _ goDown) {
	k.crashes.spend()
	i := ravel.Choose(c, k.which(false))
	n := &k.nodes[i]
	n.down = true
	c.Crash(n.id)
	k.tell(c, Down{n.id})
	if k.must && k.promised < k.restarts.left {
		k.promised++
		c.After(k.after, restart{i})
	}
	k.offer(c)
}

// up restarts a node that could have stayed down.
func (k *controller) up(c *ravel.Context, _ comeUp) {
	k.restarts.spend()
	k.revive(c, ravel.Choose(c, k.which(true)))
}

// restart restarts a node that must not stay down.
func (k *controller) restart(c *ravel.Context, r restart) {
	k.restarts.left--
	k.promised--
	k.revive(c, r.Node)
}

func (k *controller) revive(c *ravel.Context, i int) {
	n := &k.nodes[i]
	n.down = false
	n.incarnation++
	c.Restart(n.id, n.make(n.incarnation))
	k.tell(c, Up{n.id, n.incarnation})
	k.offer(c)
}

func (k *controller) tell(c *ravel.Context, event any) {
	if k.notify {
		c.Notify(event)
	}
	if !k.detector.IsZero() {
		c.Send(k.detector, event)
	}
}
