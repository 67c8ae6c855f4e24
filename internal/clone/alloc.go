package clone

import (
	"reflect"
	"unsafe"
)

// class is what an Env keeps for a type.
type class struct {
	plan    *plan
	how     uint8 // how its memory has ever been reached: single, several
	suspect bool  // memory of this type may overlap memory of some type met so far
	inUse   bool  // listed in Env.used

	// Small copies come out of chunks. A chunk serves one copy of a state, whose parts live and die together, and is as
	// large as the copy before it needed.
	chunk unsafe.Pointer
	left  int // values of the chunk that are free: its last ones
	size  int // of the chunk
	took  int // values in this copy
	want  int // values in the copy before

	// Of a map type: variables for a map and an entry, made at first use.
	word        unsafe.Pointer
	m, key, val reflect.Value
}

// chunkBytes is the size up to which values are put together. Twice the memory that a state needs is the most that
// chunks can waste, and only after a state that was larger.
const chunkBytes = 1024

// class returns what e keeps for a plan.
func (e *Env) class(p *plan) *class {
	if p.id < len(e.classes) {
		if c := e.classes[p.id]; c != nil {
			return c
		}
	}
	for p.id >= len(e.classes) {
		e.classes = append(e.classes, nil)
	}
	c := &class{plan: p}
	e.classes[p.id] = c
	return c
}

// alloc returns zeroed memory for n values.
func (e *Env) alloc(c *class, n int) unsafe.Pointer {
	p := c.plan
	if p.size == 0 {
		return nowhere()
	}
	if p.flat {
		return e.bytes.alloc(p, n)
	}
	if !c.inUse {
		c.inUse = true
		e.used = append(e.used, c)
	}
	c.took += n
	if c.left < n {
		k := min(c.want-c.took+n, chunkBytes/int(p.size))
		if k <= n {
			return newElems(p, n)
		}
		c.chunk, c.left, c.size = newElems(p, k), k, k
	}
	at := unsafe.Add(c.chunk, uintptr(c.size-c.left)*p.size)
	c.left -= n
	return at
}

// finish ends the use of a class for one copy.
func (c *class) finish() {
	c.chunk, c.left, c.want, c.took, c.inUse = nil, 0, c.took, 0, false
	c.word = nil
}

// arena does for all types without pointers what chunks do for others.
type arena struct {
	chunk      []uint64
	took, want int
}

func (a *arena) alloc(p *plan, n int) unsafe.Pointer {
	words := int((p.size*uintptr(n) + 7) / 8)
	a.took += words
	if len(a.chunk) < words {
		k := min(a.want-a.took+words, chunkBytes/8)
		if k <= words {
			return unsafe.Pointer(unsafe.SliceData(make([]uint64, words)))
		}
		a.chunk = make([]uint64, k)
	}
	at := unsafe.Pointer(unsafe.SliceData(a.chunk))
	a.chunk = a.chunk[words:]
	return at
}

func (a *arena) finish() {
	if a.chunk = nil; a.took > 0 {
		a.want, a.took = a.took, 0
	}
}
