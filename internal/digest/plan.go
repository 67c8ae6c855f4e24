package digest

import (
	"reflect"
	"strconv"
	"unsafe"

	"github.com/ravelgo/ravel/internal/values"
)

// plan is how the values of one type are absorbed: a list of operations, run
// in order against the address of a value. A plan is immutable once published.
type plan struct {
	typ    reflect.Type
	id     Digest // of the type's identity
	a, b   uint64 // state of a hasher that has absorbed id first
	ops    []op
	size   uintptr
	plain  bool // the value is size bytes without padding, absorbed as they are
	refs   bool // may reach a pointer, map, slice or interface
	quiet  bool // no refs, and nothing to report: needs no visits and no path
	direct bool // an interface holds the value itself, not its address

	shared bool // may be reached from several owners, see Reach

	// target is set for a pointer type whose pointee is treated by structure.
	target *plan
	// overlap: memory reached from a value may be reached under two addresses.
	overlap bool
}

type opKind uint8

const (
	opPlain     opKind = iota // n bytes
	opFloat32                 // n consecutive ones
	opFloat64                 // n consecutive ones
	opString                  //
	opPointer                 // to elem
	opSlice                   // of elem
	opArray                   // n times elem
	opMap                     // from aux.key to elem
	opAny                     // interface without methods
	opInterface               // interface with methods
	opTime                    // time.Time
	opSpecial                 // aux.special
	opFunc                    // of an immutable function type
	opSyncMap                 // sync.Map
	opWaiters                 // sync.notifyList
	opMutex                   // sync.Mutex: recorded when held, absorbed by other operations
	opRWMutex                 // sync.RWMutex: the same
	opReject                  // chan, func, unsafe.Pointer: fine when nil
)

type op struct {
	kind   opKind
	shared bool // what it refers to may be reached from several owners
	off    uintptr
	n      uintptr
	elem   *plan
	aux    *aux
}

// aux holds what an operation needs rarely or shares with its copies.
type aux struct {
	name    string // path from the value the plan is for
	typ     reflect.Type
	key     *plan
	special func(unsafe.Pointer, *Hasher)
	refs    bool // of an array's elements, as in plan
	quiet   bool
}

// shifted returns o for a value at offset off, under the path prefix name.
func (o op) shifted(off uintptr, name string) op {
	o.off += off
	if o.aux != nil {
		a := *o.aux
		a.name = name + a.name
		o.aux = &a
	}
	return o
}

// isPlain reports whether ops absorb a value of that size byte by byte.
func isPlain(ops []op, size uintptr) bool {
	return size == 0 && len(ops) == 0 ||
		len(ops) == 1 && ops[0].kind == opPlain && ops[0].off == 0 && ops[0].n == size
}

// unrollLimit is the longest array whose elements are laid out one by one.
const unrollLimit = 8

// plan returns the plan of t, compiling it and all it needs on first use.
func (r *rules) plan(t reflect.Type) *plan {
	if p, ok := r.plans.Load(t); ok {
		return p.(*plan)
	}
	r.compiling.Lock()
	defer r.compiling.Unlock()
	c := compiler{rules: r, fresh: map[reflect.Type]*plan{}}
	p := c.plan(t)
	for _, q := range c.fresh {
		q.overlap = mayOverlap(q)
	}
	for t, q := range c.fresh {
		r.plans.Store(t, q)
	}
	return p
}

// compiler builds the plans of one batch of types. Plans refer to each other
// by address, so recursion in types needs no more than the table, as long as
// the compiler itself looks into no plan but into operations that it computes
// anew; nothing is published before the batch is complete.
type compiler struct {
	*rules
	fresh map[reflect.Type]*plan
}

func (c *compiler) plan(t reflect.Type) *plan {
	if p, ok := c.plans.Load(t); ok {
		return p.(*plan)
	}
	if p, ok := c.fresh[t]; ok {
		return p
	}
	p := &plan{typ: t, id: typeDigest(t), size: t.Size(), direct: values.Direct(t), shared: c.shares(t)}
	p.a, p.b = pair(pi0, pi1, p.id.Hi, p.id.Lo)
	c.fresh[t] = p
	p.ops = merge(c.ops(t))
	p.plain = isPlain(p.ops, p.size)
	p.refs, p.quiet = summary(p.ops)
	if t.Kind() == reflect.Pointer && len(p.ops) == 1 && p.ops[0].kind == opPointer {
		p.target = p.ops[0].elem
	}
	return p
}

