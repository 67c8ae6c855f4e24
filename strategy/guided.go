package strategy

import (
	"slices"

	"github.com/ravelgo/ravel/schedule"
)

// lookAhead is how many schedule choices Guided may skip at once. Skipping more would trade the part of the recording
// that still fits for a match by chance.
const lookAhead = 16

// Guided follows a recorded execution as well as it can in a program that may have changed since.
//
// At a pick it takes the first of the next 16 recorded picks whose operation is on offer, and drops those before it;
// when none is, it follows the default order and drops none. A value comes from the recorded choice of the same operation
// and number, if kind and range fit, else it is 0. Faults happen only where they are recorded.
//
// Guarantee: of an unchanged program it makes the execution that was recorded and Stale returns nil. It never fails.
type Guided struct {
	names  []schedule.Named
	picks  []int         // positions of the schedule choices in names
	values map[asked]int // positions of the others

	next     int    // in picks
	followed []bool // by position in names
	last     *Op
	paths    []string // by Op.Index
	asks     []int    // by Op.Index; data choices made
	stale    *Divergence
}

type asked struct {
	op  string
	nth int
}

// NewGuided returns a strategy that follows the names, which it keeps and does not change.
func NewGuided(names []schedule.Named) *Guided {
	g := &Guided{names: names, values: make(map[asked]int), followed: make([]bool, len(names))}
	for i, n := range names {
		if n.Kind == schedule.Schedule {
			g.picks = append(g.picks, i)
		} else {
			g.values[asked{n.Op, n.Nth}] = i
		}
	}
	return g
}

// Start implements Strategy.
func (g *Guided) Start(Execution) bool {
	g.next, g.last, g.stale = 0, nil, nil
	clear(g.followed)
	g.paths, g.asks = g.paths[:0], g.asks[:0]
	return true
}

// Pick implements Strategy.
func (g *Guided) Pick(ops []*Op) int { return g.PickFault(0, ops, nil) }

// PickFault implements FaultPicker.
func (g *Guided) PickFault(_ int, ops, faults []*Op) int {
	n := len(ops) + len(faults)
	for i := g.next; i < len(g.picks) && i < g.next+lookAhead; i++ {
		at := g.find(ops, faults, g.names[g.picks[i]].Op)
		if at < 0 {
			continue
		}
		if i > g.next || g.names[g.picks[i]].N != n {
			g.diverged(g.picks[g.next], schedule.Schedule, n)
		}
		g.next = i + 1
		g.followed[g.picks[i]] = true
		return at
	}
	if g.next < len(g.picks) {
		g.diverged(g.picks[g.next], schedule.Schedule, n)
	}
	return Index(ops, faults, g.last, 0)
}

// find returns the index of the operation with that path, -1 when it is not on offer.
func (g *Guided) find(ops, faults []*Op, path string) int {
	for i, op := range ops {
		if g.path(op) == path {
			return i
		}
	}
	for i, op := range faults {
		if g.path(op) == path {
			return len(ops) + i
		}
	}
	return -1
}

func (g *Guided) path(op *Op) string {
	if op.Kind == End {
		return op.Path() // it has no index
	}
	for op.Index >= len(g.paths) {
		g.paths = append(g.paths, "")
	}
	if g.paths[op.Index] == "" {
		g.paths[op.Index] = op.Path()
	}
	return g.paths[op.Index]
}

// Value implements Strategy.
func (g *Guided) Value(v Value) int {
	for v.Op.Index >= len(g.asks) {
		g.asks = append(g.asks, 0)
	}
	nth := g.asks[v.Op.Index]
	g.asks[v.Op.Index]++
	at, ok := g.values[asked{g.path(v.Op), nth}]
	if !ok {
		return 0
	}
	c := g.names[at]
	if c.Kind != v.Kind || c.N != v.N {
		g.diverged(at, v.Kind, v.N)
	}
	if c.Kind != v.Kind || c.Value < 0 || c.Value >= v.N {
		return 0
	}
	g.followed[at] = true
	return c.Value
}

func (g *Guided) diverged(at int, kind schedule.Kind, n int) {
	if g.stale == nil {
		g.stale = &Divergence{At: at, Want: g.names[at].Choice, Got: schedule.Choice{Kind: kind, N: n}}
	}
}

// Enabled implements Observer.
func (g *Guided) Enabled(*Op) {}

// Disabled implements Observer.
func (g *Guided) Disabled(*Op) {}

// Executed implements Observer.
func (g *Guided) Executed(op *Op, _ []Action) { g.last = Moved(g.last, op) }

// Finish implements Finisher.
func (g *Guided) Finish(Result) {
	if at := slices.Index(g.followed, false); at >= 0 && g.stale == nil {
		g.stale = &Divergence{At: at, Want: g.names[at].Choice, Ended: true}
	}
}

// Stale returns nil when the recording was followed to its end, else where the execution left it first. It is complete
// after Finish.
func (g *Guided) Stale() *Divergence { return g.stale }
