package digest

import (
	"math"
	"runtime"
	"unsafe"
)

// Marks that keep a back-reference apart from a first visit and from nil.
const (
	markNil   = 0
	markFirst = 1
	markBack  = 2 // plus the index of the first visit
)

type sliceHeader struct {
	data unsafe.Pointer
	len  int
	cap  int
}

// run absorbs the value at base.
func (e *Env) run(p *plan, base unsafe.Pointer) {
	for i := range p.ops {
		o := &p.ops[i]
		at := unsafe.Add(base, o.off)
		switch o.kind {
		case opPlain:
			e.h.raw(at, o.n)
		case opString:
			e.h.String(*(*string)(at))
		case opPointer:
			e.pointer(o, *(*unsafe.Pointer)(at))
		case opSlice:
			e.slice(o, (*sliceHeader)(at))
		case opMap:
			e.mapping(o, at)
		case opAny:
			e.iface(o, *(*any)(at))
		case opInterface:
			e.iface(o, any(*(*interface{ M() })(at)))
		case opSpecial:
			o.aux.special(at, &e.h)
		case opArray:
			e.elements(o, at, int(o.n))
		default:
			e.rare(o, at)
		}
	}
}

// rare absorbs what few types contain.
func (e *Env) rare(o *op, at unsafe.Pointer) {
	switch o.kind {
	case opFloat32:
		for _, f := range unsafe.Slice((*float32)(at), o.n) {
			e.h.Word(floatWord(float64(f)))
		}
	case opFloat64:
		for _, f := range unsafe.Slice((*float64)(at), o.n) {
			e.h.Word(floatWord(f))
		}
	case opTime:
		e.time(at)
	case opSyncMap:
		e.syncMap(o, at)
	case opWaiters:
		e.waiters(at)
	case opMutex:
		if mutexHeld(at) {
			e.held(o)
		}
	case opRWMutex:
		if rwMutexHeld(at) {
			e.held(o)
		}
	case opFunc:
		e.function(*(*unsafe.Pointer)(at))
	case opReject:
		if *(*unsafe.Pointer)(at) == nil {
			e.h.Word(markNil)
			return
		}
		e.h.Word(markFirst)
		e.reject(o)
	}
}

// floatWord makes all NaNs one value.
func floatWord(f float64) uint64 {
	if f != f {
		return math.Float64bits(math.NaN())
	}
	return math.Float64bits(f)
}

// function absorbs a function by name: the word of a func value points to its
// code pointer.
func (e *Env) function(f unsafe.Pointer) {
	if f == nil {
		e.h.Word(markNil)
		return
	}
	e.h.String(runtime.FuncForPC(*(*uintptr)(f)).Name())
}

func (e *Env) pointer(o *op, to unsafe.Pointer) {
	if to == nil {
		e.h.Word(markNil)
		return
	}
	if o.elem.size > 0 && e.back(to, o.elem, 0, o.elem.size) {
		return
	}
	e.h.Word(markFirst)
	if o.elem.plain {
		e.h.raw(to, o.elem.size)
		return
	}
	e.enter(pathStep{op: o})
	e.run(o.elem, to)
	e.leave()
}

// back absorbs a back-reference if the place has been visited, and enters it
// otherwise. Memory of size zero has no identity and is never asked for.
func (e *Env) back(addr unsafe.Pointer, typ *plan, n int, size uintptr) bool {
	i := e.seen.add(addr, typ, n, size)
	if i < 0 {
		return false
	}
	e.h.Word(markBack + uint64(i))
	return true
}

func (e *Env) slice(o *op, s *sliceHeader) {
	if s.data == nil {
		e.h.Digest(Digest{})
		return
	}
	e.h.Digest(Digest{markFirst, uint64(s.len)})
	size := o.elem.size * uintptr(s.len)
	if size == 0 || e.back(s.data, o.elem, s.len+1, size) {
		return
	}
	if o.elem.plain {
		e.h.raw(s.data, size)
		return
	}
	e.elements(o, s.data, s.len)
}

func (e *Env) elements(o *op, at unsafe.Pointer, n int) {
	if o.elem.quiet {
		for i := range n {
			e.run(o.elem, unsafe.Add(at, uintptr(i)*o.elem.size))
		}
		return
	}
	e.enter(pathStep{op: o})
	k := len(e.path) - 1
	for i := range n {
		e.path[k].index = i
		e.run(o.elem, unsafe.Add(at, uintptr(i)*o.elem.size))
	}
	e.leave()
}

// iface absorbs the dynamic type and the content of v.
func (e *Env) iface(o *op, v any) {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		e.h.Digest(Digest{})
		return
	}
	p := e.planOf(v)
	e.h.Digest(p.id)
	if len(p.ops) == 0 {
		return
	}
	e.enter(pathStep{op: o, dyn: p})
	switch {
	case p.target != nil:
		e.pointer(&p.ops[0], x.data)
	case p.direct:
		e.indirect(p, x.data)
	default:
		e.run(p, x.data)
	}
	e.leave()
}

// indirect absorbs a value that an interface holds in its data word, by way of
// an address for it.
func (e *Env) indirect(p *plan, data unsafe.Pointer) {
	saved := e.word
	e.word = data
	e.run(p, unsafe.Pointer(&e.word))
	e.word = saved
}
