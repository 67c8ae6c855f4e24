package digest

import (
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// standardSpecials treats types of the standard library whose identity is a
// name.
func standardSpecials() map[reflect.Type]func(unsafe.Pointer, *Hasher) {
	return map[reflect.Type]func(unsafe.Pointer, *Hasher){
		reflect.TypeFor[*time.Location](): func(p unsafe.Pointer, h *Hasher) {
			if l := *(**time.Location)(p); l != nil {
				h.String(l.String())
			} else {
				h.Word(markNil)
			}
		},
		reflect.TypeOf(reflect.TypeFor[int]()): func(p unsafe.Pointer, h *Hasher) {
			if p := *(*unsafe.Pointer)(p); p != nil {
				h.Digest(typeDigest(asType(p)))
			} else {
				h.Word(markNil)
			}
		},
	}
}

// asType makes a reflect.Type of the pointer that such an interface holds.
func asType(p unsafe.Pointer) reflect.Type {
	var v any = reflect.TypeFor[int]()
	(*eface)(unsafe.Pointer(&v)).data = p
	return v.(reflect.Type)
}

var (
	timeType      = reflect.TypeFor[time.Time]()
	mutexType     = reflect.TypeFor[sync.Mutex]()
	rwMutexType   = reflect.TypeFor[sync.RWMutex]()
	syncMapType   = reflect.TypeFor[sync.Map]()
	condType      = reflect.TypeFor[sync.Cond]()
	errorType     = reflect.TypeFor[error]()
	anyType       = reflect.TypeFor[any]()
	readerCountAt = fieldOffset(rwMutexType, "readerCount")
)

// standard returns the operations for types of the standard library that need
// a treatment of their own.
func (c *compiler) standard(t reflect.Type) ([]op, bool) {
	switch t {
	case timeType:
		return []op{{kind: opTime, aux: &aux{typ: t}}}, true
	case mutexType:
		return append(c.fields(t), op{kind: opMutex, aux: &aux{typ: t}}), true
	case rwMutexType:
		return append(c.rwMutex(t), op{kind: opRWMutex, aux: &aux{typ: t}}), true
	case syncMapType:
		return []op{{kind: opSyncMap, elem: c.plan(anyType), aux: &aux{typ: t, key: c.plan(anyType)}}}, true
	case condType:
		return c.cond(t), true
	}
	if t.PkgPath() == "sync/atomic" && strings.HasPrefix(t.Name(), "Pointer[") {
		to := t.Field(0).Type.Elem().Elem() // a blank field of type [0]*T
		v, _ := t.FieldByName("v")
		o := op{kind: opPointer, elem: c.plan(to), aux: &aux{typ: reflect.PointerTo(to)}}
		return []op{o.shifted(v.Offset, "")}, true
	}
	return nil, false
}

// rwMutex absorbs a RWMutex field by field, without reporting the mutex inside
// it on its own.
func (c *compiler) rwMutex(t reflect.Type) []op {
	var ops []op
	for _, o := range c.fields(t) {
		if o.kind != opMutex {
			ops = append(ops, o)
		}
	}
	return ops
}

// cond absorbs the lock and the number of waiters: the rest of a sync.Cond is
// a guard against copies, made of its own address, and ticket counters.
func (c *compiler) cond(t reflect.Type) []op {
	l, _ := t.FieldByName("L")
	n, _ := t.FieldByName("notify")
	var ops []op
	for _, o := range c.ops(l.Type) {
		ops = append(ops, o.shifted(l.Offset, ".L"))
	}
	return append(ops, op{kind: opWaiters, off: n.Offset, aux: &aux{typ: t}})
}

// waiters absorbs how many goroutines a notifyList holds: tickets given out
// minus tickets served, its first two words of 32 bits.
func (e *Env) waiters(at unsafe.Pointer) {
	w := (*[2]uint32)(at)
	e.h.Word(uint64(w[0] - w[1]))
}

// mutexHeld reads the lowest bit of the state, which is a Mutex's first word.
func mutexHeld(at unsafe.Pointer) bool { return *(*int32)(at)&1 != 0 }

// rwMutexHeld: readerCount counts readers and is negative while a writer holds
// the lock or waits for it.
func rwMutexHeld(at unsafe.Pointer) bool { return *(*int32)(unsafe.Add(at, readerCountAt)) != 0 }

func fieldOffset(t reflect.Type, name string) uintptr {
	f, ok := t.FieldByName(name)
	if !ok {
		panic("digest: " + t.String() + " has no field " + name + " in this version of Go")
	}
	return f.Offset
}

// time absorbs an instant by its distance from e.Now, and its location.
func (e *Env) time(at unsafe.Pointer) {
	t := *(*time.Time)(at)
	if t.IsZero() {
		e.h.Digest(Digest{})
		return
	}
	e.Timed = true
	sec := t.Unix() - e.Now.Unix()
	nsec := t.Nanosecond() - e.Now.Nanosecond()
	if nsec < 0 {
		sec, nsec = sec-1, nsec+1e9
	}
	e.h.Digest(Digest{uint64(sec), uint64(nsec) + 1})
	if l := t.Location(); l != time.UTC {
		e.h.String(l.String())
	}
}

// syncMap absorbs a sync.Map by its entries: the structure of the map inside
// depends on a random seed.
func (e *Env) syncMap(o *op, at unsafe.Pointer) {
	m := map[any]any{}
	(*sync.Map)(at).Range(func(k, v any) bool {
		m[k] = v
		return true
	})
	v := reflect.ValueOf(m)
	e.h.Word(uint64(v.Len()))
	it := e.iterate(v)
	e.sortEntries(o, it)
	e.finished(it)
}
