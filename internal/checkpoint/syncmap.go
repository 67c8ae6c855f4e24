package checkpoint

import (
	"sync"
	"unsafe"
)

// A sync.Map lies in the streams as its number of entries, and each as the words of two interfaces. What it has inside
// depends on a random seed and is shared with goroutines that look at it, so it is used by its methods only.

// saveSyncMap saves the entries of a sync.Map and visits what they refer to.
func (s *Saver) saveSyncMap(m *sync.Map) {
	n := len(s.img.words)
	s.img.plain(1)[0] = 0
	s.loose = true
	m.Range(func(k, v any) bool {
		s.img.words[n]++
		p := s.img.pointers(4)
		x, y := (*eface)(unsafe.Pointer(&k)), (*eface)(unsafe.Pointer(&v))
		p[0], p[1], p[2], p[3] = x.typ, x.data, y.typ, y.data
		s.content(k, nil)
		s.content(v, nil)
		return true
	})
	s.loose = false
}

// restoreSyncMap writes a sync.Map back, if it differs.
func (r *region) restoreSyncMap(ptrs []unsafe.Pointer, words []uint64) ([]unsafe.Pointer, []uint64) {
	m, n := (*sync.Map)(r.at), int(words[0])
	saved := ptrs[:4*n]
	if !sameEntries(m, saved) {
		m.Clear()
		for ; len(saved) > 0; saved = saved[4:] {
			m.Store(anyOf(saved[0], saved[1]), anyOf(saved[2], saved[3]))
		}
	}
	return ptrs[4*n:], words[1:]
}

func sameEntries(m *sync.Map, saved []unsafe.Pointer) bool {
	n := 0
	m.Range(func(any, any) bool {
		n++
		return true
	})
	if 4*n != len(saved) {
		return false
	}
	for ; len(saved) > 0; saved = saved[4:] {
		v, _ := m.Load(anyOf(saved[0], saved[1]))
		if x := (*eface)(unsafe.Pointer(&v)); x.typ != saved[2] || x.data != saved[3] {
			return false
		}
	}
	return true
}

// anyOf makes an interface of its words.
func anyOf(typ, data unsafe.Pointer) (v any) {
	*(*eface)(unsafe.Pointer(&v)) = eface{typ, data}
	return v
}
