package digest

import (
	"cmp"
	"reflect"
	"slices"
	"unsafe"
)

// visited remembers the memory that one digest has been through, in order of
// first visit. Resetting it is free. Entries are addresses, not pointers: the
// value being digested keeps the memory alive and does not live on the stack.
type visited struct {
	slots  []int32 // index into places plus one, valid when its round matches
	rounds []uint32
	round  uint32
	places []place
	sorted []span
}

// place is one visited pointee, slice or map. n is 0 for a single value and
// length + 1 for a slice.
type place struct {
	addr uintptr
	end  uintptr
	typ  *plan
	n    int
	slot int
}

func (s *visited) reset() {
	s.places = s.places[:0]
	s.round++
	if s.round == 0 || s.slots == nil {
		s.resize(max(len(s.slots), 64))
	}
}

func (s *visited) count() int { return len(s.places) }

// add enters a place and returns -1, or the index it has been entered at.
func (s *visited) add(addr unsafe.Pointer, typ *plan, n int, size uintptr) int {
	a := uintptr(addr)
	i := s.find(a, typ, n)
	if s.rounds[i] == s.round {
		return int(s.slots[i])
	}
	s.rounds[i], s.slots[i] = s.round, int32(len(s.places))
	s.places = append(s.places, place{addr: a, end: a + size, typ: typ, n: n, slot: i})
	if 2*len(s.places) > len(s.slots) {
		s.resize(2 * len(s.slots))
	}
	return -1
}

// find returns the slot of a place, or the free one where it belongs.
func (s *visited) find(addr uintptr, typ *plan, n int) int {
	mask := len(s.slots) - 1
	i := int(uint64(addr)*mul5>>32) & mask
	for s.rounds[i] == s.round {
		p := &s.places[s.slots[i]]
		if p.addr == addr && p.typ == typ && p.n == n {
			break
		}
		i = (i + 1) & mask
	}
	return i
}

// undo forgets all places from the k-th on. Taking entries out in the reverse
// order of entry leaves no holes in the probe sequences.
func (s *visited) undo(k int) {
	for i := len(s.places) - 1; i >= k; i-- {
		s.rounds[s.places[i].slot] = s.round - 1
	}
	s.places = s.places[:k]
}

func (s *visited) resize(n int) {
	s.slots, s.rounds, s.round = make([]int32, n), make([]uint32, n), 1
	for k := range s.places {
		p := &s.places[k]
		p.slot = s.find(p.addr, p.typ, p.n)
		s.rounds[p.slot], s.slots[p.slot] = s.round, int32(k)
	}
}

// span is the memory of a place, for finding overlaps.
type span struct {
	addr, end uintptr
	index     int
}

// overlaps absorbs which visited places share memory under different
// addresses, lengths or types, and how: a pointer to one element of a slice is
// another state than a pointer to an equal element. Each place is located in
// the one that reaches furthest among those that start before it, which fixes
// the layout of every cluster of overlapping places; the clusters have no order.
func (e *Env) overlaps() {
	s := e.seen.sorted[:0]
	for i := range e.seen.places {
		if p := &e.seen.places[i]; p.end > p.addr {
			s = append(s, span{p.addr, p.end, i})
		}
	}
	e.seen.sorted = s
	slices.SortFunc(s, compareSpans)
	var sum Digest
	var widest span
	for _, t := range s {
		if widest.end > t.addr {
			h := Hasher{pi1, pi0}
			h.Digest(Digest{uint64(widest.index), uint64(t.index)})
			h.Word(uint64(t.addr - widest.addr))
			sum = sum.Add(h.Sum())
		}
		if t.end > widest.end {
			widest = t
		}
	}
	if !sum.IsZero() {
		e.h.Digest(sum)
	}
}

// compareSpans orders by address, the longer first.
func compareSpans(a, b span) int {
	return cmp.Or(cmp.Compare(a.addr, b.addr), cmp.Compare(b.end, a.end), cmp.Compare(a.index, b.index))
}

// mayOverlap reports whether memory reached from a value of p may be reached
// under two addresses, as far as types tell: two slices of related elements,
// or a pointer to something that is also part of something larger. Where it
// is false, digests need not look for overlaps.
func mayOverlap(p *plan) bool {
	if !p.refs {
		return false
	}
	g := regions{seen: map[*plan]bool{}}
	g.walk(p)
	if g.unknown || len(g.slices) > 0 {
		return true
	}
	for whole := range g.parts {
		for _, t := range g.singles {
			if t != whole && g.parts[whole][t] {
				return true
			}
		}
	}
	return false
}

// regions collects what kinds of memory a value can reach.
type regions struct {
	seen    map[*plan]bool
	unknown bool // through an interface
	slices  []reflect.Type
	singles []reflect.Type
	parts   map[reflect.Type]map[reflect.Type]bool // of the singles
}

func (g *regions) walk(p *plan) {
	if g.seen[p] || g.unknown {
		return
	}
	g.seen[p] = true
	for _, o := range p.ops {
		switch o.kind {
		case opAny, opInterface, opSyncMap:
			g.unknown = true
		case opPointer:
			g.single(o.elem.typ)
			g.walk(o.elem)
		case opSlice:
			g.slices = append(g.slices, o.elem.typ)
			g.walk(o.elem)
		case opMap:
			g.walk(o.aux.key)
			g.walk(o.elem)
		case opArray:
			g.walk(o.elem)
		}
	}
}

func (g *regions) single(t reflect.Type) {
	if g.parts == nil {
		g.parts = map[reflect.Type]map[reflect.Type]bool{}
	}
	if g.parts[t] == nil {
		g.parts[t] = map[reflect.Type]bool{}
		g.singles = append(g.singles, t)
		addParts(g.parts[t], t)
	}
}

// addParts enters the types that are laid out inside a t.
func addParts(parts map[reflect.Type]bool, t reflect.Type) {
	if parts[t] {
		return
	}
	parts[t] = true
	switch t.Kind() {
	case reflect.Array:
		addParts(parts, t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			addParts(parts, t.Field(i).Type)
		}
	}
}
