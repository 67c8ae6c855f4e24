package checkpoint

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/ravelgo/ravel/internal/values"
)

// surveyor walks a state that was refused once more, and remembers how it came to each place, so that what cannot be
// saved can be named by its path.
type surveyor struct {
	rules    *rules
	found    []place
	seen     table
	loose    bool // as in Saver
	boxed    bool
	problems []Problem
}

// place is memory that was found, or a step on the way to some.
type place struct {
	region
	list   bool // reached as a list, if only of one
	parent int  // index of the place that refers to this one
	step   string
}

// maxProblems bounds the length of a report.
const maxProblems = 20

// survey returns an *Error that names what cannot be saved.
func survey(r *rules, roots []any) error {
	s := surveyor{rules: r}
	s.seen.reset()
	for _, v := range roots {
		if v == nil {
			continue
		}
		p := r.plan(reflect.TypeOf(v))
		data := (*eface)(unsafe.Pointer(&v)).data
		at := s.add(place{parent: -1, step: values.Root(p.typ)})
		if p.root != nil && data != nil {
			s.visit(region{data, p.root, 1}, false, at, "")
		} else {
			s.content(v, nil, at, "")
		}
	}
	for i := 0; i < len(s.found) && len(s.problems) < maxProblems; i++ {
		s.region(i)
	}
	if len(s.problems) == 0 { // the state has changed between the two walks
		s.problems = []Problem{{"state", anyType, "it changes while it is saved"}}
	}
	return &Error{Problems: s.problems}
}

func (s *surveyor) add(p place) int {
	s.found = append(s.found, p)
	return len(s.found) - 1
}

func (s *surveyor) visit(r region, list bool, parent int, step string) {
	if s.seen.visit(r.at, r.plan, r.n) {
		s.add(place{r, list, parent, step})
	}
}

// region looks at what a place refers to.
func (s *surveyor) region(i int) {
	f := s.found[i]
	s.loose, s.boxed = f.n <= 0, f.n == boxRegion
	switch {
	case f.plan == nil:
	case f.n == mapRegion:
		s.entries(f, i)
	case f.n == syncRegion:
		(*sync.Map)(f.at).Range(func(k, v any) bool {
			in := values.Key(reflect.ValueOf(k))
			s.content(k, nil, i, in)
			s.content(v, nil, i, in)
			return true
		})
	case !f.list:
		s.value(f.plan, f.at, i, "")
	default:
		for k := range f.n {
			s.value(f.plan, unsafe.Add(f.at, uintptr(k)*f.plan.size), i, values.Index(k))
		}
	}
}

// value looks at what the value at an address refers to; step leads to it from its place.
func (s *surveyor) value(p *plan, base unsafe.Pointer, parent int, step string) {
	for i := range p.refs {
		o := &p.refs[i]
		at := unsafe.Add(base, o.off)
		step := step + o.aux.name
		switch o.kind {
		case opPointer:
			if to := *(*unsafe.Pointer)(at); to != nil {
				s.visit(region{to, o.elem, int(o.n)}, o.aux.list, parent, step)
			}
		case opSlice:
			if h := (*sliceHeader)(at); h.cap > 0 {
				s.visit(region{h.data, o.elem, h.cap * int(o.n)}, true, parent, step)
			}
		case opMap:
			if to := *(*unsafe.Pointer)(at); to != nil {
				s.visit(region{to, o.elem, mapRegion}, false, parent, step)
			}
		case opAny:
			s.content(*(*any)(at), at, parent, step)
		case opInterface:
			s.content(any(*(*interface{ M() })(at)), at, parent, step)
		case opArray:
			for k := range int(o.n) {
				s.value(o.elem, unsafe.Add(at, uintptr(k)*o.elem.size), parent, step+values.Index(k))
			}
		case opSyncMap:
			if s.loose {
				s.problem(parent, step, o.aux.typ, whyLoose)
			} else {
				s.visit(region{at, o.elem, syncRegion}, false, parent, step)
			}
		default:
			s.judge(o, at, parent, step)
		}
	}
}

// judge finds out whether a value that may be refused has to be.
func (s *surveyor) judge(o *op, at unsafe.Pointer, parent int, step string) {
	why := ""
	switch o.kind {
	case opNil:
		if *(*unsafe.Pointer)(at) != nil {
			why = whyNot(o.aux.typ)
		}
	case opWaiters:
		if waiting(at) {
			why = whyWaiters
		}
	case opMethod:
		if s.boxed {
			why = whyLoose
		} else {
			_, why = o.elem.method.try(o.elem.typ, at)
		}
	case opRefuse:
		why = o.aux.why
	}
	if why != "" {
		s.problem(parent, step, o.aux.typ, why)
	}
}
