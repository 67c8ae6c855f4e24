package checkpoint

import (
	"reflect"
	"unsafe"

	"github.com/ravelgo/ravel/internal/values"
)

// content looks at what an interface holds.
func (s *surveyor) content(v any, at unsafe.Pointer, parent int, step string) {
	if v == nil {
		return
	}
	p := s.rules.plan(reflect.TypeOf(v))
	data := (*eface)(unsafe.Pointer(&v)).data
	if step != "" {
		step += ".(" + p.typ.String() + ")"
	}
	loose, boxed := s.loose, s.boxed
	switch {
	case p.keep:
	case p.target != nil:
		if data != nil {
			s.visit(region{data, p.target.elem, int(p.target.n)}, p.target.aux.list, parent, step)
		}
	case p.methods && p.method != nil && at != nil && !loose:
		word := new(unsafe.Pointer)
		*word = data
		if p.direct {
			data = unsafe.Pointer(word)
		}
		s.value(p, data, parent, step)
	case p.direct:
		word := new(unsafe.Pointer)
		*word = data
		s.loose, s.boxed = true, true
		s.value(p, unsafe.Pointer(word), parent, step)
		s.loose, s.boxed = loose, boxed
	default:
		s.visit(region{data, p, boxRegion}, false, parent, step)
	}
}

// entries looks at keys and values of a map.
func (s *surveyor) entries(f place, at int) {
	e := f.plan.entry
	if e.key.methods {
		s.problem(at, "[key]", e.key.typ, whyInKey)
	}
	word := new(unsafe.Pointer)
	*word = f.at
	key, val := reflect.New(f.plan.typ.Key()), reflect.New(f.plan.typ.Elem())
	it := reflect.NewAt(f.plan.typ, unsafe.Pointer(word)).Elem().MapRange()
	for it.Next() {
		key.Elem().SetIterKey(it)
		val.Elem().SetIterValue(it)
		step := values.Key(key.Elem())
		if !e.key.methods {
			s.value(e.key, key.UnsafePointer(), at, step)
		}
		s.value(e.val, val.UnsafePointer(), at, step)
	}
}

func (s *surveyor) problem(parent int, step string, t reflect.Type, why string) {
	if len(s.problems) < maxProblems {
		s.problems = append(s.problems, Problem{Path: s.path(parent) + step, Type: t, Why: why})
	}
}

// path renders the way to a place.
func (s *surveyor) path(i int) string {
	path := ""
	for ; i >= 0; i = s.found[i].parent {
		path = s.found[i].step + path
	}
	return path
}
