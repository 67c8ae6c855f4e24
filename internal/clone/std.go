package clone

import (
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"
)

var (
	errorType   = reflect.TypeFor[error]()
	anyType     = reflect.TypeFor[any]()
	syncMapType = reflect.TypeFor[sync.Map]()
	condType    = reflect.TypeFor[sync.Cond]()
	poolType    = reflect.TypeFor[sync.Pool]()
	builderType = reflect.TypeFor[strings.Builder]()
	timerType   = reflect.TypeFor[time.Timer]()
	tickerType  = reflect.TypeFor[time.Ticker]()
)

// standard returns the operations for types of the standard library that need a treatment of their own.
func (c *compiler) standard(t reflect.Type) ([]op, bool) {
	switch t {
	case syncMapType:
		c.plan(anyType)
		return []op{{kind: opSyncMap, aux: &aux{typ: t}}}, true
	case condType:
		l, _ := essence(t)
		n, _ := t.FieldByName("notify")
		return append(c.field(l, c.ops), op{kind: opWaiters, off: n.Offset, aux: &aux{typ: t}}), true
	case poolType:
		f, _ := essence(t)
		return c.field(f, c.ops), true
	case builderType:
		return c.builder(t), true
	}
	if why := refusal(t); why != "" {
		return []op{{kind: opRefuse, aux: &aux{typ: t, why: why}}}, true
	}
	switch {
	case t.PkgPath() == "sync/atomic" && strings.HasPrefix(t.Name(), "Pointer["):
		to := t.Field(0).Type.Elem() // a blank field of type [0]*T
		v, _ := t.FieldByName("v")
		v.Type = to
		return c.field(v, c.ops), true
	case t.PkgPath() == "unique" && strings.HasPrefix(t.Name(), "Handle["),
		t.PkgPath() == "weak" && strings.HasPrefix(t.Name(), "Pointer["):
		return c.shallow(t), true
	}
	return nil, false
}

// refusal says why values of t have no copy, whatever they hold: they stand for something that the process or the
// operating system keeps for them.
func refusal(t reflect.Type) string {
	switch {
	case t == timerType || t == tickerType:
		return "a timer of the runtime cannot be copied"
	case t.PkgPath() == "internal/poll" && t.Name() == "FD":
		return "a file or connection cannot be copied"
	case t.PkgPath() == "context" && t.Name() == "cancelCtx":
		return "a context that can be cancelled cannot be copied"
	}
	return ""
}

// essence returns the one field of a type that a copy takes over; the rest of it starts anew: what a sync.Pool holds may
// vanish at any time, and a sync.Cond guards itself against copies by its own address.
func essence(t reflect.Type) (reflect.StructField, bool) {
	switch t {
	case poolType:
		return t.FieldByName("New")
	case condType:
		return t.FieldByName("L")
	}
	return reflect.StructField{}, false
}

// builder copies a strings.Builder, which guards itself against copies by its own address.
func (c *compiler) builder(t reflect.Type) []op {
	ops := c.fields(t, c.ops)
	for i, o := range ops {
		if o.kind == opPointer && o.elem.typ == t {
			ops[i].kind, ops[i].n = opSelf, o.off
		}
	}
	return ops
}

// waiting reports whether goroutines wait in a notifyList: tickets given out and tickets served are its first words.
func waiting(at unsafe.Pointer) bool {
	w := (*[2]uint32)(at)
	return w[0] != w[1]
}

// method is a method CloneRavel by which a type is copied.
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

// call returns the copy that the value at an address makes of itself: a T, or a pointer to one.
func (m *method) call(t reflect.Type, at unsafe.Pointer) reflect.Value {
	v := reflect.NewAt(t, at)
	if !m.pointer {
		v = v.Elem()
	}
	return v.Method(m.index).Call(nil)[0]
}

// copyTo puts the copy that a value makes of itself in a place.
func (m *method) copyTo(t reflect.Type, dst, src unsafe.Pointer) {
	v := m.call(t, src)
	if m.pointer {
		v = v.Elem() // panics for nil: a method that returns no copy breaks its contract
	}
	reflect.NewAt(t, dst).Elem().Set(v)
}
