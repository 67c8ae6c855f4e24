package network

import (
	"cmp"
	"slices"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/transport"
)

// hub is the machine that carries the messages.
//
// A message is in flight from the sender's send until the hub delivers it. The hub takes it out of its inbox, and in the
// same step delivers the first message of some link, or none. Whatever stays behind keeps the hub busy: then it delivers,
// whenever it moves and has nothing to take in, the first message of some link. So of two messages of different links
// either may come first, however much else happens in between.
type hub struct {
	nodes []ravel.ID // everybody who has sent or was sent something, in the order of IDs
	links []link     // those with messages in flight, ordered
	side  []ravel.ID // one side of a cut; nil: there is none

	faults    [numFaults]fault
	lossy     bool
	permanent bool
	healAfter time.Duration
	healing   bool // a timer will end the cut
	timer     ravel.Timer
	clone     func(any) any `ravel:"-"`
	carrier   carrier
}

// link is what is in flight from one machine to another, in the order of delivery.
//
// Invariant: queue is not empty.
type link struct {
	from, to ravel.ID
	queue    []any
}

type (
	split struct{ Side []ravel.ID }
	heal  struct{}
)

const (
	idle = "Idle" // nothing can be delivered
	busy = "Busy"
)

var hubMachine = ravel.Define[hub]("network",
	ravel.Start(idle, common()...),
	ravel.In(busy, common(ravel.OnDefault((*hub).flow))...),
)

// common is what both states do.
func common(more ...ravel.Clause) []ravel.Clause {
	return append(more,
		ravel.On((*hub).take),
		ravel.On((*hub).split),
		ravel.On((*hub).heal),
		ravel.On((*hub).restarted),
		ravel.On((*hub).lose),
		ravel.On((*hub).duplicate),
		ravel.On((*hub).overtake),
		ravel.On((*hub).cut),
	)
}

// take takes a message in, and may deliver one.
func (h *hub) take(c *ravel.Context, p Packet) {
	h.meet(p.From)
	h.meet(p.To)
	if h.lossy && h.severed(p.From, p.To) {
		h.report(c, p.From, p.To, p.Event, transport.ErrDisconnected)
		h.settle(c)
		return
	}
	h.put(p.From, p.To, p.Event)
	h.deliver(c, true)
}

// flow delivers a message.
func (h *hub) flow(c *ravel.Context) { h.deliver(c, false) }

// deliver delivers the first message of some link, or none if it may wait. The choice is fair: no link waits for ever.
func (h *hub) deliver(c *ravel.Context, mayWait bool) {
	open := h.open()
	n := len(open)
	if mayWait {
		n++
	}
	if i := c.FairInt(n); i < len(open) {
		from, to := h.links[open[i]].from, h.links[open[i]].to
		event := h.remove(open[i], 0)
		h.keep(c, from, to, event)
		c.Send(to, event)
	}
	h.settle(c)
}

// open returns the places of the links that no cut severs.
func (h *hub) open() []int {
	var open []int
	for i := range h.links {
		if l := &h.links[i]; !h.severed(l.from, l.to) {
			open = append(open, i)
		}
	}
	return open
}

func (h *hub) severed(a, b ravel.ID) bool {
	return h.side != nil && slices.Contains(h.side, a) != slices.Contains(h.side, b)
}

// settle ends every handler: it puts the right faults on offer and enters the right state.
func (h *hub) settle(c *ravel.Context) {
	h.offer(c)
	want := ravel.State(idle)
	if len(h.open()) > 0 {
		want = busy
	}
	if c.State() != want {
		c.Goto(want)
	}
}

func (h *hub) meet(id ravel.ID) {
	if i, found := slices.BinarySearchFunc(h.nodes, id, ravel.ID.Compare); !found {
		h.nodes = slices.Insert(h.nodes, i, id)
	}
}

// put appends a message to its link.
func (h *hub) put(from, to ravel.ID, event any) {
	i, found := slices.BinarySearchFunc(h.links, link{from: from, to: to}, func(a, b link) int {
		return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to))
	})
	if !found {
		h.links = slices.Insert(h.links, i, link{from: from, to: to})
	}
	h.links[i].queue = append(h.links[i].queue, event)
}

// remove takes the n-th message out of a link.
func (h *hub) remove(i, n int) any {
	l := &h.links[i]
	event := l.queue[n]
	l.queue = slices.Delete(l.queue, n, n+1)
	if len(l.queue) == 0 {
		h.links = slices.Delete(h.links, i, i+1)
	}
	return event
}

func (h *hub) split(c *ravel.Context, s split) {
	h.part(c, s.Side)
	h.settle(c)
}

// heal ends a cut; it comes from the user or from the timer.
func (h *hub) heal(c *ravel.Context, _ heal) {
	if h.healing {
		h.healing = false
		c.StopTimer(h.timer)
		h.timer = ravel.Timer{}
	}
	h.side = nil
	h.settle(c)
}

// part cuts the network.
func (h *hub) part(c *ravel.Context, side []ravel.ID) {
	h.side = side
	if h.lossy {
		h.sever(c)
	}
}
