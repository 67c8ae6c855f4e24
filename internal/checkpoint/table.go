package checkpoint

import "unsafe"

// table is the set of regions that a Save has visited. Emptying it is free. Addresses are numbers here: the state keeps
// what they lead to alive, and does not live on a stack.
type table struct {
	slots []slot
	used  int
	round uint32
	shift uint8
}

// slot is free unless its round is the present one.
type slot struct {
	addr  uintptr
	n     int
	plan  uint32 // its id
	round uint32
}

const minSlots = 64

func (t *table) reset() {
	t.used = 0
	t.round++
	if t.round == 0 || t.slots == nil {
		t.resize(max(len(t.slots), minSlots))
	}
}

// visit enters a region and reports whether it is new.
func (t *table) visit(at unsafe.Pointer, p *plan, n int) bool {
	mask := len(t.slots) - 1
	i := t.start(uintptr(at))
	for {
		s := &t.slots[i&mask]
		if s.round != t.round {
			*s = slot{uintptr(at), n, p.id, t.round}
			break
		}
		if s.addr == uintptr(at) && s.plan == p.id && s.n == n {
			return false
		}
		i++
	}
	if t.used++; 2*t.used > len(t.slots) {
		t.resize(2 * len(t.slots))
	}
	return true
}

// start is where the search for an address begins: Fibonacci hashing.
func (t *table) start(a uintptr) int { return int(uint64(a) * 0x9e3779b97f4a7c15 >> (t.shift & 63)) }

func (t *table) resize(n int) {
	old, round := t.slots, t.round
	t.slots, t.round, t.shift = make([]slot, n), 1, 64
	for m := n; m > 1; m /= 2 {
		t.shift--
	}
	for _, s := range old {
		if s.round != round || t.used == 0 {
			continue
		}
		i := t.start(s.addr)
		for t.slots[i&(n-1)].round == t.round {
			i++
		}
		s.round = t.round
		t.slots[i&(n-1)] = s
	}
}
