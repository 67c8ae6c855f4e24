package strategy

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// LessonCodec strategies are Learners whose lessons can be taken from one process to another that runs the same program.
// All Learners of this package are. A lesson that was taken there and back teaches what it taught before.
type LessonCodec interface {
	Learner
	// AppendLesson appends an encoding of a lesson, one that Lesson of such a strategy has returned, to b. Equal lessons
	// have equal encodings.
	AppendLesson(b []byte, lesson any) []byte
	// ReadLesson decodes what AppendLesson has appended, all of b. What it returns does not refer to b.
	ReadLesson(b []byte) (any, error)
}

var errLesson = errors.New("not the encoding of a lesson")

// lessonReader reads numbers until there is an error. A count of things is no larger than what is left could hold.
type lessonReader struct {
	b   []byte
	bad bool
}

func (r *lessonReader) number() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || size > 1 && r.b[size-1] == 0 { // one encoding for each number
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *lessonReader) atMost(most uint64) uint64 {
	n := r.number()
	if n > most {
		r.bad, r.b = true, nil
		return 0
	}
	return n
}

func (r *lessonReader) int() int { return int(r.atMost(math.MaxInt)) }

// count reads how many things follow, of so many bytes each at least.
func (r *lessonReader) count(least int) int { return int(r.atMost(uint64(len(r.b) / least))) }

func (r *lessonReader) flag() bool { return r.atMost(1) == 1 }

// end returns the lesson, if it was read well and nothing follows.
func (r *lessonReader) end(lesson any) (any, error) {
	if r.bad || len(r.b) > 0 {
		return nil, errLesson
	}
	return lesson, nil
}

func appendFlag(b []byte, f bool) []byte {
	if f {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendLesson implements LessonCodec.
func (u *URW) AppendLesson(b []byte, lesson any) []byte { return lesson.(*profile).append(b) }

// ReadLesson implements LessonCodec.
func (u *URW) ReadLesson(b []byte) (any, error) { return readProfile(b) }

// AppendLesson implements LessonCodec.
func (s *SURW) AppendLesson(b []byte, lesson any) []byte { return lesson.(*profile).append(b) }

// ReadLesson implements LessonCodec.
func (s *SURW) ReadLesson(b []byte) (any, error) { return readProfile(b) }

// append appends the encoding of a profile; what is in maps comes in order.
func (p *profile) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(p.creators)))
	for _, op := range sortedNames(p.creators) {
		b = binary.AppendUvarint(binary.AppendUvarint(b, op), p.creators[op])
	}
	uses := make([]use, 0, len(p.uses))
	for u := range p.uses {
		uses = append(uses, u)
	}
	slices.SortFunc(uses, use.compare)
	b = binary.AppendUvarint(b, uint64(len(uses)))
	for _, u := range uses {
		c := p.uses[u]
		for _, n := range []uint64{u.op, u.object.op, uint64(u.object.fixed), uint64(c.steps), uint64(c.late), uint64(c.sorts), uint64(c.nth)} {
			b = binary.AppendUvarint(b, n)
		}
	}
	return appendFlag(b, p.mixed)
}

func (u use) compare(v use) int {
	return cmp.Or(cmp.Compare(u.op, v.op), cmp.Compare(u.object.op, v.object.op), cmp.Compare(u.object.fixed, v.object.fixed))
}

