package digest

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/ravelgo/ravel/internal/values"
)

// Unhashable reports a value that has no digest: a channel, a function or an
// unsafe.Pointer that is not nil.
type Unhashable struct {
	Type reflect.Type
	Path string // from the value given to Value, like Server.peers["a"].done
}

func (u *Unhashable) Error() string {
	return fmt.Sprintf("%s (%s) cannot be digested; tag the field `ravel:\"-\"` or register its type as opaque if it is not part of the state", u.Path, u.Type)
}

// HeldLock reports a lock found held in a value.
type HeldLock struct {
	Type reflect.Type // sync.Mutex or sync.RWMutex
	Path string
}

func (l *HeldLock) Error() string { return fmt.Sprintf("%s (%s) is held", l.Path, l.Type) }

// pathStep is one descent on the way to the value being absorbed.
type pathStep struct {
	op    *op
	index int            // of the element, in a slice or array
	key   unsafe.Pointer // of the entry, in a map
	dyn   *plan          // of the content, in an interface
}

func (s pathStep) String() string {
	switch {
	case s.key != nil:
		return s.op.aux.name + values.Key(reflect.NewAt(s.op.aux.key.typ, s.key).Elem())
	case s.op.kind == opSlice || s.op.kind == opArray:
		return s.op.aux.name + values.Index(s.index)
	case s.dyn != nil:
		return s.op.aux.name + ".(" + s.dyn.typ.String() + ")"
	}
	return s.op.aux.name
}

// where renders the path of o in the value being absorbed.
func (e *Env) where(o *op) string {
	var b strings.Builder
	b.WriteString(values.Root(e.root))
	for _, s := range e.path {
		b.WriteString(s.String())
	}
	b.WriteString(o.aux.name)
	return b.String()
}

func (e *Env) enter(s pathStep) { e.path = append(e.path, s) }
func (e *Env) leave()           { e.path = e.path[:len(e.path)-1] }

func (e *Env) reject(o *op) {
	if e.Err == nil {
		e.Err = &Unhashable{Type: o.aux.typ, Path: e.where(o)}
	}
}

func (e *Env) held(o *op) {
	if e.Locked == nil {
		e.Locked = &HeldLock{Type: o.aux.typ, Path: e.where(o)}
	}
}

// identity names t in a way that is the same in every process and differs
// between types: named types by package path and name, others by structure.
// Two types declared under one name in two functions of one package share it.
func identity(t reflect.Type) string {
	var b strings.Builder
	writeIdentity(&b, t)
	return b.String()
}

func writeIdentity(b *strings.Builder, t reflect.Type) {
	if t.Name() != "" {
		if t.PkgPath() != "" {
			b.WriteString(t.PkgPath())
			b.WriteByte('.')
		}
		b.WriteString(t.Name())
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		b.WriteByte('*')
		writeIdentity(b, t.Elem())
	case reflect.Slice:
		b.WriteString("[]")
		writeIdentity(b, t.Elem())
	case reflect.Array:
		b.WriteString("[" + strconv.Itoa(t.Len()) + "]")
		writeIdentity(b, t.Elem())
	case reflect.Map:
		b.WriteString("map[")
		writeIdentity(b, t.Key())
		b.WriteByte(']')
		writeIdentity(b, t.Elem())
	case reflect.Chan:
		b.WriteString(t.ChanDir().String() + " ")
		writeIdentity(b, t.Elem())
	case reflect.Struct:
		b.WriteString("struct{")
		for i := range t.NumField() {
			f := t.Field(i)
			b.WriteString(f.PkgPath + "." + f.Name + " ")
			writeIdentity(b, f.Type)
			b.WriteString(" " + strconv.Quote(string(f.Tag)) + ";")
		}
		b.WriteByte('}')
	default:
		b.WriteString(t.String())
	}
}
