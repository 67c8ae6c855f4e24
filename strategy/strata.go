package strategy

import (
	"fmt"
	"math/bits"

	"github.com/ravelgo/ravel/schedule"
)

// strata is the search behind the bounded strategies: it runs every execution whose cost is at most a bound, once, in the
// order of their costs. The cost of an execution is the sum over its choices; the default costs nothing.
//
// Every execution but the first has one parent: the execution that takes the default in place of its last deviation, and
// has no deviation afterwards. So an execution is addressed by its deviations, what comes after the last one is defaults, and
// the choices met there are where its children deviate. A child costs more than its parent or the same, so
// the strata come out in order, and nothing is run to find out where it belongs.
//
// Memory: eight bytes per choice behind the last deviation, for every execution below the last stratum whose children
// have not all been run.
type strata struct {
	what      string // the strategy, for errors
	bound     int
	stratum   int
	counts    []uint64  // executions by stratum
	stack     []*branch // of this stratum, with children in it, the deepest last
	later     []*branch // of this stratum, done in it
	kept      []*branch // of lower strata
	at        int       // in kept
	parent    *branch   // of the present execution; nil of the first one
	present   *branch
	depth     int    // choices made in this execution
	hash      uint64 // of those before the present one's first new choice
	next      int    // in the path of the present execution
	beyond    bool   // some execution costs more than the bound
	err       error
	exhausted bool
}

// price is what the alternatives of a choice cost.
type price uint8

const (
	free   price = iota // nothing
	flat                // one each, but for the default
	linear              // their number
)

// branch is an execution with the choices at which its children deviate.
type branch struct {
	path   []deviation
	cost   int
	from   int     // the number of the choice behind the last deviation
	prefix uint64  // hash of the choices before that
	points []point // the others
	reach  int     // what the dearest child costs more
	at     int     // the next child: the index of its point,
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
func (p point) dearest() int {
	switch p.price() {
	case flat:
		return 1
	case linear:
		return p.n() - 1
	}
	return 0
}

// after returns the least alternative above v that costs exactly extra; 0 when there is none.
func (p point) after(v, extra int) int {
	v++
	switch price := p.price(); {
	case price == linear && extra >= v:
		v = extra
	case price == linear, price == flat && extra != 1, price == free && extra != 0:
		return 0
	}
	if v >= p.n() {
		return 0
	}
	return v
}

// child returns the next child that costs extra more.
func (b *branch) child(extra int) (deviation, bool) {
	for ; b.at < len(b.points); b.at++ {
		if b.value = b.points[b.at].after(b.value, extra); b.value > 0 {
			return deviation{b.from + b.at, b.value}, true
		}
	}
	return deviation{}, false
}

func (b *branch) rewind() { b.at, b.value = 0, 0 }

// start prepares the next execution; it returns false when there is none.
func (s *strata) start() bool {
	if s.err != nil || s.exhausted {
		return false
	}
	switch {
	case s.present == nil:
		s.present = &branch{}
	case !s.advance():
		s.exhausted = true
		return false
	}
	s.depth, s.next, s.hash = 0, 0, 0
	for s.stratum >= len(s.counts) {
		s.counts = append(s.counts, 0)
	}
	s.counts[s.stratum]++
	return true
}

// advance finds the next execution: a child of the last one in its stratum, as deep as possible; else one of a cheaper
// execution; else one of the next stratum.
func (s *strata) advance() bool {
	for {
		for n := len(s.stack); n > 0; n-- {
			b := s.stack[n-1]
			if d, ok := b.child(0); ok {
				return s.descend(b, d)
			}
			s.stack[n-1] = nil
			s.stack = s.stack[:n-1]
			if b.reach > 0 && b.cost < s.bound {
				s.later = append(s.later, b)
			}
		}
		for ; s.at < len(s.kept); s.at++ {
			b := s.kept[s.at]
			if d, ok := b.child(s.stratum - b.cost); ok {
				return s.descend(b, d)
			}
		}
		if !s.climb() {
			return false
		}
	}
}

// climb goes on to the next stratum, if there is one.
func (s *strata) climb() bool {
	all := append(s.kept, s.later...)
	s.stratum++
	s.at, s.later = 0, nil
	s.kept = all[:0]
	for _, b := range all {
		if b.cost+b.reach >= s.stratum {
			b.rewind()
			s.kept = append(s.kept, b)
		}
	}
	clear(all[len(s.kept):])
	return s.stratum <= s.bound && len(s.kept) > 0
}

func (s *strata) descend(b *branch, d deviation) bool {
	s.parent = b
	path := make([]deviation, len(b.path)+1)
	copy(path, b.path)
	path[len(b.path)] = d
	s.present = &branch{path: path, cost: s.stratum, from: d.at + 1}
	return true
}

// choose makes the next choice. Up to the last deviation it tests that the program does what it did in the parent.
func (s *strata) choose(kind schedule.Kind, n int, price price) int {
	if s.err != nil {
		return 0
	}
	at, p, b := s.depth, pointOf(kind, n, price), s.present
	s.depth++
	if at >= b.from {
		if at == b.from {
			b.prefix = s.hash
		}
		b.points = append(b.points, p)
		b.reach = max(b.reach, p.dearest())
		return 0
	}
	if !s.same(at, p) {
		return 0
	}
	s.hash = mix(bits.RotateLeft64(s.hash, 1) ^ uint64(p))
	if d := b.path[s.next]; d.at == at {
		s.next++
		return d.value
	}
	return 0
}

// same tests a choice of the parent's again.
func (s *strata) same(at int, p point) bool {
	switch from := s.parent.from; {
	case at == from && s.hash != s.parent.prefix:
		s.fail(fmt.Errorf("before choice %d", at))
	case at >= from && s.parent.points[at-from] != p:
		want := s.parent.points[at-from]
		s.fail(&Divergence{
			At: at, Want: schedule.Choice{Kind: want.kind(), N: want.n()}, Got: schedule.Choice{Kind: p.kind(), N: p.n()},
		})
	}
	return s.err == nil
}

func (s *strata) fail(err error) {
	s.err = fmt.Errorf("strategy: %s: the same choices led elsewhere, so the program is not deterministic: %w", s.what, err)
}

// Finish implements Finisher.
func (s *strata) Finish(Result) {
	b := s.present
	switch {
	case s.err != nil:
		return
	case s.depth < b.from:
		s.fail(fmt.Errorf("the execution ended before choice %d", s.depth))
		return
	case s.depth == b.from:
		return // it has no children
	}
	s.beyond = s.beyond || b.cost+b.reach > s.bound
	s.stack = append(s.stack, b)
}

// Exhausted reports whether every execution within the bound has run; it turns true with the Start that returns false.
func (s *strata) Exhausted() bool { return s.exhausted }

// Complete reports whether every schedule of the program has run: the bound left none out.
func (s *strata) Complete() bool { return s.exhausted && !s.beyond }

// Strata returns how many executions of each cost were started, from cost 0 on.
func (s *strata) Strata() []uint64 { return append([]uint64(nil), s.counts...) }

// Err returns why the search ended early: the program is not deterministic.
func (s *strata) Err() error { return s.err }

// Properties implements Described.
func (s *strata) Properties() Properties { return Properties{Exhaustive: true} }

func atMost(bound int, what string) string {
	if bound != 1 {
		what += "s"
	}
	return fmt.Sprintf("with at most %d %s", bound, what)
}
