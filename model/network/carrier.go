package network

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/transport"
)

// Carrier has a network behave as a transport does between nodes (package transport), each machine being a node of its own.
type Carrier struct {
	// Delivery is what the transport promises. AtMostOnce: what is lost, or is under way or sent while a cut lasts, is lost and
	// reported. AtLeastOnce: it waits until the cut has healed; as the transport sends again what is lost, and leaves out what
	// has arrived before, a loss would show in nothing but time, and there is no budget for it.
	Delivery transport.Delivery

	// Reports gets an Undelivered for everything that is lost or in doubt. It stands for the function that the transport's user
	// has given, and not for the machine that has sent the event, which never learns of it.
	Reports ravel.ID

	// Window is how many events that have arrived may be unconfirmed by a receiver when it is started again; 0 is 4. The more,
	// the more states.
	Window int
}

// Undelivered is what a network with a Carrier reports: see transport.Undelivered.
type Undelivered struct {
	From, To ravel.ID
	Event    any
	Err      error // transport.ErrLost, ErrDisconnected or ErrRestarted
}

const defaultWindow = 4

// carrier is the part of a hub that a Carrier is for.
type carrier struct {
	on      bool
	reports ravel.ID
	window  int
	arrived []link // what may be unconfirmed, the latest last
}

// restarted is the message of Restarted.
type restarted struct{ Node ravel.ID }

// wrong says what a Carrier and the rest of a Config have against each other.
func (cfg *Config) wrong() string {
	switch a := cfg.Carrier; {
	case a == nil:
		return ""
	case a.Reports.IsZero():
		return "Carrier.Reports is the zero ID: name the machine that gets what is undelivered"
	case a.Window < 0:
		return fmt.Sprintf("Carrier.Window is %d: it cannot be negative", a.Window)
	case a.Delivery != transport.AtMostOnce && a.Delivery != transport.AtLeastOnce:
		return fmt.Sprintf("Carrier.Delivery is %d: want transport.AtMostOnce or AtLeastOnce", a.Delivery)
	case cfg.Duplicates > 0 || cfg.Reorders > 0:
		return "a transport neither duplicates nor reorders: Duplicates and Reorders must be 0 with a Carrier"
	case cfg.Loss > 0 && a.Delivery == transport.AtLeastOnce:
		return "at least once, nothing is lost on the way: Loss must be 0"
	case cfg.Lossy:
		return "whether cuts are lossy follows from Carrier.Delivery: leave Lossy out"
	}
	return ""
}

// Restarted says that a machine has been started again as a new process, which does not know what the one before it had
// confirmed. What is under way to it is not delivered and reported with transport.ErrRestarted, and so is some of what has
// arrived there last: whether it had is what nobody knows. It needs a Carrier, and takes effect when the network has taken notice.
func (n Network) Restarted(c *ravel.Context, node ravel.ID) {
	switch {
	case n.hub.IsZero():
		c.Misuse("Restarted on the zero Network: use network.New")
	case !n.carrier:
		c.Misuse("Restarted on a network without a Carrier: a plain network delivers what waits, see package crash")
	case node.IsZero():
		c.Misuse("Restarted of the zero ID: no such machine")
	default:
		c.Send(n.hub, restarted{node})
	}
}

// restarted ends what is under way to a node.
func (h *hub) restarted(c *ravel.Context, r restarted) {
	for _, l := range h.doubtful(c, r.Node) {
		for _, event := range l.queue {
			h.report(c, l.from, l.to, event, transport.ErrRestarted)
		}
	}
	h.settle(c)
}

// doubtful takes what is under way to a node, and what has arrived there and is not confirmed, in the order of sending.
func (h *hub) doubtful(c *ravel.Context, node ravel.ID) []link {
	var list []link
	to := func(l link) bool { return l.to == node }
	for _, l := range h.carrier.arrived {
		if to(l) {
			n := c.Int(len(l.queue) + 1)
			list = append(list, link{l.from, l.to, slices.Clone(l.queue[len(l.queue)-n:])})
		}
	}
	for _, l := range h.links {
		if !to(l) {
			continue
		}
		if i := slices.IndexFunc(list, func(k link) bool { return k.from == l.from }); i >= 0 {
			list[i].queue = append(list[i].queue, l.queue...)
		} else {
			list = append(list, l)
		}
	}
	h.carrier.arrived = slices.DeleteFunc(h.carrier.arrived, to)
	h.links = slices.DeleteFunc(h.links, to)
	return list
}

// keep notes that an event has been delivered, and may be unconfirmed for a while.
func (h *hub) keep(c *ravel.Context, from, to ravel.ID, event any) {
	if !h.carrier.on {
		return
	}
	twin, err := copyOf(event, h.clone)
	if err != "" {
		c.Misuse("the network keeps a %T until it is confirmed: %s", event, err)
		return
	}
	list := h.carrier.arrived
	i, found := slices.BinarySearchFunc(list, link{from: from, to: to}, func(a, b link) int {
		return cmp.Or(a.from.Compare(b.from), a.to.Compare(b.to))
	})
	if !found {
		list = slices.Insert(list, i, link{from: from, to: to})
	}
	if list[i].queue = append(list[i].queue, twin); len(list[i].queue) > h.carrier.window {
		list[i].queue = slices.Delete(list[i].queue, 0, 1)
	}
	h.carrier.arrived = list
}

// report tells of an event that is lost, if somebody wants to know.
func (h *hub) report(c *ravel.Context, from, to ravel.ID, event any, err error) {
	if h.carrier.on {
		c.Send(h.carrier.reports, Undelivered{from, to, event, err})
	}
}

// sever loses what is under way across a new cut.
func (h *hub) sever(c *ravel.Context) {
	for _, l := range h.links {
		if h.severed(l.from, l.to) {
			for _, event := range l.queue {
				h.report(c, l.from, l.to, event, transport.ErrLost)
			}
		}
	}
	h.links = slices.DeleteFunc(h.links, func(l link) bool { return h.severed(l.from, l.to) })
}
