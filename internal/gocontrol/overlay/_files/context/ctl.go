package context

import _ "unsafe"

// Kinds of scheduling points, as in package runtime.
const (
	ctlKindContextErr    = 29
	ctlKindContextCancel = 30
)

//go:linkname runtime_ctlPoint
//go:noescape
func runtime_ctlPoint(kind uint32, c *cancelCtx)
