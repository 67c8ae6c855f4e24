package checkpoint

import (
	"reflect"
	"unsafe"
)

// followList visits what pointers lead to.
func (s *Saver) followList(p *plan, list []unsafe.Pointer) {
	o := &p.ops[0]
	switch o.kind {
	case opPointer:
		for _, at := range list {
			if at != nil {
				s.visit(at, o.elem, int(o.n))
			}
		}
	case opMap:
		for _, at := range list {
			if at != nil {
				s.visit(at, o.elem, mapRegion)
			}
		}
	case opNil:
		for _, at := range list {
			s.refused = s.refused || at != nil
		}
	}
}

// follow visits what the value at an address refers to.
func (s *Saver) follow(p *plan, base unsafe.Pointer) {
	for i := range p.refs {
		o := &p.refs[i]
		at := unsafe.Add(base, o.off)
		switch o.kind {
		case opPointer:
			if to := *(*unsafe.Pointer)(at); to != nil {
				s.visit(to, o.elem, int(o.n))
			}
		case opSlice:
			if h := (*sliceHeader)(at); h.cap > 0 {
				s.visit(h.data, o.elem, h.cap*int(o.n))
			}
		case opMap:
			if to := *(*unsafe.Pointer)(at); to != nil {
				s.visit(to, o.elem, mapRegion)
			}
		case opAny:
			s.content(*(*any)(at), at)
		case opInterface:
			s.content(any(*(*interface{ M() })(at)), at)
		case opArray:
			for k := range o.n {
				s.follow(o.elem, unsafe.Add(at, k*o.elem.size))
			}
		case opNil:
			s.refused = s.refused || *(*unsafe.Pointer)(at) != nil
		case opMethod:
			s.refused = s.refused || s.boxed
		case opSyncMap:
			if s.loose {
				s.refused = true
			} else {
				s.visit(at, o.elem, syncRegion)
			}
		case opWaiters:
			s.refused = s.refused || waiting(at)
		case opRefuse:
			s.refused = true
		}
	}
}

// content visits what the value of an interface refers to. The interface is at an address, if it is a variable.
func (s *Saver) content(v any, at unsafe.Pointer) {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		return
	}
	switch p := s.planOf(v); {
	case p.keep:
	case p.target != nil:
		if x.data != nil {
			s.visit(x.data, p.target.elem, int(p.target.n))
		}
	case p.methods && p.method != nil:
		if s.loose || at == nil {
			s.refused = true
		} else {
			if s.seen.visit(at, p, slotRegion) {
				s.slots = append(s.slots, region{at, p, slotRegion})
			}
		}
	case p.direct:
		loose, boxed := s.loose, s.boxed
		s.word, s.loose, s.boxed = x.data, true, true
		s.follow(p, unsafe.Pointer(&s.word))
		s.word, s.loose, s.boxed = nil, loose, boxed
	case s.seen.visit(x.data, p, boxRegion):
		s.boxes = append(s.boxes, box{x.data, p})
	}
}

// planOf returns the plan of v's dynamic type. v is not nil.
func (s *Saver) planOf(v any) *plan {
	typ := (*eface)(unsafe.Pointer(&v)).typ
	slot := &s.cache[(uintptr(typ)>>5^uintptr(typ)>>11)%cacheSize]
	if *slot == nil || (*slot).word != typ {
		*slot = s.rules.plan(reflect.TypeOf(v))
	}
	return *slot
}
