package checkpoint

import (
	"reflect"
	"unsafe"
)

// eface is the memory of an interface value.
type eface struct {
	typ  unsafe.Pointer
	data unsafe.Pointer
}

type sliceHeader struct {
	data unsafe.Pointer
	len  int
	cap  int
}

type stringHeader struct {
	data unsafe.Pointer
	len  int
}

// wordOf returns the type word of interfaces that hold a t: a reflect.Type is a pointer to the descriptor itself.
func wordOf(t reflect.Type) unsafe.Pointer { return (*eface)(unsafe.Pointer(&t)).data }

// isDirect finds out how interfaces hold a t by looking at one: the zero value of a pointer-shaped type is a nil word,
// that of any other type has an address.
func isDirect(t reflect.Type) bool {
	if t.Kind() == reflect.Interface {
		return false
	}
	v := reflect.Zero(t).Interface()
	return (*eface)(unsafe.Pointer(&v)).data == nil
}
