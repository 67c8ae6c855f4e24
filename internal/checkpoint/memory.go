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
