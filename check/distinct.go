package check

import (
	"cmp"
	"slices"
)

// distinct counts different schedules by a 64-bit hash of their choices, up to a limit of memory. It is an open hash
// table, as it takes one entry per execution and executions may be short.
type distinct struct {
	slots []uint64 // 0 is an empty one; a power of two of them
	n     int
	full  bool // something was not counted
}

// distinctLimit bounds the set; the table then takes 64 MB.
const distinctLimit = 1 << 22

func (d *distinct) add(hash uint64) {
	if 2*d.n >= len(d.slots) && !d.grow() {
		d.full = d.full || !d.has(hash)
		return
	}
	d.put(max(hash, 1))
}

func (d *distinct) put(hash uint64) {
	mask := uint64(len(d.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch d.slots[i] {
		case 0:
			d.slots[i] = hash
			d.n++
			return
		case hash:
			return
		}
	}
}

func (d *distinct) has(hash uint64) bool {
	hash = max(hash, 1)
	mask := uint64(len(d.slots) - 1)
	for i := hash & mask; d.slots[i] != 0; i = (i + 1) & mask {
		if d.slots[i] == hash {
			return true
		}
	}
	return false
}

func (d *distinct) grow() bool {
	if d.n >= distinctLimit {
		return false
	}
	old := d.slots
	d.slots, d.n = make([]uint64, max(256, 2*len(old))), 0
	for _, h := range old {
		if h != 0 {
			d.put(h)
		}
	}
	return true
}

func hashChoices(choices []uint32) uint64 {
	h := uint64(len(choices))
	for _, c := range choices {
		h = (h ^ uint64(c)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
