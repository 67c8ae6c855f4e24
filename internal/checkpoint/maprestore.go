package checkpoint

import (
	"reflect"
	"slices"
	"unsafe"
)

// restoreMap writes a map back. Entries that are as they were are not written; those with another value are assigned,
// new ones deleted, missing ones entered. Keys that may not equal themselves cannot be deleted: a map with such keys is
// emptied and filled, if anything differs.
func (r *region) restoreMap(ptrs []unsafe.Pointer, words []uint64) ([]unsafe.Pointer, []uint64) {
	p, e := r.plan, r.plan.entry
	n := int(words[0])
	np, nw := n*e.ptrs(), n*e.words()+indexSize(n)
	t := entries{e, n, ptrs[:np], words[1 : 1+nw]}
	sc := p.mapScratch(r.at)
	if e.reflexive {
		if missing := sc.mend(&t); missing > 0 {
			sc.insert(&t, false)
		}
	} else if !sc.equal(&t) {
		sc.m.Clear()
		sc.insert(&t, true)
	}
	sc.release(p)
	return ptrs[np:], words[1+nw:]
}

// mend deletes the entries whose keys were not saved, assigns to those whose values differ, and returns how many of the
// saved ones it has not met; the others it marks as seen.
func (sc *mapScratch) mend(t *entries) (missing int) {
	missing = t.n
	if sc.m.Len() == 0 {
		sc.unsee(t.n)
		return missing
	}
	if t.n == 0 {
		sc.m.Clear()
		return 0
	}
	sc.unsee(t.n)
	guess := 0
	it := &sc.iter
	it.Reset(sc.m)
	for it.Next() {
		i := sc.look(t, guess)
		if i < 0 {
			sc.key.SetIterKey(it)
			sc.m.SetMapIndex(sc.key, reflect.Value{})
			continue
		}
		if !sc.sameValue(t, i) {
			sc.key.SetIterKey(it)
			sc.val.SetIterValue(it)
			vp, vw := t.val(i)
			t.entry.val.restore(sc.valAt, vp, vw)
			sc.m.SetMapIndex(sc.key, sc.val)
		}
		missing--
		guess = (i + 1) % t.n
	}
	return missing
}

// equal reports whether the map holds the saved entries and no others.
func (sc *mapScratch) equal(t *entries) bool {
	if sc.m.Len() != t.n {
		return false
	}
	sc.unsee(t.n)
	guess := 0
	it := &sc.iter
	it.Reset(sc.m)
	for it.Next() {
		i := sc.look(t, guess)
		if i < 0 || !sc.sameValue(t, i) {
			return false
		}
		guess = (i + 1) % t.n
	}
	return true
}

// look returns the number of the entry that has the iterator's key, -1 if it has none.
func (sc *mapScratch) look(t *entries, guess int) int {
	at, _ := sc.current()
	k := t.entry.key
	ptrs, words := sc.ptrs[:k.ptrs], sc.words[:k.words]
	k.encode(at, ptrs, words)
	i := t.find(ptrs, words, guess, sc.seen)
	if i >= 0 {
		sc.seen[i] = true
	}
	return i
}

// sameValue compares the iterator's value with that of an entry.
func (sc *mapScratch) sameValue(t *entries, i int) bool {
	v := t.entry.val
	if v.methods {
		return false
	}
	_, at := sc.current()
	ptrs, words := sc.ptrs[:v.ptrs], sc.words[:v.words]
	v.encode(at, ptrs, words)
	vp, vw := t.val(i)
	return slices.Equal(ptrs, vp) && slices.Equal(words, vw)
}

// insert enters the saved entries, all or those not seen.
func (sc *mapScratch) insert(t *entries, all bool) {
	for i := range t.n {
		if !all && sc.seen[i] {
			continue
		}
		sc.key.SetZero()
		sc.val.SetZero()
		kp, kw := t.key(i)
		t.entry.key.restore(sc.keyAt, kp, kw)
		vp, vw := t.val(i)
		t.entry.val.restore(sc.valAt, vp, vw)
		sc.m.SetMapIndex(sc.key, sc.val)
	}
}

func (sc *mapScratch) unsee(n int) {
	if cap(sc.seen) < n {
		sc.seen = make([]bool, n)
	}
	sc.seen = sc.seen[:n]
	clear(sc.seen)
}
