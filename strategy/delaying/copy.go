package delaying

import (
	"fmt"
	"reflect"
	"unsafe"
)

// Copy returns a deep copy of *x, for Clone. It copies structs, arrays, slices, maps and explorers in interfaces (with
// their Clone), exported or not. It panics on pointers, functions, channels and other interfaces that are not nil, because
// nobody could tell whether the copy is to share them: write Clone by hand then.
func Copy[T any](x *T) *T {
	c := new(T)
	*c = *x
	unshare(reflect.ValueOf(c).Elem(), reflect.TypeFor[T]())
	return c
}

var explorerType = reflect.TypeFor[Explorer]()

// unshare replaces everything that the addressable v shares with what it was copied from. root is for the error.
func unshare(v reflect.Value, root reflect.Type) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Field(i)
			unshare(reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem(), root) // unexported fields, too
		}
	case reflect.Array:
		for i := range v.Len() {
			unshare(v.Index(i), root)
		}
	case reflect.Slice:
		if v.IsNil() {
			return
		}
		s := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(s, v)
		v.Set(s)
		for i := range v.Len() {
			unshare(v.Index(i), root)
		}
	case reflect.Map:
		unshareMap(v, root)
	case reflect.Interface:
		if e, ok := v.Interface().(Explorer); ok && v.Type().Implements(explorerType) {
			v.Set(reflect.ValueOf(e.Clone()))
			return
		}
		refuse(v, root)
	case reflect.Pointer, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		refuse(v, root)
	}
}

func unshareMap(v reflect.Value, root reflect.Type) {
	if v.IsNil() {
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), v.Len())
	for it := v.MapRange(); it.Next(); {
		value := reflect.New(v.Type().Elem()).Elem()
		value.Set(it.Value())
		unshare(value, root)
		m.SetMapIndex(it.Key(), value)
	}
	v.Set(m)
}

func refuse(v reflect.Value, root reflect.Type) {
	if !v.IsZero() {
		panic(fmt.Sprintf("delaying: Copy of a %v: it holds a %v, which only a Clone written by hand can copy", root, v.Type()))
	}
}
