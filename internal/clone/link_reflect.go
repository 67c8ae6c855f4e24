//go:build !gc || !go1.25 || go1.27 || ravel_reflect

package clone

import (
	"reflect"
	"unsafe"
)

const canCloneMaps = false

func cloneMap(any) any { panic("clone: no copying of whole maps in this build") }

// newElems returns zeroed memory for n values of a plan.
func newElems(p *plan, n int) unsafe.Pointer {
	if n == 1 {
		return reflect.New(p.typ).UnsafePointer()
	}
	return reflect.MakeSlice(reflect.SliceOf(p.typ), n, n).UnsafePointer()
}
