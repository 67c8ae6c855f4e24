package clone

import (
	"cmp"
	"reflect"
	"slices"
	"sync/atomic"
	"unsafe"
)

// plan is how the values of one type are copied: a list of operations, run in order from the address of a value to the
// address of zeroed memory for its copy. Between them the operations write all that is not padding. A plan is immutable
// once published.
type plan struct {
	typ  reflect.Type
	word unsafe.Pointer // typ, as the first word of an interface holds it
	id   int            // index of its class in an Env
	size uintptr
	ops  []op
	refs []op // those that refer to something to be copied, or may fail

	flat    bool // no pointers: the value is copied as size bytes
	keep    bool // nothing it refers to is to be copied
	inPlace bool // ops may run with the value as its own target

	direct bool  // an interface holds the value itself, not its address
	target *op   // of a pointer type: the operation, when it is opPointer
	root   *plan // of a pointer type that implements error: how the pointee is copied when it is a root
	entry  *entry
	method *method
}

// entry is how the entries of a map type are copied.
type entry struct {
	key, val *plan
	mode     mapMode
}

type opKind uint8

const (
	opBytes     opKind = iota // n bytes without pointers
	opWord                    // 8 of them
	opWords                   // 16 of them
	opString                  //
	opShare                   // one pointer
	opShare2                  // an interface
	opShareList               // a slice
	opPointer                 // to n elements
	opSlice                   // each element is n of elem
	opMap                     // of plan elem
	opAny                     // interface without methods
	opInterface               // interface with methods
	opArray                   // n times elem
	opEmpty                   // pointer to memory of size zero
	opHandle                  // pointer that the caller maps
	opSelf                    // pointer to the struct that starts n bytes before it
	opMethod                  // of type elem, by its method
	opSyncMap                 // sync.Map
	opWaiters                 // sync.notifyList: fine when nobody waits
	opNil                     // chan, func, unsafe.Pointer: fine when nil
	opRefuse                  // no copy at all
)

type op struct {
	kind opKind
	off  uintptr
	n    uintptr
	elem *plan
	aux  *aux
}

// aux holds what an operation needs rarely.
type aux struct {
	name string // path from the value the plan is for
	typ  reflect.Type
	why  string // a copy is refused
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

// planKey names a plan.
type planKey struct {
	typ  reflect.Type
	mode planMode
}

type planMode uint8

const (
	deep    planMode = iota
	shallow          // shares everything
	asRoot           // deep, although the type is one of errors
)

var planCount atomic.Int64

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
	for _, q := range c.fresh {
		q.chooseMode()
	}
	for k, q := range c.fresh {
		r.plans.Store(k, q)
	}
	return p
}

// compiler builds the plans of one batch of types. Plans refer to each other by address, so recursion in types needs no
// more than the table, as long as no plan is looked into before the batch is complete.
type compiler struct {
	*rules
	fresh map[planKey]*plan
}

func (c *compiler) plan(t reflect.Type) *plan        { return c.build(planKey{t, deep}, c.ops) }
func (c *compiler) shallowPlan(t reflect.Type) *plan { return c.build(planKey{t, shallow}, c.shallow) }
func (c *compiler) rootPlan(t reflect.Type) *plan    { return c.build(planKey{t, asRoot}, c.structure) }

func (c *compiler) build(k planKey, ops func(reflect.Type) []op) *plan {
	if p, ok := c.plans.Load(k); ok {
		return p.(*plan)
	}
	if p, ok := c.fresh[k]; ok {
		return p
	}
	t := k.typ
	p := &plan{typ: t, word: wordOf(t), id: int(planCount.Add(1)) - 1, size: t.Size(), direct: isDirect(t)}
	c.fresh[k] = p
	p.ops = merge(ops(t))
	if k.mode == shallow {
		return p
	}
	p.method = c.methodOf(t)
	switch t.Kind() {
	case reflect.Map:
		p.entry = &entry{key: c.plan(t.Key()), val: c.plan(t.Elem())}
	case reflect.Pointer:
		if len(p.ops) == 1 && p.ops[0].kind == opPointer {
			p.target = &p.ops[0]
		}
		if t.Implements(errorType) && t.Elem().Size() > 0 && !c.skips(t) && !c.immutable[t] && !c.immutable[t.Elem()] {
			p.root = c.rootPlan(t.Elem())
		}
	}
	return p
}

// summarize computes what depends on operations only; those of arrays lie within, so it ends.
func (p *plan) summarize() {
	if p.refs != nil {
		return
	}
	p.refs = []op{}
	p.flat, p.keep, p.inPlace = true, true, true
	for _, o := range p.ops {
		switch o.kind {
		case opBytes, opWord, opWords:
			continue
		case opArray:
			o.elem.summarize()
			p.keep = p.keep && o.elem.keep
			p.inPlace = p.inPlace && o.elem.inPlace
			if len(o.elem.refs) > 0 {
				p.refs = append(p.refs, o)
			}
		case opString, opShare, opShare2, opShareList:
		default:
			p.keep = false
			p.inPlace = p.inPlace && o.kind < opHandle
			p.refs = append(p.refs, o)
		}
		p.flat = false
	}
}

