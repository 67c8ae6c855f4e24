package checkpoint

import (
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"
)

// plan is how the values of one type are saved and written back: a list of operations, each at its offset in the value
// and at its place in the two streams of an image. A value of the type always takes the same room in both. A plan is
// immutable once published.
type plan struct {
	typ  reflect.Type
	word unsafe.Pointer // typ, as the first word of an interface holds it
	id   uint32
	size uintptr
	ops  []op
	refs []op // those that refer to something to be saved, or may be refused

	ptrs, words int // room for a value in the streams

	flat    bool // no pointers, nothing left alone: the value is saved as size bytes
	list    bool // one pointer: lists of it are saved as they are
	keep    bool // nothing that it refers to is saved
	methods bool // contains values that are saved by their method

	direct bool  // an interface holds the value itself, not its address
	target *op   // of a pointer type: the operation, when it is opPointer
	root   *plan // of a pointer type that implements error: how the pointee is saved when it is a root
	entry  *entry
	method *method
}

// entry is how the entries of a map type are saved.
type entry struct {
	key, val  *plan
	reflexive bool // every key equals itself
	scratch   sync.Pool
}

type opKind uint8

const (
	opBytes     opKind = iota // n bytes without pointers
	opWord                    // 8 of them
	opPlain                   // n times 8 of them
	opString                  //
	opShare                   // one pointer, not followed
	opShare2                  // an interface, not followed
	opShareList               // a slice, not followed
	opPointer                 // to n elements
	opSlice                   // each element is n of elem
	opMap                     // of plan elem
	opAny                     // interface without methods
	opInterface               // interface with methods
	opArray                   // n times elem
	opNil                     // chan, func, unsafe.Pointer: fine when nil
	opBuilder                 // strings.Builder
	opMethod                  // of type elem, by its method
	opSyncMap                 // sync.Map
	opWaiters                 // sync.notifyList: fine when nobody waits
	opRefuse                  // cannot be saved
	opLeave                   // n bytes that are left alone
)

type op struct {
	kind opKind
	off  uintptr
	n    uintptr
	ptr  int // place in the stream of pointers, from where the value begins
	wrd  int // place in the stream of words
	elem *plan
	aux  *aux
}

// aux holds what an operation needs rarely.
type aux struct {
	name string // path from the value the plan is for
	typ  reflect.Type
	why  string // it is refused
	list bool   // opPointer: to an array, even of one element
}

func (o op) shifted(off uintptr, name string) op {
	o.off += off
	if o.aux != nil {
		a := *o.aux
		a.name = name + a.name
		o.aux = &a
	}
	return o
}

// room returns how many pointers and words an operation puts into the streams.
func (o *op) room() (ptrs, words int) {
	switch o.kind {
	case opBytes, opWord, opPlain:
		return 0, wordsFor(o.n)
	case opString:
		return 1, 1
	case opShareList, opSlice:
		return 1, 2
	case opShare, opPointer, opMap, opNil, opMethod:
		return 1, 0
	case opShare2, opAny, opInterface:
		return 2, 0
	case opBuilder:
		return 2, 1
	case opArray:
		o.elem.summarize()
		return int(o.n) * o.elem.ptrs, int(o.n) * o.elem.words
	}
	return 0, 0
}

const wordSize = 8

// wordsFor returns how many words n bytes take in an image.
func wordsFor(n uintptr) int { return int((n + wordSize - 1) / wordSize) }

// planKey names a plan.
type planKey struct {
	typ  reflect.Type
	mode planMode
}

type planMode uint8

const (
	deep    planMode = iota
	shallow          // follows nothing
	asRoot           // deep, although the type is one of errors
	inEntry          // deep, as part of a map's entry
)

var planCount atomic.Uint32

// plan returns the plan of t, compiling it and all it needs on first use.
func (r *rules) plan(t reflect.Type) *plan {
	if p, ok := r.plans.Load(planKey{t, deep}); ok {
		return p.(*plan)
	}
	r.compiling.Lock()
	defer r.compiling.Unlock()
	c := compiler{rules: r, fresh: map[planKey]*plan{}}
	p := c.plan(t)
	for _, q := range c.fresh {
		q.summarize()
	}
	for k, q := range c.fresh {
		r.plans.Store(k, q)
	}
	return p
}

// summarize computes what depends on operations only; those of arrays lie within, so it ends.
func (p *plan) summarize() {
	if p.refs != nil {
		return
	}
	p.refs = []op{}
	for i := range p.ops {
		o := &p.ops[i]
		o.ptr, o.wrd = p.ptrs, p.words
		ptrs, words := o.room()
		p.ptrs += ptrs
		p.words += words
		p.methods = p.methods || o.kind == opMethod || o.kind == opArray && o.elem.methods
		if o.kind >= opPointer && o.kind != opBuilder && !(o.kind == opArray && len(o.elem.refs) == 0) {
			p.refs = append(p.refs, *o)
		}
	}
	p.keep = len(p.refs) == 0
	if len(p.ops) == 1 && p.ops[0].off == 0 && p.size == unsafe.Sizeof(p.word) {
		switch p.ops[0].kind {
		case opShare, opPointer, opMap, opNil:
			p.list = true
		}
	}
}
