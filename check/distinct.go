package check

import (
	"cmp"
	"slices"

	"github.com/ravelgo/ravel/internal/coverage"
)

// distinct counts different schedules by a 62-bit hash of their choices, up to a limit of memory. It is an open hash
// table, as it takes one entry per execution and executions may be short.
//
// An entry is the hash and, in the two highest bits, how often it came: once, twice, or more often. An empty one is 0.
type distinct struct {
	slots []uint64 // a power of two of them
	n     int
	full  bool // something was not counted

	units       uint64 // added before the first one that was not counted
	once, twice uint64 // of those that came until then
}

// distinctLimit bounds the set; the table then takes 64 MB.
const distinctLimit = 1 << 22

// An entry is the hash in its lower bits.
const (
	hashBits = 62
	hashMask = 1<<hashBits - 1
	oneTime  = 1 << hashBits
)

// add counts a schedule. When the table is full nothing is counted any more that would have told the sample from one of the
// executions before: see sample.
func (d *distinct) add(hash uint64) {
	hash &= hashMask
	if 2*d.n >= len(d.slots) && !d.grow() {
		switch at, ok := d.find(hash); {
		case !ok:
			d.full = true
		case !d.full:
			d.again(at)
		}
		return
	}
	if at, ok := d.find(hash); ok {
		d.again(at)
	} else {
		d.slots[at] = hash | oneTime
		d.n++
		d.once++
		d.units++
	}
}

// again counts one that is known.
func (d *distinct) again(at uint64) {
	d.units++
	switch d.slots[at] >> hashBits {
	case 1:
		d.once--
		d.twice++
	case 2:
		d.twice--
	default:
		return
	}
	d.slots[at] += oneTime
}

// find returns where a hash is, or where it would be.
func (d *distinct) find(hash uint64) (at uint64, ok bool) {
	mask := uint64(len(d.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch s := d.slots[i]; {
		case s == 0:
			return i, false
		case s&hashMask == hash:
			return i, true
		}
	}
}

// sample is what is known of how often schedules came. It ends with the last execution before the first one that found the
// table full: what comes later could not be told new or old.
func (d *distinct) sample() coverage.Sample {
	return coverage.Sample{Units: d.units, Seen: uint64(d.n), Once: d.once, Twice: d.twice}
}

func (d *distinct) grow() bool {
	if d.n >= distinctLimit {
		return false
	}
	old := d.slots
	d.slots = make([]uint64, max(256, 2*len(old)))
	for _, s := range old {
		if s != 0 {
			at, _ := d.find(s & hashMask)
			d.slots[at] = s
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
