package clone

import (
	"cmp"
	"reflect"
	"slices"
	"unsafe"
)

// span is an area of memory that was reached.
type span struct {
	addr, end uintptr
	index     int // in survey.found
}

func spanOf(src unsafe.Pointer, p *plan, n int) span {
	return span{addr: uintptr(src), end: uintptr(src) + p.size*uintptr(n)}
}

func compareSpans(a, b span) int {
	return cmp.Or(cmp.Compare(a.addr, b.addr), cmp.Compare(b.end, a.end), cmp.Compare(a.index, b.index))
}

// widen notes that memory of a class is reached in a new way, and finds out what may overlap now.
func (e *Env) widen(c *class, how uint8) {
	if c.how == 0 {
		e.known = append(e.known, c)
	}
	c.how |= how
	for _, d := range e.known {
		if (!c.suspect || !d.suspect) && c.mayOverlap(d) {
			e.late = e.late || !d.suspect || !c.suspect
			c.suspect, d.suspect = true, true
		}
	}
}

// mayOverlap reports whether memory of two classes may be reached under two addresses, as far as types tell: two slices
// of the same elements, or a pointer or slice to what is also part of something larger.
func (c *class) mayOverlap(d *class) bool {
	if c == d {
		return c.how&several != 0
	}
	return c.within(d) || d.within(c)
}

// within reports whether memory of c may lie in a value of d.
func (c *class) within(d *class) bool {
	return c.plan.size <= d.plan.size && contains(d.plan.typ, c.plan.typ, c.how)
}

// contains reports whether a part of a t can be reached as a u in the given ways: a slice refers to arrays only.
func contains(t, u reflect.Type, how uint8) bool {
	if how&single != 0 && interchangeable(t, u) {
		return true
	}
	switch t.Kind() {
	case reflect.Array:
		base, _ := flatten(t)
		return interchangeable(base, u) || contains(base, u, how)
	case reflect.Struct:
		for i := range t.NumField() {
			if contains(t.Field(i).Type, u, how) {
				return true
			}
		}
	}
	return false
}

// interchangeable reports whether a pointer to a t can become a pointer to a u by conversion.
func interchangeable(t, u reflect.Type) bool {
	return t == u || t.Kind() == u.Kind() && t.Size() == u.Size() &&
		reflect.PointerTo(t).ConvertibleTo(reflect.PointerTo(u))
}

// overlap reports whether memory was reached under two addresses, or under one as two types or sizes.
func (e *Env) overlap() bool {
	if len(e.spans) < 2 {
		return false
	}
	slices.SortFunc(e.spans, compareSpans)
	for i := 1; i < len(e.spans); i++ {
		if e.spans[i-1].end > e.spans[i].addr {
			return true
		}
	}
	return false
}

// layOut gives all memory of a survey its place in the copy: areas that overlap become one piece of memory of the widest
// of their types.
func (e *Env) layOut(s *survey) error {
	slices.SortFunc(s.spans, compareSpans)
	for len(s.spans) > 0 {
		end, k := s.spans[0].end, 1
		for k < len(s.spans) && s.spans[k].addr < end {
			end = max(end, s.spans[k].end)
			k++
		}
		if err := e.layCluster(s, s.spans[:k], end); err != nil {
			return err
		}
		s.spans = s.spans[k:]
	}
	return nil
}

func (e *Env) layCluster(s *survey, areas []span, end uintptr) error {
	start, widest := areas[0].addr, areas[0]
	for _, a := range areas[1:] {
		if s.found[a.index].plan.size > s.found[widest.index].plan.size {
			widest = a
		}
	}
	f := &s.found[widest.index]
	p := f.plan
	if (widest.addr-start)%p.size != 0 || (end-start)%p.size != 0 {
		return s.refusal(widest.index, "memory that is used as different types cannot be copied")
	}
	if m := p.method; m != nil && m.pointer && len(areas) == 1 && f.n == 1 {
		_, i := e.table.find(f.src, p, 1)
		e.table.enter(i, f.src, m.call(p.typ, f.src).UnsafePointer(), p, 1)
		return nil
	}
	dst := e.alloc(e.class(p), int((end-start)/p.size))
	for _, a := range areas {
		f := &s.found[a.index]
		if !f.plan.flat && p.flat {
			return s.refusal(a.index, "memory that is used as different types cannot be copied")
		}
		_, i := e.table.find(f.src, f.plan, f.n)
		to := unsafe.Add(dst, a.addr-start)
		e.table.enter(i, f.src, to, f.plan, f.n)
		e.tasks = append(e.tasks, task{to, f.src, f.plan, f.n})
	}
	return nil
}
