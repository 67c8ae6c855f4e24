package gocontrol

// Memory reads the memory of the program, for diagnoses. Nothing of the program may run meanwhile.
type Memory struct{}

// Object returns the heap object that an address points into, and whether it may hold pointers; no base if there is none.
func (Memory) Object(p uintptr) (base, size uintptr, pointers bool) { return hooks.object(p) }

// Peek copies memory.
func (Memory) Peek(to []byte, from uintptr) { hooks.peek(to, from) }
