package trace

import (
	"reflect"
	"strings"
)

// How a type is followed.
type manner uint8

const (
	byStructure manner = iota
	asText             // by its method
	byType             // only that it is there
	asAtomic           // as the value within
	silently           // not at all
)

// field is one that is followed.
type field struct {
	name  string
	index int
}

// kind is what Fields knows of a type.
type kind struct {
	typ  reflect.Type
	how  manner
	plan []field // of a struct
	raw  bool    // a list of bytes
}

// kindOf returns what is known of a type.
func (f *Fields) kindOf(t reflect.Type) *kind {
	k := f.kinds[t]
	if k != nil {
		return k
	}
	k = &kind{typ: t, how: mannerOf(t)}
	if f.Text != nil && t.NumMethod() > 0 && t.Kind() != reflect.Interface && f.Text(t) {
		k.how = asText
	}
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			if g := t.Field(i); g.Name != "_" && g.Tag.Get("ravel") != "-" {
				k.plan = append(k.plan, field{g.Name, i})
			}
		}
	case reflect.Slice, reflect.Array:
		k.raw = t.Elem().Kind() == reflect.Uint8
	}
	if f.kinds == nil {
		f.kinds = map[reflect.Type]*kind{}
	}
	f.kinds[t] = k
	return k
}

// mannerOf is how a type is followed that nobody else has said anything about.
func mannerOf(t reflect.Type) manner {
	if t == timeType {
		return asText
	}
	switch t.String() {
	case "*errors.errorString", "*fmt.wrapError", "*fmt.wrapErrors":
		return asText
	}
	base := t
	if t.Kind() == reflect.Pointer {
		base = t.Elem()
	}
	pkg := base.PkgPath()
	switch {
	case t.Kind() == reflect.Interface || simple(t):
		return byStructure
	case pkg == "sync/atomic" && t.Kind() == reflect.Struct:
		return asAtomic
	case pkg == "sync/atomic":
		return byStructure
	case (pkg == "sync" || pkg == "internal/sync") && t.Kind() == reflect.Struct:
		return silently
	case standardHandles[first(pkg)], pkg == "github.com/ravelgo/ravel": // contexts, timers: handles as well
		return byType
	}
	return byStructure
}

func first(pkg string) string {
	s, _, _ := strings.Cut(pkg, "/")
	return s
}

// standardHandles are the parts of the standard library of which a value is a handle on something else, or a tool: how it is
// made is nobody's business.
var standardHandles = map[string]bool{
	"bufio": true, "compress": true, "context": true, "crypto": true, "database": true, "debug": true, "encoding": true, "expvar": true,
	"go": true, "hash": true, "html": true, "image": true, "index": true, "internal": true, "io": true, "iter": true, "log": true,
	"mime": true, "net": true, "os": true, "plugin": true, "reflect": true, "regexp": true, "runtime": true, "sync": true,
	"syscall": true, "testing": true, "text": true, "time": true, "unique": true, "vendor": true, "weak": true,
}

// simple reports whether values of a type are numbers, booleans or strings.
func simple(t reflect.Type) bool {
	return t.Kind() <= reflect.Complex128 && t.Kind() != reflect.Invalid || t.Kind() == reflect.String
}

// atomicValue is the value within a type of package sync/atomic.
func atomicValue(v reflect.Value) reflect.Value {
	in := v.FieldByName("v")
	if !in.IsValid() {
		return reflect.ValueOf(new(string)).Elem()
	}
	in = reach(in)
	t := v.Type()
	if in.Kind() == reflect.UnsafePointer && t.NumField() > 0 && t.Field(0).Type.Kind() == reflect.Array { // Pointer[T] begins with [0]*T
		return reflect.NewAt(t.Field(0).Type.Elem(), in.Addr().UnsafePointer()).Elem()
	}
	switch t.Name() {
	case "Bool":
		b := reflect.New(reflect.TypeFor[bool]()).Elem()
		b.SetBool(in.Uint() != 0)
		return b
	}
	return in
}
