package clone

import (
	"reflect"
	"sync"
	"unsafe"
)

// survey finds all memory that values reach, and what has no copy. When it is traced it remembers how it came to each
// place, so that a problem can be named by its path.
type survey struct {
	traced   bool
	rules    *rules
	found    []place
	seen     map[visit]bool
	spans    []span
	problems []Problem
}

// place is memory that was found, or a step on the way to some.
type place struct {
	src    unsafe.Pointer
	plan   *plan
	n      int  // as in region
	list   bool // reached as a list, if only of one
	parent int  // index of the place that refers to this one
	step   string
}

type visit struct {
	addr uintptr
	plan *plan
	n    int
}

// maxProblems bounds the length of a report.
const maxProblems = 20

// walk surveys the roots of a copy and returns an *Error if something has none.
func (s *survey) walk(roots []any) error {
	if s.seen == nil {
		s.seen = map[visit]bool{}
	}
	for _, v := range roots {
		if v == nil {
			continue
		}
		p := s.rules.plan(reflect.TypeOf(v))
		data := (*eface)(unsafe.Pointer(&v)).data
		at := s.add(place{plan: p, parent: -1, n: boxRegion, step: s.join("", func() string { return shortName(p.typ) })})
		if p.root != nil && data != nil {
			s.region(data, p.root, 1, single, at, "")
		} else {
			s.content(v, at, "")
		}
	}
	for i := 0; i < len(s.found); i++ {
		s.follow(i)
	}
	if len(s.problems) > 0 {
		return &Error{Problems: s.problems}
	}
	return nil
}

// reset lets go of all that was found.
func (s *survey) reset() {
	clear(s.found)
	s.found, s.spans, s.problems = s.found[:0], s.spans[:0], nil
	if len(s.seen) < 4096 {
		clear(s.seen)
	} else {
		s.seen = nil // clearing takes the time of the largest state ever seen
	}
}

// join lengthens a path.
func (s *survey) join(step string, next func() string) string {
	if !s.traced {
		return ""
	}
	return step + next()
}

func (s *survey) add(p place) int {
	s.found = append(s.found, p)
	return len(s.found) - 1
}

// first enters a visit and reports whether it is the first one.
func (s *survey) first(src unsafe.Pointer, p *plan, n int) bool {
	v := visit{uintptr(src), p, n}
	if s.seen[v] {
		return false
	}
	s.seen[v] = true
	return true
}

// region notes n values in a row.
func (s *survey) region(src unsafe.Pointer, p *plan, n int, how uint8, parent int, step string) {
	if !s.first(src, p, n) {
		return
	}
	i := s.add(place{src, p, n, how == several, parent, step})
	a := spanOf(src, p, n)
	a.index = i
	s.spans = append(s.spans, a)
}

// follow looks at what a place refers to.
func (s *survey) follow(i int) {
	f := s.found[i]
	switch {
	case f.src == nil || len(f.plan.refs) == 0:
	case f.n == mapRegion:
		s.entries(&f, i)
	case !f.list:
		s.value(f.plan, f.src, i, "")
	default:
		for k := range f.n {
			s.value(f.plan, unsafe.Add(f.src, uintptr(k)*f.plan.size), i, s.join("", func() string { return indexStep(k) }))
		}
	}
}

// value looks at what the value at an address refers to; step leads to it from its place.
func (s *survey) value(p *plan, base unsafe.Pointer, parent int, step string) {
	for i := range p.refs {
		o := &p.refs[i]
		at := unsafe.Add(base, o.off)
		word := *(*unsafe.Pointer)(at)
		step := step
		if o.aux != nil {
			step = s.join(step, func() string { return o.aux.name })
		}
		switch o.kind {
		case opPointer:
			if word != nil {
				s.region(word, o.elem, int(o.n), o.shape(), parent, step)
			}
		case opSelf:
			if word != nil && word != unsafe.Add(at, -int(o.n)) {
				s.region(word, o.elem, 1, single, parent, step)
			}
		case opSlice:
			if h := (*sliceHeader)(at); h.data != nil && h.cap > 0 && o.elem.size > 0 && o.n > 0 {
				s.region(h.data, o.elem, h.cap*int(o.n), several, parent, step)
			}
		case opMap:
			if word != nil && s.first(word, o.elem, mapRegion) {
				s.add(place{word, o.elem, mapRegion, false, parent, step})
			}
		case opAny:
			s.content(*(*any)(at), parent, step)
		case opInterface:
			s.content(any(*(*interface{ M() })(at)), parent, step)
		case opArray:
			for k := range int(o.n) {
				s.value(o.elem, unsafe.Add(at, uintptr(k)*o.elem.size), parent, s.join(step, func() string { return indexStep(k) }))
			}
		case opSyncMap:
			(*sync.Map)(at).Range(func(k, v any) bool {
				in := s.join(step, func() string { return keyStep(reflect.ValueOf(k)) })
				s.content(k, parent, in)
				s.content(v, parent, in)
				return true
			})
		default:
			s.judge(o, at, word, parent, step)
		}
	}
}

// judge finds out whether a value that may have no copy has one.
func (s *survey) judge(o *op, at, word unsafe.Pointer, parent int, step string) {
	switch o.kind {
	case opNil:
		if word != nil {
			s.problem(parent, step, o.aux.typ, whyNot(o.aux.typ))
		}
	case opWaiters:
		if waiting(at) {
			s.problem(parent, step, o.aux.typ, whyWaiters)
		}
	case opRefuse:
		s.problem(parent, step, o.aux.typ, o.aux.why)
	}
}

// content looks at what an interface holds.
func (s *survey) content(v any, parent int, step string) {
	if v == nil {
		return
	}
	p := s.rules.plan(reflect.TypeOf(v))
	data := (*eface)(unsafe.Pointer(&v)).data
	if step != "" {
		step += ".(" + p.typ.String() + ")"
	}
	switch {
	case p.keep:
	case p.target != nil:
		if data != nil {
			s.region(data, p.target.elem, int(p.target.n), p.target.shape(), parent, step)
		}
	case p.direct:
		word := new(unsafe.Pointer)
		*word = data
		s.value(p, unsafe.Pointer(word), parent, step)
	case s.first(data, p, boxRegion):
		s.add(place{data, p, boxRegion, false, parent, step})
	}
}

// entries looks at keys and values of a map.
func (s *survey) entries(f *place, at int) {
	word := new(unsafe.Pointer)
	*word = f.src
	it := reflect.NewAt(f.plan.typ, unsafe.Pointer(word)).Elem().MapRange()
	for it.Next() {
		k, v := current(it)
		step := s.join("", func() string { return keyStep(reflect.NewAt(f.plan.entry.key.typ, k).Elem()) })
		s.value(f.plan.entry.key, k, at, step)
		s.value(f.plan.entry.val, v, at, step)
	}
}

func (s *survey) problem(parent int, step string, t reflect.Type, why string) {
	if len(s.problems) < maxProblems {
		s.problems = append(s.problems, Problem{Path: s.path(parent) + step, Type: t, Why: why})
	}
}

// refusal is the error for a place that has been found.
func (s *survey) refusal(i int, why string) error {
	return &Error{Problems: []Problem{{Path: s.path(i), Type: s.found[i].plan.typ, Why: why}}}
}

// path renders the way to a place.
func (s *survey) path(i int) string {
	path := ""
	for ; i >= 0; i = s.found[i].parent {
		path = s.found[i].step + path
	}
	return path
}
