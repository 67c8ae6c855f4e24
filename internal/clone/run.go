package clone

import (
	"fmt"
	"sync"
	"unsafe"
)

type sliceHeader struct {
	data unsafe.Pointer
	len  int
	cap  int
}

// run writes to dst the copy of the value at src. Every word that holds a pointer is written as one, so that the
// collector hears of it.
func (e *Env) run(p *plan, dst, src unsafe.Pointer) {
	for i := range p.ops {
		o := &p.ops[i]
		to, from := unsafe.Add(dst, o.off), unsafe.Add(src, o.off)
		switch o.kind {
		case opWord:
			*(*uint64)(to) = *(*uint64)(from)
		case opWords:
			*(*[2]uint64)(to) = *(*[2]uint64)(from)
		case opBytes:
			copy(unsafe.Slice((*byte)(to), o.n), unsafe.Slice((*byte)(from), o.n))
		case opString:
			*(*string)(to) = *(*string)(from)
		case opPointer:
			if at := *(*unsafe.Pointer)(from); at != nil {
				*(*unsafe.Pointer)(to) = e.place(at, o.elem, int(o.n), o.shape())
			}
		case opSlice:
			e.slice(o, (*sliceHeader)(to), (*sliceHeader)(from))
		case opMap:
			if at := *(*unsafe.Pointer)(from); at != nil {
				*(*unsafe.Pointer)(to) = e.placeMap(at, o.elem)
			}
		case opAny:
			e.iface(to, from, *(*any)(from))
		case opInterface:
			e.iface(to, from, any(*(*interface{ M() })(from)))
		case opArray:
			e.elements(o.elem, to, from, int(o.n))
		case opShare:
			*(*unsafe.Pointer)(to) = *(*unsafe.Pointer)(from)
		case opShare2:
			*(*[2]unsafe.Pointer)(to) = *(*[2]unsafe.Pointer)(from)
		case opShareList:
			*(*[]byte)(to) = *(*[]byte)(from)
		default:
			e.rare(o, to, from)
		}
	}
}

// rare copies what few types contain.
func (e *Env) rare(o *op, to, from unsafe.Pointer) {
	at := *(*unsafe.Pointer)(from)
	switch o.kind {
	case opEmpty:
		if at != nil {
			*(*unsafe.Pointer)(to) = nowhere()
		}
	case opHandle:
		if at != nil {
			*(*unsafe.Pointer)(to) = e.handle(o.elem, at)
		}
	case opSelf:
		switch {
		case at == unsafe.Add(from, -int(o.n)):
			*(*unsafe.Pointer)(to) = unsafe.Add(to, -int(o.n))
		case at != nil: // a copy of a builder, of no use but to be overwritten
			*(*unsafe.Pointer)(to) = e.place(at, o.elem, 1, single)
		}
	case opMethod:
		o.elem.method.copyTo(o.elem.typ, to, from)
	case opSyncMap:
		e.syncMap((*sync.Map)(to), (*sync.Map)(from))
	case opWaiters:
		e.refused = e.refused || waiting(from)
	case opNil:
		e.refused = e.refused || at != nil
	default:
		e.refused = true
	}
}

// slice copies a slice. Its backing array counts up to the capacity.
func (e *Env) slice(o *op, to, from *sliceHeader) {
	switch {
	case from.data == nil:
		return
	case from.cap == 0 || o.elem.size == 0 || o.n == 0:
		to.data = nowhere()
	default:
		to.data = e.place(from.data, o.elem, from.cap*int(o.n), several)
	}
	to.len, to.cap = from.len, from.cap
}

// iface copies an interface value, which is v seen without its methods.
func (e *Env) iface(to, from unsafe.Pointer, v any) {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		return
	}
	data := x.data
	e.content(&data, v)
	*(*[2]unsafe.Pointer)(to) = [2]unsafe.Pointer{*(*unsafe.Pointer)(from), data}
}

// content replaces the data word of the interface value v by that of its copy. What an interface holds can only be
// replaced as a whole: values that refer to nothing that is copied are shared where they are.
func (e *Env) content(data *unsafe.Pointer, v any) {
	at := (*eface)(unsafe.Pointer(&v)).data
	switch p := e.planOf(v); {
	case p.keep:
	case p.target != nil:
		if at != nil {
			*data = e.place(at, p.target.elem, int(p.target.n), p.target.shape())
		}
	case p.direct:
		*data = e.indirect(p, at)
	default:
		*data = e.box(p, at)
	}
}

// indirect copies a value that an interface holds in its data word, by way of addresses for it and for the copy.
func (e *Env) indirect(p *plan, word unsafe.Pointer) unsafe.Pointer {
	in, out := e.in, e.out
	e.in, e.out = word, nil
	e.run(p, unsafe.Pointer(&e.out), unsafe.Pointer(&e.in))
	word = e.out
	e.in, e.out = in, out
	return word
}

// box copies the memory that an interface points to. That memory is never written, so the copy is made at once: it may
// be part of a map's key. Other interfaces may share it.
func (e *Env) box(p *plan, at unsafe.Pointer) unsafe.Pointer {
	dst, _ := e.table.find(at, p, boxRegion)
	if dst == nil {
		dst = e.alloc(e.class(p), 1)
		e.run(p, dst, at)
		_, i := e.table.find(at, p, boxRegion)
		e.table.enter(i, at, dst, p, boxRegion)
	}
	return dst
}

func (e *Env) handle(p *plan, at unsafe.Pointer) unsafe.Pointer {
	if e.Handle == nil {
		return at
	}
	var v any
	*(*eface)(unsafe.Pointer(&v)) = eface{p.word, at}
	w := e.Handle(v)
	x := (*eface)(unsafe.Pointer(&w))
	if x.typ != p.word {
		panic(fmt.Sprintf("clone: Env.Handle returned %T for %s", w, p.typ))
	}
	return x.data
}

// place returns the copy of n values in a row.
func (e *Env) place(src unsafe.Pointer, p *plan, n int, how uint8) unsafe.Pointer {
	dst, i := e.table.find(src, p, n)
	if dst != nil {
		return dst
	}
	if e.placed {
		panic(fmt.Sprintf("clone: a value of type %s changed while it was copied", p.typ))
	}
	c := e.class(p)
	if c.how&how == 0 {
		e.widen(c, how)
	}
	if c.suspect {
		e.spans = append(e.spans, spanOf(src, p, n))
	}
	if p.method != nil && p.method.pointer && n == 1 {
		dst = p.method.call(p.typ, src).UnsafePointer()
		e.table.enter(i, src, dst, p, n)
		return dst
	}
	dst = e.alloc(c, n)
	e.table.enter(i, src, dst, p, n)
	if e.depth == maxDepth {
		e.tasks = append(e.tasks, task{dst, src, p, n})
		return dst
	}
	e.depth++
	e.fill(p, dst, src, n)
	e.depth--
	return dst
}

// maxDepth bounds the recursion into what pointers lead to. What lies deeper waits for its turn.
const maxDepth = 50

// How a region was reached, in class.how.
const (
	single  uint8 = 1 << iota // by a pointer to a value
	several                   // by a slice, or a pointer to an array
)

func (o *op) shape() uint8 {
	if o.aux.list {
		return several
	}
	return single
}

// nowhere is where values of size zero are.
func nowhere() unsafe.Pointer { return unsafe.Pointer(new(struct{})) }
