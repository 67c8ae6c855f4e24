package network

import (
	"cmp"
	"slices"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/transport"
)

// Config says what a network may do to messages. With the zero value it only delays them.
type Config struct {
	Name string // of the network's machine, and of its budgets; "" is "network"

	Loss       int // so many messages may be lost
	Duplicates int // so many copies may be made
	Reorders   int // so many times a message may be overtaken by the next one of its link
	Partitions int // so many times the nodes may be cut in two

	// HealAfter is how long a cut lasts at least; 0 is one second. The clock decides what that means: on the asynchronous
	// one a cut may heal at any step. Under Permanent no cut heals by itself.
	HealAfter time.Duration
	Permanent bool
	// Lossy cuts lose what is sent across them, beyond the budget of Loss. By default it waits until the cut has healed.
	Lossy bool

	// Clone copies events that the network duplicates. Without it an event that is not plain data copies itself, by a
	// method Clone that takes nothing and returns the event's own type.
	Clone func(event any) any

	// Carrier has the network behave as a transport between nodes does; see the documentation of the package.
	Carrier *Carrier
}

// Network carries events from machine to machine. It is a small value to be copied into the machines that use it; the
// zero Network carries nothing.
type Network struct {
	hub        ravel.ID
	duplicates bool // events must be such that can be copied
	carrier    bool
	clone      func(any) any `ravel:"-"`
}

// Packet is a message on its way into the network, as traces show it.
type Packet struct {
	From, To ravel.ID
	Event    any
}

// New creates a network. Two networks of one execution need different names if they have budgets.
func New(c *ravel.Context, cfg Config) Network {
	if cfg.Name == "" {
		cfg.Name = "network"
	}
	if cfg.HealAfter == 0 {
		cfg.HealAfter = time.Second
	}
	if cfg.HealAfter < 0 {
		c.Misuse("network.New: HealAfter is %v: a cut cannot last less than no time", cfg.HealAfter)
	}
	if err := cfg.wrong(); err != "" {
		c.Misuse("network.New: %s", err)
	}
	h := &hub{lossy: cfg.Lossy, permanent: cfg.Permanent, healAfter: cfg.HealAfter, clone: cfg.Clone}
	if a := cfg.Carrier; a != nil {
		h.carrier = carrier{on: true, reports: a.Reports, window: cmp.Or(a.Window, defaultWindow)}
		h.lossy = a.Delivery == transport.AtMostOnce
	}
	units := [numFaults]int{loss: cfg.Loss, duplicate: cfg.Duplicates, overtake: cfg.Reorders, cut: cfg.Partitions}
	for i, n := range units {
		switch {
		case n < 0:
			c.Misuse("network.New: %s is %d: a budget cannot be negative", fields[i], n)
		case n > 0:
			h.faults[i].budget = c.Budget(cfg.Name+" "+words[i], n)
			h.faults[i].left = n
		}
	}
	return Network{c.Create(hubMachine.New(h).Named(cfg.Name)), cfg.Duplicates > 0 || cfg.Carrier != nil, cfg.Carrier != nil, cfg.Clone}
}

// Send sends an event to another machine, or to this one, through the network. What the event refers to belongs to the
// network, and then to the receiver, from now on.
func (n Network) Send(c *ravel.Context, to ravel.ID, event any) {
	switch {
	case n.hub.IsZero():
		c.Misuse("Send of %T on the zero Network: use network.New", event)
	case to.IsZero():
		c.Misuse("Send of %T to the zero ID: no such machine", event)
	case event == nil:
		c.Misuse("Send of a nil event to %v: an event is a value of some type", to)
	default:
		if n.duplicates && n.clone == nil {
			if err := duplicable(event); err != "" {
				c.Misuse("Send of %T, which the network may have to copy: %s", event, err)
				return
			}
		}
		c.Send(n.hub, Packet{c.Self(), to, event})
	}
}

// Partition cuts the network between the named machines and all others, once the network has taken notice. It draws on no
// budget and replaces any earlier cut; it stays until Heal, or until a cut of the budget has healed.
func (n Network) Partition(c *ravel.Context, side ...ravel.ID) {
	switch {
	case n.hub.IsZero():
		c.Misuse("Partition of the zero Network: use network.New")
	case len(side) == 0:
		c.Misuse("Partition of no machines from the others: name at least one")
	case slices.ContainsFunc(side, ravel.ID.IsZero):
		c.Misuse("Partition of the zero ID: no such machine")
	default:
		c.Send(n.hub, split{slices.Clone(side)})
	}
}

// Heal ends a cut, once the network has taken notice. It does nothing if there is none.
func (n Network) Heal(c *ravel.Context) {
	if n.hub.IsZero() {
		c.Misuse("Heal of the zero Network: use network.New")
		return
	}
	c.Send(n.hub, heal{})
}
