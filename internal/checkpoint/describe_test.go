package checkpoint

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// description is what a state holds, one line for each variable, under the variable's address and type. It is made by a
// traversal that has nothing in common with the one under test. A state that went back has the description that it had:
// the same variables in the same places, with the same contents.
type description map[string]string

func describe(roots []any) description {
	d := description{}
	for i, v := range roots {
		d[fmt.Sprint("root ", i)] = d.text(reflect.ValueOf(v))
	}
	return d
}

// difference returns the first line in which two descriptions differ, "" if there is none.
func difference(before, after description) string {
	for _, k := range slices.Sorted(maps.Keys(before)) {
		if after[k] != before[k] {
			return fmt.Sprintf("%s:\n before %s\n after  %s", k, before[k], after[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(after)) {
		if _, ok := before[k]; !ok {
			return fmt.Sprintf("%s is new: %s", k, after[k])
		}
	}
	return ""
}

// text returns what a value holds, and describes what it refers to.
func (d description) text(v reflect.Value) string {
	if !v.IsValid() {
		return "nil"
	}
	t := v.Type()
	switch t.Kind() {
	case reflect.String:
		return fmt.Sprintf("%q at %p", v.String(), unsafe.StringData(v.String()))
	case reflect.Float32, reflect.Float64:
		return fmt.Sprint(v.Float())
	case reflect.Struct:
		return d.structure(v)
	case reflect.Array:
		var b strings.Builder
		for i := range v.Len() {
			fmt.Fprintf(&b, "%s, ", d.text(v.Index(i)))
		}
		return b.String()
	case reflect.Interface:
		if v.IsNil() {
			return "nil"
		}
		return v.Elem().Type().String() + " " + d.text(v.Elem())
	case reflect.Pointer:
		if !v.IsNil() && !outside(t) {
			d.variable(v.Elem())
		}
		return fmt.Sprintf("%#x", v.Pointer())
	case reflect.Slice:
		full := v
		if v.Cap() > 0 {
			full = v.Slice(0, v.Cap())
		}
		for i := range full.Len() {
			d.variable(full.Index(i))
		}
		return fmt.Sprintf("%#x len %d cap %d nil %v", v.Pointer(), v.Len(), v.Cap(), v.IsNil())
	case reflect.Map:
		d.mapping(v)
		return fmt.Sprintf("%#x", v.Pointer())
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return fmt.Sprintf("%#x", v.Pointer())
	}
	return fmt.Sprint(v)
}

// outside reports whether what a type refers to is not part of a state.
func outside(t reflect.Type) bool {
	return t.Implements(errorType) || t.Implements(reflect.TypeFor[reflect.Type]()) || t.Elem().String() == "time.Location"
}

func (d description) variable(v reflect.Value) {
	key := fmt.Sprintf("%#x %s", v.UnsafeAddr(), v.Type())
	if _, ok := d[key]; !ok {
		d[key] = "..."
		d[key] = d.text(v)
	}
}

func (d description) structure(v reflect.Value) string {
	var b strings.Builder
	t := v.Type()
	switch {
	case t == builderType && v.CanAddr():
		s := (*strings.Builder)(unsafe.Pointer(v.UnsafeAddr())).String()
		return fmt.Sprintf("%q at %p", s, unsafe.StringData(s))
	case t == syncMapType && v.CanAddr():
		var lines []string
		(*sync.Map)(unsafe.Pointer(v.UnsafeAddr())).Range(func(k, v any) bool {
			lines = append(lines, d.text(reflect.ValueOf(&k).Elem())+": "+d.text(reflect.ValueOf(&v).Elem()))
			return true
		})
		slices.Sort(lines)
		return strings.Join(lines, ", ")
	case t.PkgPath() == "sync/atomic" && strings.HasPrefix(t.Name(), "Pointer[") && v.CanAddr():
		to := t.Field(0).Type.Elem()
		return d.text(reflect.NewAt(to, unsafe.Pointer(v.FieldByName("v").UnsafeAddr())).Elem())
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Name != "_" && f.Tag.Get("ravel") != "-" {
			fmt.Fprintf(&b, "%s %s; ", f.Name, d.text(v.Field(i)))
		}
	}
	return b.String()
}

func (d description) mapping(v reflect.Value) {
	if v.IsNil() {
		return
	}
	key := fmt.Sprintf("%#x %s", v.Pointer(), v.Type())
	if _, ok := d[key]; ok {
		return
	}
	d[key] = "..."
	var lines []string
	for it := v.MapRange(); it.Next(); {
		lines = append(lines, d.text(it.Key())+": "+d.text(it.Value()))
	}
	slices.Sort(lines)
	d[key] = fmt.Sprint(v.Len(), " ", strings.Join(lines, ", "))
}
