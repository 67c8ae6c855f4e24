package check

import (
	"cmp"
	"slices"
	"sync"
)

// distinct counts different schedules by a 64-bit hash of their choices, up to a limit of memory.
type distinct struct {
	mu   sync.Mutex
	seen map[uint64]struct{}
	full bool
}

// distinctLimit bounds the set; 1<<22 hashes take about 80 MB.
const distinctLimit = 1 << 22

func newDistinct() *distinct { return &distinct{seen: map[uint64]struct{}{}} }

func (d *distinct) add(choices []uint32) {
	h := hashChoices(choices)
	d.mu.Lock()
	if len(d.seen) < distinctLimit {
		d.seen[h] = struct{}{}
	} else {
		d.full = true
	}
	d.mu.Unlock()
}

// count returns the number of different schedules; atLeast says that there may be more.
func (d *distinct) count() (n uint64, atLeast bool) { return uint64(len(d.seen)), d.full }

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
