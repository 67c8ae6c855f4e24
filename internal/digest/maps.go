package digest

import (
	"cmp"
	"reflect"
	"slices"
	"unsafe"

	"github.com/ravelgo/ravel/internal/values"
)

// entry is one entry of a map whose entries have to be put in order.
type entry struct {
	key, val Digest // val only where keys have equal digests
	k, v     unsafe.Pointer
	tied     bool // equal to another entry in both
}

// mapping absorbs the map whose variable is at the given address, whatever the
// order in which the runtime iterates over it.
func (e *Env) mapping(o *op, at unsafe.Pointer) {
	m := *(*unsafe.Pointer)(at)
	if m == nil {
		e.h.Digest(Digest{})
		return
	}
	v := reflect.NewAt(o.aux.typ, at).Elem()
	e.h.Digest(Digest{markFirst, uint64(v.Len())})
	if v.Len() == 0 || e.back(m, o.elem, 0, 0) {
		return
	}
	it := e.iterate(v)
	if o.aux.key.quiet && o.elem.quiet {
		e.sumEntries(o, it)
	} else {
		e.sortEntries(o, it)
	}
	e.finished(it)
}

// sumEntries absorbs the sum of the entries' digests: no entry can refer to
// another one, and no path is needed.
func (e *Env) sumEntries(o *op, it *reflect.MapIter) {
	outer := e.h
	var sum Digest
	for it.Next() {
		k, v := current(it)
		e.h = Hasher{pi1, pi0}
		e.run(o.aux.key, k)
		e.run(o.elem, v)
		sum = sum.Add(e.h.Sum())
	}
	e.h = outer
	e.h.Digest(sum)
}

// sortEntries absorbs the entries in the order of their keys' digests, so that
// visits have the same order each time. Only distinct pointers to equal
// structures and NaNs are keys with equal digests; the digests of their values
// decide then. Entries that are equal in both are absorbed by these digests,
// without a visit: their order is the runtime's, so nothing may refer to it.
func (e *Env) sortEntries(o *op, it *reflect.MapIter) {
	first := len(e.entries)
	for it.Next() {
		k, v := current(it)
		d := e.aside(o.aux.key, k)
		e.entries = append(e.entries, entry{key: d, k: k, v: v})
	}
	list := e.entries[first:]
	slices.SortFunc(list, compareEntries)
	e.breakTies(o, list)
	e.enter(pathStep{op: o})
	step := len(e.path) - 1
	for i := range list {
		e.path[step].key = list[i].k
		e.entry(o, &list[i])
	}
	e.leave()
	clear(list)
	e.entries = e.entries[:first]
}

func (e *Env) entry(o *op, x *entry) {
	switch {
	case x.tied:
		e.h.Digest(e.apart(o.aux.key, x.k))
		e.h.Digest(e.apart(o.elem, x.v))
		return
	case o.aux.key.quiet:
		e.h.Digest(x.key)
	default:
		e.run(o.aux.key, x.k)
	}
	e.run(o.elem, x.v)
}

// breakTies orders the entries whose keys have equal digests and marks those
// that cannot be ordered.
func (e *Env) breakTies(o *op, list []entry) {
	found := false
	for i := 1; i < len(list); i++ {
		if a, b := &list[i-1], &list[i]; a.key == b.key {
			a.val, b.val = e.aside(o.elem, a.v), e.aside(o.elem, b.v)
			found = true
		}
	}
	if !found {
		return
	}
	slices.SortFunc(list, compareEntries)
	for i := 1; i < len(list); i++ {
		if a, b := &list[i-1], &list[i]; compareEntries(*a, *b) == 0 {
			a.tied, b.tied = true, true
		}
	}
}

func compareEntries(a, b entry) int {
	return cmp.Or(a.key.compare(b.key), a.val.compare(b.val))
}

// apart returns a digest of the value at the given address and forgets the
// visits it took.
func (e *Env) apart(p *plan, at unsafe.Pointer) Digest {
	outer, places := e.h, e.seen.count()
	e.h = Hasher{pi1, pi0}
	e.run(p, at)
	d := e.h.Sum()
	e.h = outer
	e.seen.undo(places)
	return d
}

// aside is apart without reports: it serves to put entries in order, and what
// there is to report is found afterwards, in that order.
func (e *Env) aside(p *plan, at unsafe.Pointer) Digest {
	err, locked := e.Err, e.Locked
	e.Err, e.Locked = errIgnored, lockIgnored
	d := e.apart(p, at)
	e.Err, e.Locked = err, locked
	return d
}

// Placeholders that keep e.Err and e.Locked from being set.
var (
	errIgnored  error = new(Unhashable)
	lockIgnored       = new(HeldLock)
)

// iterate returns an iterator over m that is not in use by an enclosing map.
func (e *Env) iterate(m reflect.Value) *reflect.MapIter {
	if e.depth == len(e.iters) {
		e.iters = append(e.iters, new(reflect.MapIter))
	}
	it := e.iters[e.depth]
	e.depth++
	it.Reset(m)
	return it
}

func (e *Env) finished(it *reflect.MapIter) {
	it.Reset(reflect.Value{})
	e.depth--
}

// current returns the addresses of the iterator's key and value. The compiler
// itself relies on their place at the start of the runtime's iterator; if that
// ever changes, the slow way of copying both takes over.
func current(it *reflect.MapIter) (k, v unsafe.Pointer) {
	if iterReadable {
		p := (*[2]unsafe.Pointer)(unsafe.Add(unsafe.Pointer(it), iterOffset))
		return p[0], p[1]
	}
	return copied(it.Key()), copied(it.Value())
}

func copied(v reflect.Value) unsafe.Pointer {
	c := reflect.New(v.Type())
	c.Elem().Set(v)
	return c.UnsafePointer()
}

var iterOffset, iterReadable = values.MapIter()
