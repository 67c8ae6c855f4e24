package runtime

import "unsafe"

func ctlSudogChan(s *sudog) *hchan         { return s.c.get() }
func ctlSudogElem(s *sudog) unsafe.Pointer { return s.elem.get() }
