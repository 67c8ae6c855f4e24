package runtime

import "unsafe"

// How the host looks at memory that outlives an execution, to tell what the execution has changed in it. Nothing runs
// meanwhile that belongs to the program.

// ctlHeapObject returns the heap object that p points into, and whether it may hold pointers; no base if there is none.
func ctlHeapObject(p uintptr) (base, size uintptr, pointers bool) {
	s := spanOfHeap(p)
	if s == nil {
		return 0, 0, false
	}
	i := s.objIndex(p)
	return s.base() + i*s.elemsize, s.elemsize, !s.spanclass.noscan()
}

// ctlPeek copies memory.
func ctlPeek(to []byte, from uintptr) {
	memmove(unsafe.Pointer(&to[0]), unsafe.Pointer(from), uintptr(len(to)))
}
