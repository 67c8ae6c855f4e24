package checkpoint

import (
	"sync"
	"unsafe"
)

// Saver is what saving needs besides the image: the set of what was visited, and caches. Once it has seen states of a
// kind it allocates nothing. Its zero value is ready for use. A Saver serves one goroutine at a time and must not be
// copied after first use.
type Saver struct {
	img     *Image
	rules   *rules
	cache   [cacheSize]*plan
	seen    table
	boxes   []box
	slots   []region       // interfaces that hold values to be cloned
	word    unsafe.Pointer // a value that an interface holds in its data word
	loose   bool           // what is being followed is not in a variable that could be written
	boxed   bool           // nor can what holds it be assigned anew
	refused bool
}

// box is the value of an interface. It is never written, but what it refers to is saved.
type box struct {
	at   unsafe.Pointer
	plan *plan
}

const cacheSize = 64

// Save saves the contents of all memory that the roots reach, in place of what the image held. What a pointer among the
// roots leads to is saved even if its type is one of errors, unless it is registered. If something cannot be saved, the
// result is an *Error that names all such places, and the image is cleared. The state must not change meanwhile.
func (s *Saver) Save(img *Image, roots ...any) error {
	if r := published.Load(); r != s.rules {
		s.rules, s.cache = r, [cacheSize]*plan{}
	}
	regions, ptrs := len(img.regions), len(img.ptrs)
	img.reset()
	s.img, s.refused, s.loose, s.boxed, s.boxes = img, false, false, false, s.boxes[:0]
	s.slots = s.slots[:0]
	s.seen.reset()
	for _, v := range roots {
		s.root(v)
	}
	for i := 0; i < len(img.regions) || len(s.boxes) > 0; {
		if i < len(img.regions) {
			s.region(img.regions[i])
			i++
			continue
		}
		b := s.boxes[len(s.boxes)-1]
		s.boxes = s.boxes[:len(s.boxes)-1]
		s.loose, s.boxed = true, true
		s.follow(b.plan, b.at)
		s.loose, s.boxed = false, false
	}
	for _, r := range s.slots { // last, for what holds them writes the old value
		img.regions = append(img.regions, r)
		s.slot(r)
	}
	s.img = nil
	clear(s.boxes[:cap(s.boxes)])
	clear(s.slots)
	if s.refused {
		img.letGo(regions, ptrs)
		img.Clear()
		return survey(s.rules, roots)
	}
	img.letGo(regions, ptrs)
	return nil
}

func (s *Saver) root(v any) {
	x := (*eface)(unsafe.Pointer(&v))
	if x.typ == nil {
		return
	}
	switch p := s.planOf(v); {
	case p.root == nil:
		s.content(v, nil)
	case x.data != nil:
		s.visit(x.data, p.root, 1)
	}
}

// visit sees to it that a region is saved.
func (s *Saver) visit(at unsafe.Pointer, p *plan, n int) {
	if s.seen.visit(at, p, n) {
		s.img.regions = append(s.img.regions, region{at, p, n})
	}
}

// region saves the contents of a region and visits what it refers to.
func (s *Saver) region(r region) {
	p := r.plan
	switch {
	case r.n <= 0:
		s.special(r)
	case p.flat:
		n := p.size * uintptr(r.n)
		encodeBytes(r.at, n, s.img.plain(wordsFor(n)))
	case p.list:
		from := unsafe.Slice((*unsafe.Pointer)(r.at), r.n)
		copy(s.img.pointers(r.n), from)
		s.followList(p, from)
	default:
		ptrs, words := s.img.pointers(r.n*p.ptrs), s.img.plain(r.n*p.words)
		for k := range r.n {
			at := unsafe.Add(r.at, uintptr(k)*p.size)
			p.encode(at, ptrs, words)
			if p.methods && !p.cloneAll(at, ptrs) {
				s.refused = true
			}
			if !p.keep {
				s.follow(p, at)
			}
			ptrs, words = ptrs[p.ptrs:], words[p.words:]
		}
	}
}

func (s *Saver) special(r region) {
	if r.n == mapRegion {
		s.saveMap(r)
	} else {
		s.saveSyncMap((*sync.Map)(r.at))
	}
}

// slot saves a clone of the value that an interface holds.
func (s *Saver) slot(r region) {
	at := (*eface)(r.at).data
	if r.plan.direct {
		s.word = at
		at = unsafe.Pointer(&s.word)
	}
	c, _ := r.plan.method.try(r.plan.typ, at)
	s.word = nil
	s.img.pointers(1)[0] = c
	s.refused = s.refused || c == nil
}
