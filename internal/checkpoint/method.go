package checkpoint

import (
	"fmt"
	"reflect"
	"unsafe"
)

// method is a method CloneRavel by which values of a type are saved and written back.
type method struct {
	index   int
	pointer bool // func (*T) CloneRavel() *T, else func (T) CloneRavel() T
}

const methodName = "CloneRavel"

// methodOf returns how a t copies itself, nil if it does not.
func (c *compiler) methodOf(t reflect.Type) *method {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface || t.Name() == "" {
		return nil
	}
	for _, u := range []reflect.Type{t, reflect.PointerTo(t)} {
		m, ok := u.MethodByName(methodName)
		if ok && m.Type.NumIn() == 1 && m.Type.NumOut() == 1 && m.Type.Out(0) == u {
			return &method{index: m.Index, pointer: u != t}
		}
	}
	return nil
}

// clone returns the address of the copy that the value at an address makes of itself, nil if the method returns that.
func (m *method) clone(t reflect.Type, at unsafe.Pointer) unsafe.Pointer {
	v := reflect.NewAt(t, at)
	if m.pointer {
		return v.Method(m.index).Call(nil)[0].UnsafePointer()
	}
	c := reflect.New(t)
	c.Elem().Set(v.Elem().Method(m.index).Call(nil)[0])
	return c.UnsafePointer()
}

// try does the same for Save, where a method that panics is an error like others.
func (m *method) try(t reflect.Type, at unsafe.Pointer) (c unsafe.Pointer, why string) {
	defer func() {
		if r := recover(); r != nil {
			c, why = nil, fmt.Sprint("its method CloneRavel panics: ", r)
		}
	}()
	if c = m.clone(t, at); c == nil {
		why = "its method CloneRavel returns nil"
	}
	return c, why
}

// cloneAgain does the same for Restore, where there is no way to report an error any more.
func (m *method) cloneAgain(t reflect.Type, at unsafe.Pointer) unsafe.Pointer {
	c := m.clone(t, at)
	if c == nil {
		panic("checkpoint: the method CloneRavel of " + t.String() + " returned nil for a clone that it had made itself")
	}
	return c
}

// assign puts a fresh clone of a saved one in place.
func (m *method) assign(t reflect.Type, at, saved unsafe.Pointer) {
	reflect.NewAt(t, at).Elem().Set(reflect.NewAt(t, m.cloneAgain(t, saved)).Elem())
}

// cloneAll puts the clones that belong to the value at an address into its room in the stream of pointers.
func (p *plan) cloneAll(at unsafe.Pointer, ptrs []unsafe.Pointer) (ok bool) {
	ok = true
	for i := range p.ops {
		switch o := &p.ops[i]; o.kind {
		case opMethod:
			c, _ := o.elem.method.try(o.elem.typ, unsafe.Add(at, o.off))
			ptrs[o.ptr] = c
			ok = ok && c != nil
		case opArray:
			for k := range int(o.n) {
				q := o.elem
				if q.methods && !q.cloneAll(unsafe.Add(at, o.off+uintptr(k)*q.size), ptrs[o.ptr+k*q.ptrs:]) {
					ok = false
				}
			}
		}
	}
	return ok
}
