package clone

import "unsafe"

// region is what is known of memory that has been reached: where its copy is.
type region struct {
	dst  unsafe.Pointer
	n    int // values in a row, or one of the following
	plan int // its id
}

// task is a copy that has its place and is still to be written.
type task struct {
	dst, src unsafe.Pointer
	plan     *plan
	n        int
}

// What a region is if it is not values in a row.
const (
	mapRegion = 0
	boxRegion = -1 // the value of an interface that has been copied
)

// table is the regions of one copy and an index by the addresses of their sources. Resetting it is free. Addresses are
// numbers for comparison only: sources stay alive as part of the state being copied, and do not live on a stack.
type table struct {
	regions []region
	high    int // so many regions may hold a pointer
	slots   []slot
	round   uint32
	shift   uint8
}

// slot is free unless its round is the present one.
type slot struct {
	addr  uintptr
	index int32
	round uint32
}

func (t *table) reset() {
	t.round++
	if t.round == 0 || t.slots == nil {
		t.resize(max(len(t.slots), 64))
	}
}

// release empties the table. What it held stays where the next copy will overwrite it: clearing it would cost as much as
// writing it. So it keeps alive the last copy, and nothing older.
func (t *table) release() {
	n := len(t.regions)
	if t.high > n {
		clear(t.regions[n:t.high])
	}
	t.high, t.regions = n, t.regions[:0]
}

// find returns the copy of a region, or nil and the free slot where it belongs.
func (t *table) find(src unsafe.Pointer, p *plan, n int) (unsafe.Pointer, int) {
	mask := len(t.slots) - 1
	i := t.start(uintptr(src))
	for {
		s := &t.slots[i]
		if s.round != t.round {
			return nil, i
		}
		if s.addr == uintptr(src) {
			if r := &t.regions[s.index]; r.plan == p.id && r.n == n {
				return r.dst, i
			}
		}
		i = (i + 1) & mask
	}
}

// start is where the search for an address begins: Fibonacci hashing.
func (t *table) start(a uintptr) int {
	return int(uint64(a) * 0x9e3779b97f4a7c15 >> t.shift)
}

// enter adds a region at the free slot that find returned.
func (t *table) enter(i int, src, dst unsafe.Pointer, p *plan, n int) {
	t.slots[i] = slot{uintptr(src), int32(len(t.regions)), t.round}
	t.regions = append(t.regions, region{dst, n, p.id})
	if 2*len(t.regions) > len(t.slots) {
		t.resize(2 * len(t.slots))
	}
}

func (t *table) resize(n int) {
	old, round := t.slots, t.round
	t.slots, t.round, t.shift = make([]slot, n), 1, 64
	for m := n; m > 1; m /= 2 {
		t.shift--
	}
	for _, s := range old {
		if s.round != round || len(t.regions) == 0 {
			continue
		}
		i := t.start(s.addr)
		for t.slots[i].round == t.round {
			i = (i + 1) & (n - 1)
		}
		t.slots[i] = slot{s.addr, s.index, t.round}
	}
}
