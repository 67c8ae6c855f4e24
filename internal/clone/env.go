package clone

import (
	"reflect"
	"unsafe"
)

// Env copies states. It keeps the memory that this needs, so that after a while of use it allocates nothing but the
// copies. Its zero value is ready for use. An Env serves one goroutine at a time and must not be copied after first use.
type Env struct {
	// Handle returns what takes the place of a handle (see the function Handle) in the copy: a value of the same type.
	// It is called once for each place that holds the handle, never with nil. A nil function shares handles.
	Handle func(handle any) any

	table   table
	tasks   []task
	depth   int
	classes []*class
	used    []*class // by the copy being made
	known   []*class
	bytes   arena
	spans   []span
	iter    reflect.MapIter
	in, out unsafe.Pointer // see indirect
	rules   *rules
	cache   [cacheSize]*plan

	refused bool // something met has no copy
	late    bool // a class became suspect after some of its memory was copied
	placed  bool // all memory has its place: see careful
	skip    int  // so many states are known to be in vain for the fast way
	penalty int
	survey  survey
}

const cacheSize = 64

// Clone copies the values of src, and all that they refer to, into dst, which has the same length and does not overlap
// src. What two of the values share, their copies share. A pointer's pointee is copied even if its type is one of
// errors, unless it is registered. When something has no copy the result is an *Error that names all such places, and
// dst is cleared. The values must not change meanwhile.
func (e *Env) Clone(dst, src []any) error {
	if len(dst) != len(src) {
		panic("clone: as many copies as values")
	}
	if r := published.Load(); r != e.rules {
		e.rules, e.survey.rules, e.cache = r, r, [cacheSize]*plan{}
		e.classes, e.used, e.known = nil, nil, nil
	}
	if e.skip > 0 {
		e.skip--
		return e.careful(dst, src)
	}
	e.begin()
	e.copyRoots(dst, src)
	switch {
	case e.refused || e.late:
		return e.careful(dst, src)
	case e.overlap():
		e.penalty = min(2*e.penalty+1, maxPenalty)
		e.skip = e.penalty
		return e.careful(dst, src)
	}
	e.penalty = 0
	e.end()
	return nil
}

// maxPenalty bounds how often in a row the fast way is not even tried.
const maxPenalty = 63

// careful copies in two passes: the first finds all memory and gives it places, the second copies. It serves when memory
// is reached under two addresses, and to tell what has no copy, for which it starts again and remembers its way.
func (e *Env) careful(dst, src []any) error {
	err := e.twoPasses(dst, src)
	if err != nil {
		e.survey.traced = true
		err = e.twoPasses(dst, src)
		e.survey.traced = false
		clear(dst)
	}
	return err
}

func (e *Env) twoPasses(dst, src []any) error {
	s := &e.survey
	defer s.reset()
	if err := s.walk(src); err != nil {
		return err
	}
	e.begin()
	defer e.end()
	if err := e.layOut(s); err != nil {
		return err
	}
	e.placed = true
	e.copyRoots(dst, src)
	return nil
}

// begin forgets what an earlier copy may have left behind.
func (e *Env) begin() {
	e.end()
	e.table.reset()
	e.refused, e.late, e.placed = false, false, false
}

// end lets go of all user memory.
func (e *Env) end() {
	e.table.release()
	clear(e.tasks)
	e.tasks, e.depth = e.tasks[:0], 0
	for _, c := range e.used {
		c.finish()
	}
	e.used = e.used[:0]
	e.bytes.finish()
	e.spans = e.spans[:0]
	e.in, e.out = nil, nil
}

func (e *Env) copyRoots(dst, src []any) {
	for i, v := range src {
		dst[i] = e.root(v)
	}
	for k := 0; k < len(e.tasks); k++ {
		t := e.tasks[k]
		if t.n == mapRegion {
			e.fillMap(t.plan, t.dst, t.src)
		} else {
			e.fill(t.plan, t.dst, t.src, t.n)
		}
	}
}

// root returns the copy of a value.
func (e *Env) root(v any) any {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		return nil
	}
	if p := e.planOf(v); p.root != nil && x.data != nil {
		x.data = e.place(x.data, p.root, 1, single)
		return v
	}
	e.content(&x.data, v)
	return v
}

// fill writes the copy of n values in a row.
func (e *Env) fill(p *plan, dst, src unsafe.Pointer, n int) {
	switch {
	case p.flat:
		size := p.size * uintptr(n)
		copy(unsafe.Slice((*byte)(dst), size), unsafe.Slice((*byte)(src), size))
	case n == 1:
		e.run(p, dst, src)
	default:
		e.elements(p, dst, src, n)
	}
}

// elements copies n values in a row.
func (e *Env) elements(p *plan, dst, src unsafe.Pointer, n int) {
	if len(p.ops) == 1 && p.size == wordSize && p.ops[0].kind == opPointer {
		e.pointers(&p.ops[0], unsafe.Slice((*unsafe.Pointer)(dst), n), unsafe.Slice((*unsafe.Pointer)(src), n))
		return
	}
	for i := range uintptr(n) {
		e.run(p, unsafe.Add(dst, i*p.size), unsafe.Add(src, i*p.size))
	}
}

const wordSize = unsafe.Sizeof(uintptr(0))

func (e *Env) pointers(o *op, dst, src []unsafe.Pointer) {
	how := o.shape()
	for i, p := range src {
		if p != nil {
			dst[i] = e.place(p, o.elem, int(o.n), how)
		}
	}
}

// planOf returns the plan of v's dynamic type. v is not nil.
func (e *Env) planOf(v any) *plan {
	typ := (*eface)(unsafe.Pointer(&v)).typ
	slot := &e.cache[(uintptr(typ)>>5^uintptr(typ)>>11)%cacheSize]
	if *slot == nil || (*slot).word != typ {
		*slot = e.rules.plan(reflect.TypeOf(v))
	}
	return *slot
}
