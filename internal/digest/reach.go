package digest

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"unsafe"

	"github.com/ravelgo/ravel/internal/values"
)

// Shared reports mutable memory that two owners can reach.
type Shared struct {
	OwnerA, PathA string // as given to Add, and where in the value, like Server.log
	OwnerB, PathB string
	Type          reflect.Type // of what OwnerB reaches: the pointee, slice, map or channel
}

func (s *Shared) Error() string {
	return fmt.Sprintf("%s (%s) and %s (%s) share mutable memory of type %s", s.OwnerA, s.PathA, s.OwnerB, s.PathB, s.Type)
}

// Reach finds mutable memory reachable from two owners. Its zero value is
// ready for use, by one goroutine at a time. From the first Add to the next
// Reset the values must stay alive and unchanged.
type Reach struct {
	env   Env         // for its caches and its visited table
	owned []territory // sorted by address, none overlapping another
	fresh []territory // of the owner being added
	spare []territory
	nodes []pathNode
	owner string
	found *Shared
}

// territory is a range of memory that an owner can reach.
type territory struct {
	addr, end uintptr
	owner     string
	parent    int32 // path of what refers to it
	op        *op   // last step of the path; nil where parent says it all
}

// pathNode is a step of a path; paths share their beginnings.
type pathNode struct {
	parent int32
	step   pathStep
	root   reflect.Type
}

// Reset forgets all owners.
func (r *Reach) Reset() {
	clear(r.nodes)
	clear(r.owned[:cap(r.owned)])
	clear(r.spare[:cap(r.spare)])
	clear(r.fresh[:cap(r.fresh)])
	r.nodes, r.owned, r.fresh = r.nodes[:0], r.owned[:0], r.fresh[:0]
}

// Add walks v on behalf of owner. It returns nil if nothing that v reaches is
// reached by another owner, and otherwise the first such memory; then v is not
// entered. An owner may be added several times, with different values.
func (r *Reach) Add(owner string, v any) *Shared {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		return nil
	}
	e := &r.env
	e.refresh()
	e.seen.reset()
	e.depth = 0
	r.owner, r.found, r.fresh = owner, nil, r.fresh[:0]
	p := e.planOf(v)
	r.nodes = append(r.nodes, pathNode{parent: -1, root: p.typ})
	r.content(p, x.data, int32(len(r.nodes)-1))
	if r.found == nil {
		r.settle()
	}
	return r.found
}

// content walks the value of plan p whose interface data word is data.
func (r *Reach) content(p *plan, data unsafe.Pointer, node int32) {
	switch {
	case p.target != nil:
		if data != nil && r.claim(data, p.target, 0, p.target.size, p.target.typ, node, nil) {
			r.walk(p.target, data, node)
		}
	case p.direct:
		saved := r.env.word
		r.env.word = data
		r.walk(p, unsafe.Pointer(&r.env.word), node)
		r.env.word = saved
	default:
		r.walk(p, data, node)
	}
}

// walk follows what the value at base refers to; node is its path.
func (r *Reach) walk(p *plan, base unsafe.Pointer, node int32) {
	if p.quiet {
		return
	}
	for i := range p.ops {
		o := &p.ops[i]
		if o.shared || r.found != nil {
			continue
		}
		at := unsafe.Add(base, o.off)
		switch o.kind {
		case opPointer:
			to := *(*unsafe.Pointer)(at)
			if to != nil && r.claim(to, o.elem, 0, o.elem.size, o.elem.typ, node, o) && !o.elem.quiet {
				r.walk(o.elem, to, r.extend(node, pathStep{op: o}))
			}
		case opSlice:
			r.slice(o, (*sliceHeader)(at), node)
		case opArray:
			r.elements(o, at, int(o.n), node)
		case opMap:
			r.mapping(o, at, node)
		case opAny:
			r.iface(o, *(*any)(at), node)
		case opInterface:
			r.iface(o, any(*(*interface{ M() })(at)), node)
		case opSyncMap:
			(*sync.Map)(at).Range(func(k, v any) bool {
				r.iface(o, k, node)
				r.iface(o, v, node)
				return r.found == nil
			})
		case opReject:
			if c := *(*unsafe.Pointer)(at); c != nil && o.aux.typ.Kind() == reflect.Chan {
				r.claim(c, nil, 0, 1, o.aux.typ, node, o)
			}
		}
	}
}

