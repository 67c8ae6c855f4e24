package clone

import (
	"reflect"
	"sync"
	"unsafe"
)

// mapMode is how a map is copied.
type mapMode uint8

const (
	rebuild mapMode = iota // entry by entry
	whole                  // by the runtime: there is nothing to follow
	patch                  // by the runtime, then the values are replaced in place
)

// chooseMode looks at keys and values once all plans of a batch are summarized. Keys that hold pointers hash by them, so
// their map is built anew.
func (p *plan) chooseMode() {
	if p.entry == nil || !canCloneMaps || !p.entry.key.keep {
		return
	}
	switch v := p.entry.val; {
	case v.keep:
		p.entry.mode = whole
	case v.inPlace && iterReadable:
		p.entry.mode = patch
	}
}

// placeMap returns the copy of the map at src. Its entries are copied later, when no other map's are.
func (e *Env) placeMap(src unsafe.Pointer, p *plan) unsafe.Pointer {
	dst, i := e.table.find(src, p, mapRegion)
	if dst != nil {
		return dst
	}
	var m any
	x := (*eface)(unsafe.Pointer(&m))
	*x = eface{p.word, src}
	if p.entry.mode == rebuild {
		m = reflect.MakeMapWithSize(p.typ, reflect.ValueOf(m).Len()).Interface()
	} else {
		m = cloneMap(m)
	}
	e.table.enter(i, src, x.data, p, mapRegion)
	if p.entry.mode != whole {
		e.tasks = append(e.tasks, task{x.data, src, p, mapRegion})
	}
	return x.data
}

// fillMap copies the entries of a map.
func (e *Env) fillMap(p *plan, dst, src unsafe.Pointer) {
	c := e.class(p)
	c.makeScratch()
	if p.entry.mode == patch {
		c.word = dst
		for e.iter.Reset(c.m); e.iter.Next(); {
			_, v := current(&e.iter)
			e.run(p.entry.val, v, v)
		}
	} else {
		e.rebuildMap(c, dst, src)
	}
	e.iter.Reset(reflect.Value{})
	c.word = nil
}

// rebuildMap enters the copies of all entries of src into dst.
func (e *Env) rebuildMap(c *class, dst, src unsafe.Pointer) {
	p := c.plan.entry
	c.word = src
	it := &e.iter
	it.Reset(c.m)
	for it.Next() {
		k, v := current(it)
		e.run(p.key, c.key.Addr().UnsafePointer(), k)
		e.run(p.val, c.val.Addr().UnsafePointer(), v)
		c.word = dst
		c.m.SetMapIndex(c.key, c.val)
		c.word = src
		c.key.SetZero()
		c.val.SetZero()
	}
}

// makeScratch makes variables for a map of the class and for an entry of it.
func (c *class) makeScratch() {
	if !c.m.IsValid() {
		c.m = reflect.NewAt(c.plan.typ, unsafe.Pointer(&c.word)).Elem()
		c.key = reflect.New(c.plan.typ.Key()).Elem()
		c.val = reflect.New(c.plan.typ.Elem()).Elem()
	}
}

// syncMap copies a sync.Map by its entries: what is inside depends on a random seed.
func (e *Env) syncMap(dst, src *sync.Map) {
	src.Range(func(k, v any) bool {
		dst.Store(e.inner(k), e.inner(v))
		return true
	})
}

// inner returns the copy of the value of an interface.
func (e *Env) inner(v any) any {
	if v != nil {
		e.content(&(*eface)(unsafe.Pointer(&v)).data, v)
	}
	return v
}

// current returns the addresses of the iterator's key and value. The compiler itself relies on their place at the start
// of the runtime's iterator; if that ever changes, the slow way of copying both takes over.
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

var iterOffset, iterReadable = probeIter()

// probeIter finds the runtime's iterator in reflect's.
func probeIter() (uintptr, bool) {
	f, ok := reflect.TypeFor[reflect.MapIter]().FieldByName("hiter")
	if !ok || f.Type.Kind() != reflect.Struct || f.Type.NumField() < 2 {
		return 0, false
	}
	for i := range 2 {
		if g := f.Type.Field(i); g.Type.Kind() != reflect.UnsafePointer || g.Offset != uintptr(i)*wordSize {
			return 0, false
		}
	}
	return f.Offset, f.Type.Field(0).Name == "key" && f.Type.Field(1).Name == "elem"
}
