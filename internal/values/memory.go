package values

import (
	"reflect"
	"unsafe"
)

// Direct finds out how interfaces hold a t by looking at one: the zero value of a pointer-shaped type is a nil word, that of
// any other type has an address. It is false for interface types.
func Direct(t reflect.Type) bool {
	if t.Kind() == reflect.Interface {
		return false
	}
	v := reflect.Zero(t).Interface()
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1] == nil
}

// MapIter returns where in a reflect.MapIter the addresses of the present key and value are, one after the other. The
// compiler itself relies on their place at the start of the runtime's iterator; known is false should that ever change.
func MapIter() (offset uintptr, known bool) {
	f, ok := reflect.TypeFor[reflect.MapIter]().FieldByName("hiter")
	if !ok || f.Type.Kind() != reflect.Struct || f.Type.NumField() < 2 {
		return 0, false
	}
	for i := range 2 {
		if g := f.Type.Field(i); g.Type.Kind() != reflect.UnsafePointer || g.Offset != uintptr(i)*unsafe.Sizeof(uintptr(0)) {
			return 0, false
		}
	}
	return f.Offset, f.Type.Field(0).Name == "key" && f.Type.Field(1).Name == "elem"
}