// slice claims the backing array to its capacity, which appending and
// reslicing give access to, and follows the elements up to the length.
func (r *Reach) slice(o *op, s *sliceHeader, node int32) {
	size := o.elem.size * uintptr(s.cap)
	if size > 0 && r.claim(s.data, o.elem, (s.len+1)<<32|s.cap, size, o.aux.typ, node, o) {
		r.elements(o, s.data, s.len, node)
	}
}

func (r *Reach) elements(o *op, at unsafe.Pointer, n int, node int32) {
	for i := 0; i < n && !o.elem.quiet && r.found == nil; i++ {
		step := r.extend(node, pathStep{op: o, index: i})
		r.walk(o.elem, unsafe.Add(at, uintptr(i)*o.elem.size), step)
	}
}

func (r *Reach) mapping(o *op, at unsafe.Pointer, node int32) {
	m := *(*unsafe.Pointer)(at)
	if m == nil || !r.claim(m, o.elem, 0, 1, o.aux.typ, node, o) || o.elem.quiet && o.aux.key.quiet {
		return
	}
	it := r.env.iterate(reflect.NewAt(o.aux.typ, at).Elem())
	for r.found == nil && it.Next() {
		k, v := current(it)
		step := r.extend(node, pathStep{op: o, key: k})
		r.walk(o.aux.key, k, step)
		r.walk(o.elem, v, step)
	}
	r.env.finished(it)
}

func (r *Reach) iface(o *op, v any, node int32) {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		return
	}
	if p := r.env.planOf(v); !p.shared && (p.target != nil || !p.quiet) {
		r.content(p, x.data, r.extend(node, pathStep{op: o, dyn: p}))
	}
}

func (r *Reach) extend(parent int32, s pathStep) int32 {
	r.nodes = append(r.nodes, pathNode{parent: parent, step: s})
	return int32(len(r.nodes) - 1)
}

// claim enters memory as reached by the owner being added. It reports whether
// what the memory holds is still to be followed.
func (r *Reach) claim(addr unsafe.Pointer, p *plan, n int, size uintptr, typ reflect.Type, node int32, o *op) bool {
	if size == 0 || r.found != nil || r.env.seen.add(addr, p, n, size) >= 0 {
		return false
	}
	t := territory{addr: uintptr(addr), end: uintptr(addr) + size, owner: r.owner, parent: node, op: o}
	if other := r.conflict(t); other != nil {
		r.found = &Shared{
			OwnerA: other.owner, PathA: r.path(*other),
			OwnerB: r.owner, PathB: r.path(t),
			Type: typ,
		}
		return false
	}
	r.fresh = append(r.fresh, t)
	return true
}

// conflict returns the first territory of another owner that t overlaps.
func (r *Reach) conflict(t territory) *territory {
	i, j := 0, len(r.owned)
	for i < j {
		if m := (i + j) / 2; r.owned[m].end <= t.addr {
			i = m + 1
		} else {
			j = m
		}
	}
	for ; i < len(r.owned) && r.owned[i].addr < t.end; i++ {
		if r.owned[i].owner != t.owner {
			return &r.owned[i]
		}
	}
	return nil
}

// settle merges the fresh territories, of one owner, into the owned ones.
// Those of one owner that overlap become one, under the path of the first.
func (r *Reach) settle() {
	slices.SortFunc(r.fresh, func(a, b territory) int {
		return compareSpans(span{a.addr, a.end, 0}, span{b.addr, b.end, 0})
	})
	out, a, b := r.spare[:0], r.owned, r.fresh
	for len(a)+len(b) > 0 {
		var t territory
		if len(b) == 0 || len(a) > 0 && a[0].addr <= b[0].addr {
			t, a = a[0], a[1:]
		} else {
			t, b = b[0], b[1:]
		}
		if k := len(out) - 1; k >= 0 && out[k].end > t.addr {
			out[k].end = max(out[k].end, t.end)
			continue
		}
		out = append(out, t)
	}
	r.spare, r.owned = r.owned, out
}

func (r *Reach) path(t territory) string {
	var s string
	if t.op != nil {
		s = t.op.aux.name
	}
	for n := t.parent; n >= 0; n = r.nodes[n].parent {
		if r.nodes[n].root != nil {
			return values.Root(r.nodes[n].root) + s
		}
		s = r.nodes[n].step.String() + s
	}
	return s
}
