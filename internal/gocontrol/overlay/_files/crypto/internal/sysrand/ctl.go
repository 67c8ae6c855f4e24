package sysrand

import _ "unsafe"

//go:linkname runtime_ctlRead
func runtime_ctlRead(b []byte) bool