// summary reports whether ops may leave the value they are applied to, and
// whether they need neither that nor a path.
func summary(ops []op) (refs, quiet bool) {
	quiet = true
	for _, o := range ops {
		switch o.kind {
		case opPointer, opSlice, opMap, opAny, opInterface, opSyncMap:
			refs, quiet = true, false
		case opArray:
			refs, quiet = refs || o.aux.refs, quiet && o.aux.quiet
		case opMutex, opRWMutex, opReject:
			quiet = false
		}
	}
	return refs, quiet
}

func typeDigest(t reflect.Type) Digest {
	h := NewHasher(pi1)
	h.String(identity(t))
	return h.Sum()
}

// shares reports whether values of t, and what they refer to, are taken as
// never written: error values, registered types and pointers to those.
func (r *rules) shares(t reflect.Type) bool {
	return t.Implements(errorType) || r.immutable[t] || t.Kind() == reflect.Pointer && r.immutable[t.Elem()]
}

// ops returns the operations for a t at offset 0.
func (c *compiler) ops(t reflect.Type) []op {
	ops := c.byKind(t)
	if c.shares(t) {
		for i := range ops {
			ops[i].shared = true
		}
	}
	return ops
}

func (c *compiler) byKind(t reflect.Type) []op {
	if f := c.special[t]; f != nil {
		return []op{{kind: opSpecial, aux: &aux{typ: t, special: f}}}
	}
	if c.skips(t) {
		return nil
	}
	if ops, ok := c.standard(t); ok {
		return ops
	}
	list := func(k opKind, n uintptr) []op { return []op{{kind: k, n: n, aux: &aux{typ: t}}} }
	switch t.Kind() {
	case reflect.Float32:
		return list(opFloat32, 1)
	case reflect.Float64:
		return list(opFloat64, 1)
	case reflect.Complex64:
		return list(opFloat32, 2)
	case reflect.Complex128:
		return list(opFloat64, 2)
	case reflect.String:
		return list(opString, 1)
	case reflect.Pointer:
		return []op{{kind: opPointer, elem: c.plan(t.Elem()), aux: &aux{typ: t}}}
	case reflect.Slice:
		return []op{{kind: opSlice, elem: c.plan(t.Elem()), aux: &aux{typ: t}}}
	case reflect.Map:
		return []op{{kind: opMap, elem: c.plan(t.Elem()), aux: &aux{typ: t, key: c.plan(t.Key())}}}
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return list(opAny, 1)
		}
		return list(opInterface, 1)
	case reflect.Array:
		return c.array(t)
	case reflect.Struct:
		return c.fields(t)
	case reflect.Func:
		if c.immutable[t] {
			return list(opFunc, 1)
		}
		return list(opReject, 1)
	case reflect.Chan, reflect.UnsafePointer:
		return list(opReject, 1)
	}
	return []op{{kind: opPlain, n: t.Size()}}
}

// skips reports whether t or what it points to is opaque.
func (r *rules) skips(t reflect.Type) bool {
	for ; t.Kind() == reflect.Pointer; t = t.Elem() {
		if r.opaque[t] {
			return true
		}
	}
	return r.opaque[t]
}

func (c *compiler) fields(t reflect.Type) []op {
	var ops []op
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" || f.Tag.Get("ravel") == "-" {
			continue
		}
		for _, o := range c.ops(f.Type) {
			ops = append(ops, o.shifted(f.Offset, "."+f.Name))
		}
	}
	return ops
}

func (c *compiler) array(t reflect.Type) []op {
	e, n := merge(c.ops(t.Elem())), t.Len()
	switch {
	case isPlain(e, t.Elem().Size()):
		return []op{{kind: opPlain, n: t.Size()}}
	case n > unrollLimit && len(e) > 0:
		refs, quiet := summary(e)
		a := &aux{typ: t, refs: refs, quiet: quiet}
		return []op{{kind: opArray, n: uintptr(n), elem: c.plan(t.Elem()), aux: a}}
	}
	var ops []op
	for i := range n {
		for _, o := range e {
			ops = append(ops, o.shifted(uintptr(i)*t.Elem().Size(), "["+strconv.Itoa(i)+"]"))
		}
	}
	return ops
}

// merge joins neighbouring plain regions and drops empty ones.
func merge(ops []op) []op {
	var out []op
	for _, o := range ops {
		if o.kind == opPlain {
			if o.n == 0 {
				continue
			}
			if k := len(out) - 1; k >= 0 && out[k].kind == opPlain && out[k].off+out[k].n == o.off {
				out[k].n += o.n
				continue
			}
		}
		out = append(out, o)
	}
	return out
}
