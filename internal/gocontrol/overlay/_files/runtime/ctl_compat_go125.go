package runtime

import "unsafe"

func ctlSudogChan(s *sudog) *hchan         { return s.c }
func ctlSudogElem(s *sudog) unsafe.Pointer { return s.elem }
