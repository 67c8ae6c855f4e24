package atomic

import "unsafe"

//go:linkname runtime_ctlPoint
//go:noescape
func runtime_ctlPoint(obj unsafe.Pointer)
