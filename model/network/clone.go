package network

import (
	"fmt"
	"reflect"
	"time"

	"github.com/ravelgo/ravel"
)

// duplicable says why an event cannot be duplicated; "" means that it can.
func duplicable(event any) string {
	v := reflect.ValueOf(event)
	if plain(v) {
		return ""
	}
	if _, ok := cloner(v); ok {
		return ""
	}
	return fmt.Sprintf("the copy would share memory with it; give it a method Clone() %T, or set network.Config.Clone", event)
}

// copyOf returns a copy that shares no memory, or says why there is none.
func copyOf(event any, clone func(any) any) (any, string) {
	v := reflect.ValueOf(event)
	var twin any
	switch method, ok := cloner(v); {
	case clone != nil:
		twin = clone(event)
	case ok:
		twin = method.Call(nil)[0].Interface()
	case plain(v):
		return event, ""
	default:
		return nil, duplicable(event)
	}
	w := reflect.ValueOf(twin)
	switch {
	case twin == nil || w.Kind() == reflect.Pointer && w.IsNil():
		return nil, "its clone is nil"
	case w.Type() != v.Type():
		return nil, fmt.Sprintf("its clone is a %T, which is handled as another event", twin)
	case w.Kind() == reflect.Pointer && w.Pointer() == v.Pointer() && v.Type().Elem().Size() > 0:
		return nil, "its clone is the event itself; the two would share memory"
	}
	return twin, ""
}

// cloner returns the event's method Clone, if it has the right form.
func cloner(v reflect.Value) (reflect.Value, bool) {
	m := v.MethodByName("Clone")
	if !m.IsValid() {
		return m, false
	}
	t := m.Type()
	return m, t.NumIn() == 0 && t.NumOut() == 1 && t.Out(0) == v.Type()
}

var (
	idType    = reflect.TypeFor[ravel.ID]()
	timeType  = reflect.TypeFor[time.Time]()
	errorType = reflect.TypeFor[error]()
)

// plain reports whether an assignment copies all of a value. What is never written counts as copied: strings, IDs, times,
// error values.
func plain(v reflect.Value) bool {
	t := v.Type()
	switch t.Kind() {
	case reflect.Interface:
		return t == errorType || v.IsNil() || v.Elem().Type().Implements(errorType) || plain(v.Elem())
	case reflect.Array:
		for i := range v.Len() {
			if !plain(v.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		if t == idType || t == timeType {
			return true
		}
		for i := range v.NumField() {
			if !plain(v.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return false
	}
	return true
}
