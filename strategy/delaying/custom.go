package delaying

import (
	"cmp"
	"slices"
)

// The calls that Custom listens to; Context.ChangeOrder and Context.SetPriority make them.
const (
	ChangeOrder = "ChangeOrder" // with a []ID
	SetPriority = "SetPriority" // with an int
)

// Custom moves the first enabled machine of an order that the program states: a protocol's author knows which machines a
// fault or a race is about.
//
// The order is total: by priority, higher first, and among equals by place. A created machine has priority 0 and the last
// place. ChangeOrder(a, b, ...) makes all priorities 0 and the machines named the first ones, in this order; the others
// keep their order behind them. SetPriority(p) sets the priority of the machine that calls. After either, the first
// enabled machine of the order is next.
//
// Delay goes on to the next enabled machine in the order, and from the last one to the first. It lasts: from then on the
// order begins there, as in the paper, until the program changes it. Memoryless, the next step begins at the first machine
// again, as in Zing, which sorts by priority in each new state.
//
// In Zing initial priorities are random, and newly enabled machines stand behind all others until the next sort.
type Custom struct {
	Memoryless bool

	order []entry
	from  int // index in order: whoever is enabled there or behind comes first; 0 <= from < len(order) unless that is 0
}

type entry struct {
	id       ID
	priority int
	enabled  bool
}

// NewCustom returns an explorer with the order of creation.
func NewCustom() *Custom { return new(Custom) }

// Start implements Explorer. The new machine has the last place among those of priority 0.
func (c *Custom) Start(id, _ ID) {
	at := len(c.order)
	for at > 0 && c.order[at-1].priority < 0 {
		at--
	}
	c.order = slices.Insert(c.order, at, entry{id: id, enabled: true})
	if at < c.from {
		c.from++
	}
}

// Enabled implements Explorer.
func (c *Custom) Enabled(id ID) { c.set(id, true) }

// Blocked implements Explorer.
func (c *Custom) Blocked(id ID) { c.set(id, false) }

func (c *Custom) set(id ID, enabled bool) {
	if i := c.place(id); i >= 0 {
		c.order[i].enabled = enabled
	}
}

// place returns the place of a machine in the order; -1 when there is no such machine.
func (c *Custom) place(id ID) int {
	return slices.IndexFunc(c.order, func(e entry) bool { return e.id == id })
}

// Finish implements Explorer.
func (c *Custom) Finish(id ID) {
	i := c.place(id)
	if i < 0 {
		return
	}
	c.order = slices.Delete(c.order, i, i+1)
	if i < c.from {
		c.from--
	}
	if c.from == len(c.order) {
		c.from = 0
	}
}

// Step implements Stepper.
func (c *Custom) Step(ID) {
	if c.Memoryless {
		c.from = 0
	}
}

// Next implements Explorer.
func (c *Custom) Next() ID { return c.order[c.next()].id }

func (c *Custom) next() int {
	i := c.from
	for !c.order[i].enabled {
		i = (i + 1) % len(c.order)
	}
	return i
}

// Delay implements Explorer.
func (c *Custom) Delay() { c.from = (c.next() + 1) % len(c.order) }

// Told implements Listener.
func (c *Custom) Told(id ID, call string, args []any) {
	if len(args) != 1 {
		return
	}
	switch call {
	case ChangeOrder:
		if first, ok := args[0].([]ID); ok {
			c.changeOrder(first)
		}
	case SetPriority:
		p, ok := args[0].(int)
		if i := c.place(id); ok && i >= 0 {
			c.order[i].priority = p
			c.sort()
		}
	}
}

// changeOrder puts machines first.
func (c *Custom) changeOrder(first []ID) {
	for i := range c.order {
		c.order[i].priority = 0
		if at := slices.Index(first, c.order[i].id); at >= 0 {
			c.order[i].priority = len(first) - at
		}
	}
	c.sort()
	for i := range c.order {
		c.order[i].priority = 0
	}
}

// sort orders by priority, and starts at the first.
func (c *Custom) sort() {
	slices.SortStableFunc(c.order, func(a, b entry) int { return cmp.Compare(b.priority, a.priority) })
	c.from = 0
}

// Clone implements Explorer.
func (c *Custom) Clone() Explorer { return &Custom{c.Memoryless, slices.Clone(c.order), c.from} }