func sortedNames(m map[uint64]uint64) []uint64 {
	names := make([]uint64, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func readProfile(b []byte) (any, error) {
	r := &lessonReader{b: b}
	p := &profile{creators: map[uint64]uint64{}, uses: map[use]touches{}}
	for last, i := uint64(0), r.count(2); i > 0 && !r.bad; i-- {
		op := r.number()
		if op <= last { // in order, and 0 names nobody
			return nil, errLesson
		}
		p.creators[op] = r.number()
		last = op
	}
	var last use
	for i, n := 0, r.count(7); i < n && !r.bad; i++ {
		u := use{r.number(), object{r.number(), Object(r.atMost(math.MaxUint32))}}
		if i > 0 && last.compare(u) >= 0 {
			return nil, errLesson
		}
		p.uses[u] = touches{steps: int64(r.atMost(math.MaxInt64)), late: uint32(r.atMost(math.MaxUint32)),
			sorts: sorts(r.atMost(allSorts)), nth: uint32(r.atMost(math.MaxUint32))}
		last = u
	}
	p.mixed = r.flag()
	// Who has learnt the profile walks from each operation to its creators: it must come to an end.
	for op := range p.creators {
		for n, at := 0, op; at != 0; at = p.creators[at] {
			if n++; n > len(p.creators) {
				return nil, errLesson
			}
		}
	}
	return r.end(p)
}

// AppendLesson implements LessonCodec.
func (s *Stratified) AppendLesson(b []byte, lesson any) []byte {
	w := lesson.(walked)
	for _, n := range []uint64{uint64(w.stage.db), uint64(w.stage.number), w.stage.sample, uint64(w.length), uint64(len(w.path))} {
		b = binary.AppendUvarint(b, n)
	}
	for _, at := range w.path {
		b = binary.AppendUvarint(b, uint64(at))
	}
	return b
}

// ReadLesson implements LessonCodec.
func (s *Stratified) ReadLesson(b []byte) (any, error) {
	r := &lessonReader{b: b}
	w := walked{stage: stage{db: r.int(), number: r.int(), sample: r.number()}, length: r.int()}
	w.path = make([]int, r.count(1))
	for i := range w.path {
		w.path[i] = r.int()
	}
	return r.end(w)
}

// AppendLesson implements LessonCodec.
func (f *Feedback) AppendLesson(b []byte, lesson any) []byte {
	k := lesson.(kept)
	for _, n := range k.signature {
		b = binary.LittleEndian.AppendUint64(b, n)
	}
	b = binary.AppendUvarint(b, uint64(len(k.path)))
	for _, c := range k.path {
		b = binary.AppendUvarint(binary.AppendUvarint(b, c.what), uint64(c.of))
	}
	return b
}

// ReadLesson implements LessonCodec.
func (f *Feedback) ReadLesson(b []byte) (any, error) {
	var k kept
	if len(b) < 8*len(k.signature) {
		return nil, errLesson
	}
	for i := range k.signature {
		k.signature[i], b = binary.LittleEndian.Uint64(b), b[8:]
	}
	r := &lessonReader{b: b}
	k.path = make([]followed, r.count(2))
	for i := range k.path {
		k.path[i] = followed{r.number(), r.int()}
	}
	if len(k.path) == 0 {
		return nil, errLesson
	}
	return r.end(k)
}

// AppendLesson implements LessonCodec.
func (q *QL) AppendLesson(b []byte, lesson any) []byte {
	path := lesson.([]transition)
	b = binary.AppendUvarint(b, uint64(len(path)))
	for _, t := range path {
		b = binary.AppendUvarint(binary.AppendUvarint(binary.AppendUvarint(b, t.state), t.action), uint64(t.of))
	}
	return b
}

// ReadLesson implements LessonCodec.
func (q *QL) ReadLesson(b []byte) (any, error) {
	r := &lessonReader{b: b}
	path := make([]transition, r.count(3))
	for i := range path {
		path[i] = transition{r.number(), r.number(), r.int()}
	}
	return r.end(path)
}

// AppendLesson implements LessonCodec. The members of a portfolio are of this package.
func (p *Portfolio) AppendLesson(b []byte, lesson any) []byte {
	l := lesson.(memberLesson)
	return p.round[l.turn].learner.(LessonCodec).AppendLesson(binary.AppendUvarint(b, uint64(l.turn)), l.what)
}

// ReadLesson implements LessonCodec.
func (p *Portfolio) ReadLesson(b []byte) (any, error) {
	r := &lessonReader{b: b}
	turn := r.number()
	if r.bad || turn >= uint64(len(p.round)) {
		return nil, errLesson
	}
	c, ok := p.round[turn].learner.(LessonCodec)
	if !ok {
		return nil, fmt.Errorf("%w: %s does not learn", errLesson, p.round[turn].name)
	}
	what, err := c.ReadLesson(r.b)
	if err != nil {
		return nil, err
	}
	return memberLesson{int(turn), what}, nil
}
