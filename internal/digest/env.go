package digest

import (
	"reflect"
	"time"
	"unsafe"
)

// Env is what digests depend on besides the value, and the memory that
// computing them needs. Its zero value is ready for use. An Env serves one
// goroutine at a time and must not be copied after first use; after a while of
// use it allocates no more.
type Env struct {
	// Now is the instant that time.Time values are digested relative to.
	Now time.Time

	// Err is the first thing met that has no digest, an *Unhashable. Hashing
	// goes on behind it. It stays until the caller clears it.
	Err error

	// Locked is the first lock met that is held. It stays until the caller
	// clears it.
	Locked *HeldLock

	// Timed is set when an instant other than the zero one was met: the digest depends on Now. It stays until the caller
	// clears it.
	Timed bool

	h       Hasher
	seen    visited
	path    []pathStep
	entries []entry
	iters   []*reflect.MapIter
	depth   int // of iters in use
	root    reflect.Type
	word    unsafe.Pointer // the value, when the interface holds it itself
	rules   *rules
	cache   [cacheSize]cached
}

// cached is a slot of the cache in front of the table of plans.
type cached struct {
	typ  unsafe.Pointer
	plan *plan
}

const cacheSize = 64

// eface is the memory of an interface value without methods.
type eface struct {
	typ  unsafe.Pointer
	data unsafe.Pointer
}

// Value returns the digest of v and of all it refers to. Values with the same
// dynamic type and structure have the same digest, wherever they are stored.
func (e *Env) Value(v any) Digest {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		return Digest{pi0, pi1}
	}
	e.refresh()
	p := e.planOf(v)
	if t := p.target; t != nil && t.plain && x.data != nil {
		return finish(raw(p.a, p.b, x.data, t.size))
	}
	e.h.a, e.h.b = p.a, p.b
	e.begin(p, x.data)
	return e.h.Sum()
}

// Hash absorbs v into h. Aliasing is seen inside v, not between the values of
// two calls.
func (e *Env) Hash(h *Hasher, v any) {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		h.Word(0)
		return
	}
	e.refresh()
	p := e.planOf(v)
	e.h.a, e.h.b = pair(h.a, h.b, p.id.Hi, p.id.Lo)
	e.begin(p, x.data)
	*h = e.h
}

// begin absorbs the value of plan p whose interface data word is data.
func (e *Env) begin(p *plan, data unsafe.Pointer) {
	e.path, e.entries, e.depth = e.path[:0], e.entries[:0], 0
	e.root = p.typ
	if p.refs {
		e.seen.reset()
	}
	switch {
	case p.target != nil:
		e.rootPointer(p, data)
	case p.direct:
		e.word = data
		e.run(p, unsafe.Pointer(&e.word))
		e.word = nil
	default:
		e.run(p, data)
	}
	if p.overlap && e.seen.count() > 1 {
		e.overlaps()
	}
}

// rootPointer is e.pointer without a visit where nothing can refer back.
func (e *Env) rootPointer(p *plan, data unsafe.Pointer) {
	if data == nil {
		e.h.Word(0)
		return
	}
	if p.target.refs {
		e.seen.add(data, p.target, 0, p.target.size)
	}
	e.run(p.target, data)
}

// refresh makes e use the latest registrations.
func (e *Env) refresh() {
	if r := published.Load(); r != e.rules {
		e.rules, e.cache = r, [cacheSize]cached{}
	}
}

// planOf returns the plan of v's dynamic type. v is not nil.
func (e *Env) planOf(v any) *plan {
	typ := (*eface)(unsafe.Pointer(&v)).typ
	slot := &e.cache[(uintptr(typ)>>5^uintptr(typ)>>11)%cacheSize]
	if slot.typ != typ {
		slot.typ, slot.plan = typ, e.rules.plan(reflect.TypeOf(v))
	}
	return slot.plan
}
