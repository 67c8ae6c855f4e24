package strategy

import (
	"fmt"

	"github.com/ravelgo/ravel/schedule"
)

// price is what the alternatives of a choice cost.
type price uint8

const (
	free   price = iota // nothing
	flat                // one each, but for the default
	linear              // their number
)

// branch is an execution with the choices at which its children deviate. A child repeats the deviations of its parent,
// makes one more, behind the last, and goes on with defaults.
type branch struct {
	path   []deviation // of a branch that no stack holds; see walker.path
	level  int         // number of deviations
	cost   int
	from   int     // the number of the choice behind the last deviation
	prefix uint64  // hash of the choices before that
	points []point // the others
	reach  int     // what the dearest child costs more
	lo, hi int     // the children that are due cost at least lo more, and at most hi
	at     int     // the next child: the index of its point, plus one,
	value  int     // and the value before its own
}

// deviation is a choice that is not the default.
type deviation struct{ at, value int }

// point is a choice that was met: the number of its alternatives, its kind and its price, packed.
type point uint64

func pointOf(kind schedule.Kind, n int, p price) point {
	return point(n)<<4 | point(kind)<<2 | point(p)
}

func (p point) n() int              { return int(p >> 4) }
func (p point) kind() schedule.Kind { return schedule.Kind(p >> 2 & 3) }
func (p point) price() price        { return price(p & 3) }

// dearest returns what the dearest alternative costs.
func (p point) dearest() int { return p.cost(p.n() - 1) }

// cost returns what an alternative costs.
func (p point) cost(v int) int {
	switch p.price() {
	case flat:
		return min(v, 1)
	case linear:
		return v
	}
	return 0
}

// after returns the least alternative above v that costs at least lo and at most hi; 0 when there is none.
func (p point) after(v, lo, hi int) int {
	v++
	if p.price() == linear {
		v = max(v, lo)
	}
	if v >= p.n() {
		return 0
	}
	if c := p.cost(v); c < lo || c > hi {
		return 0
	}
	return v
}

// rewind makes the children due that cost at least lo more, and at most hi.
func (b *branch) rewind(lo, hi int) { b.lo, b.hi, b.at, b.value = lo, hi, len(b.points), 0 }

// child returns the next child that is due, those that deviate last first, and what it costs more.
func (b *branch) child() (deviation, int, bool) {
	for ; b.at > 0; b.at-- {
		p := b.points[b.at-1]
		if b.value = p.after(b.value, b.lo, b.hi); b.value > 0 {
			return deviation{b.from + b.at - 1, b.value}, p.cost(b.value), true
		}
	}
	return deviation{}, 0, false
}

// left counts the children that are due.
func (b *branch) left() uint64 {
	n, value := uint64(0), b.value
	for i := b.at; i > 0; i-- {
		p := b.points[i-1]
		for v := p.after(value, b.lo, b.hi); v > 0; v = p.after(v, b.lo, b.hi) {
			n++
		}
		value = 0
	}
	return n
}

// bytes is about the memory that a branch takes off the stacks.
func (b *branch) bytes() int { return 144 + 16*cap(b.path) + 8*cap(b.points) }

func atMost(bound int, what string) string {
	if bound != 1 {
		what += "s"
	}
	return fmt.Sprintf("with at most %d %s", bound, what)
}
