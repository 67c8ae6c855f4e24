package explorer

import (
	"slices"

	"github.com/ravelgo/ravel/strategy/delaying"
)

// Phases is a delaying explorer for systems that are set up before they are hurt. Machines move in the order of their
// creation; the fault injector last while the system is set up, and afterwards first, and behind it the machines that
// deal with faults. The program says which these are:
//
//	c.Explorer("setup", injector)
//	c.Explorer("initialized", injector, master, ...)
type Phases struct {
	queue   []delaying.ID // of the enabled machines; the head moves
	last    delaying.ID   // while the system is set up; else None
	hurried []delaying.ID
}

func NewPhases(uint64) delaying.Explorer { return &Phases{last: delaying.None} }

func (p *Phases) Start(id, _ delaying.ID) { p.Enabled(id) }
func (p *Phases) Enabled(id delaying.ID)  { p.queue = append(p.queue, id); p.sort() }
func (p *Phases) Blocked(id delaying.ID) {
	p.queue = slices.DeleteFunc(p.queue, func(other delaying.ID) bool { return other == id })
}
func (p *Phases) Finish(delaying.ID) {}

func (p *Phases) Next() delaying.ID        { return p.queue[0] }
func (p *Phases) Delay()                   { p.queue = append(p.queue[1:], p.queue[0]) }
func (p *Phases) Clone() delaying.Explorer { return delaying.Copy(p) }

func (p *Phases) Told(_ delaying.ID, call string, args []any) {
	switch call {
	case "setup":
		p.last = args[0].(delaying.ID)
	case "initialized":
		p.last, p.hurried = delaying.None, nil
		for _, a := range args {
			p.hurried = append(p.hurried, a.(delaying.ID))
		}
	}
	p.sort()
}

// sort ends the effect of delays: whoever is enabled from now on may be more urgent.
func (p *Phases) sort() {
	slices.SortFunc(p.queue, func(a, b delaying.ID) int { return p.rank(a) - p.rank(b) })
}

func (p *Phases) rank(id delaying.ID) int {
	if i := slices.Index(p.hurried, id); i >= 0 {
		return i - len(p.hurried) // below 0: before all others
	}
	if id == p.last {
		return 1 << 30
	}
	return int(id)
}
