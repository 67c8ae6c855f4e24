package values

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Root is how the path to a place in a value of type t begins: the name of the type without its package, pointers left out.
func Root(t reflect.Type) string {
	for t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	if t.Name() == "" {
		return "(" + t.String() + ")"
	}
	name, args, generic := strings.Cut(t.Name(), "[")
	if !generic {
		return name
	}
	parts := strings.Split(strings.TrimSuffix(args, "]"), ",")
	for i, p := range parts {
		parts[i] = p[strings.LastIndexByte(p, '/')+1:]
	}
	return name + "[" + strings.Join(parts, ",") + "]"
}

// Index is the step of a path to an element of a slice or array.
func Index(i int) string { return "[" + strconv.Itoa(i) + "]" }

// Key is the step of a path to an entry of a map, on a line of its own: the key is in Go syntax where it is a number, a
// string or made of them.
func Key(k reflect.Value) string { return "[" + key(k) + "]" }

func key(k reflect.Value) string {
	var s string
	switch k.Kind() {
	case reflect.String:
		s = strconv.Quote(k.String())
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		s = k.Type().String()
	case reflect.Interface:
		if k.IsNil() {
			return "nil"
		}
		return key(k.Elem())
	default:
		s = fmt.Sprintf("%v", k)
	}
	if len(s) > 40 {
		s = s[:37] + "..."
	}
	return s
}
