package os

import _ "unsafe" // for go:linkname

// ctlWritten, if it is set, is asked what becomes of output to standard output and error; it returns true if it has taken
// it. Package testing sets it.
//
//go:linkname ctlWritten
var ctlWritten func(name string, text []byte) bool

//go:linkname runtime_ctlErrand
func runtime_ctlErrand(slot *uintptr, f func()) bool

//go:linkname runtime_ctlAwait
func runtime_ctlAwait(slot *uintptr)

//go:linkname runtime_ctlBegun
func runtime_ctlBegun(slot *uintptr)

//go:linkname runtime_ctlServed
func runtime_ctlServed(slot *uintptr)

// ctlWait waits for a process without keeping others from moving.
func ctlWait(p *Process) (*ProcessState, error) {
	r := &struct {
		slot uintptr
		s    *ProcessState
		err  error
	}{}
	if !runtime_ctlErrand(&r.slot, func() {
		runtime_ctlBegun(&r.slot)
		r.s, r.err = p.wait()
		runtime_ctlServed(&r.slot)
	}) {
		return p.wait()
	}
	runtime_ctlAwait(&r.slot)
	return r.s, r.err
}

func ctlTaken(f *File, b []byte) bool {
	return f != nil && f.file != nil && (f.name == "/dev/stdout" || f.name == "/dev/stderr") && ctlWritten(f.name, b)
}
