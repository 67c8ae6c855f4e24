package checkpoint

import (
	"math/bits"
	"slices"
	"unsafe"
)

// A map lies in the streams as its number of entries, the entries in the order in which they were met, and for larger
// maps an index of them by what their keys hold, bit by bit. A key that was deleted and entered again may have other
// bits than before, such as a string in another place; then it counts as another key, and the map is written.

func (e *entry) ptrs() int  { return e.key.ptrs + e.val.ptrs }
func (e *entry) words() int { return e.key.words + e.val.words }

// smallMap is the number of entries up to which a map has no index: they are searched.
const smallMap = 8

// indexSize returns the length of the index of n entries, a power of two.
func indexSize(n int) int {
	if n <= smallMap {
		return 0
	}
	return 1 << bits.Len(uint(2*n-1))
}

// saveMap saves the entries of a map and visits what they refer to.
func (s *Saver) saveMap(r region) {
	p, e := r.plan, r.plan.entry
	sc := p.mapScratch(r.at)
	n := sc.m.Len()
	s.img.plain(1)[0] = uint64(n)
	if n > 0 {
		ptrs, words := s.img.pointers(n*e.ptrs()), s.img.plain(n*e.words()+indexSize(n))
		t := entries{e, n, ptrs, words}
		clear(t.index())
		s.refused = s.refused || e.key.methods
		s.loose = true
		it := &sc.iter
		it.Reset(sc.m)
		for i := 0; it.Next(); i++ {
			k, v := sc.current()
			kp, kw := t.key(i)
			e.key.encode(k, kp, kw)
			vp, vw := t.val(i)
			e.val.encode(v, vp, vw)
			if e.val.methods && !e.val.cloneAll(v, vp) {
				s.refused = true
			}
			s.follow(e.key, k)
			s.follow(e.val, v)
			t.enter(i)
		}
		s.loose = false
	}
	sc.release(p)
}

// entries is the part of the streams that belongs to a map that is not empty.
type entries struct {
	*entry
	n     int
	ptrs  []unsafe.Pointer
	words []uint64
}

func (t *entries) key(i int) ([]unsafe.Pointer, []uint64) {
	p, w := i*t.entry.ptrs(), i*t.entry.words()
	return t.ptrs[p : p+t.entry.key.ptrs], t.words[w : w+t.entry.key.words]
}

func (t *entries) val(i int) ([]unsafe.Pointer, []uint64) {
	p, w := i*t.entry.ptrs()+t.entry.key.ptrs, i*t.entry.words()+t.entry.key.words
	return t.ptrs[p : p+t.entry.val.ptrs], t.words[w : w+t.entry.val.words]
}

// index is a hash table of entry numbers, counted from one.
func (t *entries) index() []uint64 { return t.words[t.n*t.entry.words():] }

func (t *entries) enter(i int) {
	index := t.index()
	if len(index) == 0 {
		return
	}
	h := hashOf(t.key(i))
	for index[h&uint64(len(index)-1)] != 0 {
		h++
	}
	index[h&uint64(len(index)-1)] = uint64(i) + 1
}

// find returns the number of the entry that has a key and was not seen yet, beginning with a guess; -1 if there is none.
func (t *entries) find(ptrs []unsafe.Pointer, words []uint64, guess int, seen []bool) int {
	if t.isKey(guess, ptrs, words) && !seen[guess] {
		return guess
	}
	index := t.index()
	if len(index) == 0 {
		for i := range t.n {
			if !seen[i] && t.isKey(i, ptrs, words) {
				return i
			}
		}
		return -1
	}
	for h := hashOf(ptrs, words); ; h++ {
		i := int(index[h&uint64(len(index)-1)]) - 1
		if i < 0 || !seen[i] && t.isKey(i, ptrs, words) {
			return i
		}
	}
}

func (t *entries) isKey(i int, ptrs []unsafe.Pointer, words []uint64) bool {
	p, w := t.key(i)
	return slices.Equal(p, ptrs) && slices.Equal(w, words)
}

func hashOf(ptrs []unsafe.Pointer, words []uint64) uint64 {
	h := uint64(0)
	for _, p := range ptrs {
		h = mix(h ^ uint64(uintptr(p)))
	}
	for _, w := range words {
		h = mix(h ^ w)
	}
	return h
}

func mix(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0x9e3779b97f4a7c15, 0xd6e8feb86659fd93)
	return hi ^ lo
}
