package strategy

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// visited is a set of states that were reached, by their fingerprints, for any number of workers. Two of n different
// states are taken for one with a probability of about n^2/2^129.
//
// It is an open hash table of 16 bytes a state, in shards, so that a worker that adds a state locks out few others.
type visited struct {
	most   int64 // states to remember; 0 is all
	budget int64 // bytes to use; 0 is any number
	bytes  atomic.Int64
	n      atomic.Int64
	full   atomic.Bool // the budget is used up

	shards [shardCount]shard
}

const shardCount = 256

type shard struct {
	mu    sync.Mutex
	slots []State // a power of two of them; zero is an empty one
	n     int
	looks uint64 // how often a state was looked for
	zero  bool   // the state zero is there
	_     [16]byte
}

const firstSlots = 16

// add puts a state into the set, and reports whether it is new, as far as it is remembered. To forget a state is sound: what
// is behind it is explored again.
func (v *visited) add(s State) bool {
	h := &v.shards[s[1]%shardCount]
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looks++
	if s == (State{}) {
		known := h.zero
		h.zero = true
		if !known {
			v.n.Add(1)
		}
		return !known
	}
	if 4*(h.n+1) > 3*len(h.slots) && !v.grow(h) {
		return !h.has(s)
	}
	i := h.find(s)
	if h.slots[i] == s {
		return false
	}
	if v.most == 0 || v.n.Load() < v.most {
		h.slots[i] = s
		h.n++
		v.n.Add(1)
	}
	return true
}

// find returns the slot of a state, or the empty one where it would be.
func (h *shard) find(s State) int {
	mask := len(h.slots) - 1
	i := int(s[0]) & mask
	for h.slots[i] != s && h.slots[i] != (State{}) {
		i = (i + 1) & mask
	}
	return i
}

func (h *shard) has(s State) bool { return len(h.slots) > 0 && h.slots[h.find(s)] == s }

// grow makes room in a shard. It returns false if that would exceed the budget, and the shard is as full as it may get.
func (v *visited) grow(h *shard) bool {
	old := h.slots
	size := max(firstSlots, 2*len(old))
	more := int64(size-len(old)) * int64(unsafe.Sizeof(State{}))
	if v.bytes.Add(more) > v.budget && v.budget > 0 {
		v.bytes.Add(-more)
		if 16*(h.n+1) <= 15*len(old) {
			return true
		}
		v.full.Store(true)
		return false
	}
	h.slots = make([]State, size)
	for _, s := range old {
		if s != (State{}) {
			h.slots[h.find(s)] = s
		}
	}
	return true
}

// cache is what the strategies that remember states have in common.
type cache struct{ set *visited }

func newCache(most int) cache { return cache{&visited{most: int64(most)}} }

// visit reports whether a state is new, and remembers it.
func (c cache) visit(s State) bool { return c.set.add(s) }

// States returns how many states are remembered.
func (c cache) States() uint64 { return uint64(c.set.n.Load()) }

// Generated returns how many states were reached, each as often as that happened.
func (c cache) Generated() uint64 {
	n := uint64(0)
	for i := range c.set.shards {
		h := &c.set.shards[i]
		h.mu.Lock()
		n += h.looks
		h.mu.Unlock()
	}
	return n
}

// StateBytes returns how much memory the set of states takes.
func (c cache) StateBytes() uint64 { return uint64(c.set.bytes.Load()) }