// byKind returns the operations of a type that has no treatment of its own.
func (c *compiler) byKind(t reflect.Type) []op {
	list := func(o op) []op {
		o.aux = &aux{typ: t}
		return []op{o}
	}
	switch t.Kind() {
	case reflect.String:
		return list(op{kind: opString})
	case reflect.Pointer:
		base, n := flatten(t.Elem())
		if t.Elem().Size() == 0 {
			return list(op{kind: opEmpty})
		}
		o := op{kind: opPointer, n: uintptr(n), elem: c.plan(base), aux: &aux{typ: t, list: t.Elem().Kind() == reflect.Array}}
		return []op{o}
	case reflect.Slice:
		base, n := flatten(t.Elem())
		return list(op{kind: opSlice, n: uintptr(n), elem: c.plan(base)})
	case reflect.Map:
		return list(op{kind: opMap, elem: c.plan(t)})
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return list(op{kind: opAny})
		}
		return list(op{kind: opInterface})
	case reflect.Array:
		return c.array(t, c.plan)
	case reflect.Struct:
		return c.fields(t, c.ops)
	case reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return list(op{kind: opNil})
	}
	return []op{{kind: opBytes, n: t.Size()}}
}

// ops returns the operations for a t at offset 0.
func (c *compiler) ops(t reflect.Type) []op {
	switch {
	case c.handle[t]:
		return []op{{kind: opHandle, aux: &aux{typ: t}, elem: c.shallowPlan(t)}}
	case c.skips(t), c.shares(t):
		return c.shallow(t)
	case c.methodOf(t) != nil:
		return []op{{kind: opMethod, aux: &aux{typ: t}, elem: c.plan(t)}}
	}
	return c.structure(t)
}

// structure returns the operations of a type that is not registered.
func (c *compiler) structure(t reflect.Type) []op {
	if ops, ok := c.standard(t); ok {
		return ops
	}
	return c.byKind(t)
}

// fields lays out the fields of a struct. Blank and tagged ones are shared.
func (c *compiler) fields(t reflect.Type, ops func(reflect.Type) []op) []op {
	var out []op
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" || f.Tag.Get("ravel") == "-" {
			out = append(out, c.field(f, c.shallow)...)
		} else {
			out = append(out, c.field(f, ops)...)
		}
	}
	return out
}

func (c *compiler) field(f reflect.StructField, ops func(reflect.Type) []op) []op {
	var out []op
	for _, o := range ops(f.Type) {
		out = append(out, o.shifted(f.Offset, "."+f.Name))
	}
	return out
}

func (c *compiler) array(t reflect.Type, of func(reflect.Type) *plan) []op {
	switch {
	case t.Size() == 0:
		return nil
	case c.isFlat(t):
		return []op{{kind: opBytes, n: t.Size()}}
	}
	return []op{{kind: opArray, n: uintptr(t.Len()), elem: of(t.Elem()), aux: &aux{typ: t}}}
}

// isFlat reports whether a t is bytes and nothing else.
func (c *compiler) isFlat(t reflect.Type) bool {
	switch k := t.Kind(); {
	case c.methodOf(t) != nil:
		return false
	case k == reflect.Array:
		return t.Len() == 0 || c.isFlat(t.Elem())
	case k == reflect.Struct:
		for i := range t.NumField() {
			if !c.isFlat(t.Field(i).Type) {
				return false
			}
		}
		return true
	default:
		return k >= reflect.Bool && k <= reflect.Complex128
	}
}

// shallow returns operations that share whatever a t refers to.
func (c *compiler) shallow(t reflect.Type) []op {
	list := func(k opKind) []op { return []op{{kind: k, aux: &aux{typ: t}}} }
	switch t.Kind() {
	case reflect.String:
		return list(opString)
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return list(opShare)
	case reflect.Interface:
		return list(opShare2)
	case reflect.Slice:
		return list(opShareList)
	case reflect.Array:
		return c.array(t, c.shallowPlan)
	case reflect.Struct:
		if f, ok := essence(t); ok {
			return c.field(f, c.shallow)
		}
		return c.fields(t, c.shallow)
	}
	return []op{{kind: opBytes, n: t.Size()}}
}

// merge orders operations by place and joins neighbouring bytes with the padding between them. Larger gaps are left
// out on purpose.
func merge(ops []op) []op {
	slices.SortStableFunc(ops, func(a, b op) int { return cmp.Compare(a.off, b.off) })
	var out []op
	for _, o := range ops {
		if o.kind <= opWords {
			if o.kind = opBytes; o.n == 0 {
				continue
			}
			if k := len(out) - 1; k >= 0 && out[k].kind == opBytes && o.off-(out[k].off+out[k].n) < 8 {
				out[k].n = o.off + o.n - out[k].off
				continue
			}
		}
		out = append(out, o)
	}
	for i := range out {
		switch o := &out[i]; {
		case o.kind != opBytes:
		case o.n == 8:
			o.kind = opWord
		case o.n == 16:
			o.kind = opWords
		}
	}
	return out
}

// flatten takes arrays apart: a t is n of the returned type, laid out in a row.
func flatten(t reflect.Type) (base reflect.Type, n int) {
	n = 1
	for ; t.Kind() == reflect.Array; t = t.Elem() {
		n *= t.Len()
	}
	return t, n
}

// eface is the memory of an interface value without methods.
type eface struct {
	typ  unsafe.Pointer
	data unsafe.Pointer
}

// wordOf returns the type word of interfaces that hold a t: a reflect.Type is a pointer to the descriptor itself.
func wordOf(t reflect.Type) unsafe.Pointer { return (*eface)(unsafe.Pointer(&t)).data }

// isDirect finds out how interfaces hold a t by looking at one: the zero value of a pointer-shaped type is a nil word,
// that of any other type has an address.
func isDirect(t reflect.Type) bool {
	if t.Kind() == reflect.Interface {
		return false
	}
	v := reflect.Zero(t).Interface()
	return (*eface)(unsafe.Pointer(&v)).data == nil
}
