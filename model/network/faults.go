package network

import (
	"math/bits"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/transport"
)

// The faults of a network.
const (
	loss = iota
	duplicate
	overtake
	cut
	numFaults
)

var (
	words  = [numFaults]string{loss: "loss", duplicate: "duplicate", overtake: "reorder", cut: "partition"}
	fields = [numFaults]string{loss: "Loss", duplicate: "Duplicates", overtake: "Reorders", cut: "Partitions"}
)

// The events of the faults.
type (
	lost       struct{}
	duplicated struct{}
	overtaken  struct{}
	parted     struct{}
)

var events = [numFaults]any{loss: lost{}, duplicate: duplicated{}, overtake: overtaken{}, cut: parted{}}

// fault is one kind of fault.
type fault struct {
	budget  ravel.Budget
	left    int // units
	offered bool
	offer   ravel.Fault
}

// offer puts on offer what could happen now and takes back what could not.
func (h *hub) offer(c *ravel.Context) {
	for i := range h.faults {
		f := &h.faults[i]
		want := f.left > 0 && h.possible(i)
		switch {
		case want && !f.offered:
			f.offer = c.OfferFault(f.budget, events[i])
		case !want && f.offered:
			c.WithdrawFault(f.offer)
			f.offer = ravel.Fault{}
		}
		f.offered = want
	}
}

func (h *hub) possible(i int) bool {
	switch i {
	case loss, duplicate:
		return len(h.links) > 0
	case overtake:
		return h.pairs() > 0
	}
	return h.side == nil && len(h.nodes) > 1
}

// spend notes that a fault has happened, which takes it off offer.
func (h *hub) spend(i int) {
	f := &h.faults[i]
	f.left--
	f.offered = false
	f.offer = ravel.Fault{}
}

// pairs is the number of messages in flight that have another one of their link behind them.
func (h *hub) pairs() int {
	n := 0
	for _, l := range h.links {
		n += len(l.queue) - 1
	}
	return n
}

// choose chooses a message in flight, not among the last `behind` of each link.
func (h *hub) choose(c *ravel.Context, behind int) (link, n int) {
	total := 0
	for _, l := range h.links {
		total += len(l.queue) - behind
	}
	n = c.Int(total)
	for i, l := range h.links {
		if k := len(l.queue) - behind; n >= k {
			n -= k
		} else {
			return i, n
		}
	}
	panic("network: no message is in flight")
}

func (h *hub) lose(c *ravel.Context, _ lost) {
	h.spend(loss)
	i, n := h.choose(c, 0)
	from, to := h.links[i].from, h.links[i].to
	h.report(c, from, to, h.remove(i, n), transport.ErrLost)
	h.settle(c)
}

// duplicate puts a copy of a message at the end of its link.
func (h *hub) duplicate(c *ravel.Context, _ duplicated) {
	h.spend(duplicate)
	i, n := h.choose(c, 0)
	l := &h.links[i]
	twin, err := copyOf(l.queue[n], h.clone)
	if err != "" {
		c.Misuse("the network duplicates a %T: %s", l.queue[n], err)
		return
	}
	l.queue = append(l.queue, twin)
	h.settle(c)
}

// overtake exchanges a message with the one behind it.
func (h *hub) overtake(c *ravel.Context, _ overtaken) {
	h.spend(overtake)
	i, n := h.choose(c, 1)
	q := h.links[i].queue
	q[n], q[n+1] = q[n+1], q[n]
	h.settle(c)
}

// mostCuts bounds the machines among which every cut in two is considered; of more machines, one is cut off.
const mostCuts = 16

// cut chooses one side of a cut: each way to cut the known machines in two exactly once.
func (h *hub) cut(c *ravel.Context, _ parted) {
	h.spend(cut)
	n := len(h.nodes)
	var side []ravel.ID
	if n > mostCuts {
		side = append(side, h.nodes[c.Int(n)])
	} else {
		set := uint(c.Int(1<<(n-1)-1)) + 1 // the last machine is always on the other side
		for ; set != 0; set &= set - 1 {
			side = append(side, h.nodes[bits.TrailingZeros(set)])
		}
	}
	h.part(c, side)
	if !h.permanent {
		h.timer = c.After(h.healAfter, heal{})
		h.healing = true
	}
	h.settle(c)
}
