package atomic

import "unsafe"

// Kinds of scheduling points, as in package runtime.
const (
	ctlKindAtomicLoad   = 19
	ctlKindAtomicStore  = 20
	ctlKindAtomicUpdate = 21
)

// runtime_ctlPoint is the point of a method.
//
//go:linkname runtime_ctlPoint
//go:noescape
func runtime_ctlPoint(kind uint32, obj unsafe.Pointer)

// runtime_ctlFunction is the point of a function.
//
//go:linkname runtime_ctlFunction
//go:noescape
func runtime_ctlFunction(kind uint32, obj unsafe.Pointer)
