package sct_test

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
)

// A model is what reorder_N or twostage_N does, written down a second time: as an operation per scheduling point, with the
// rules of the runtime for goroutines and mutexes (modelstep_test.go). It gives the probability that a random walk fails,
// independently of a search, and for sizes that no search reaches: setters that stand at the same place are interchangeable.
//
// It leaves out what threads do to end and the main goroutine to wait for them. A random walk draws uniformly among all that
// can go on, so the order of those that matter is the same without those that do not.
type model struct {
	setters         int
	setter, checker []op
	fails           func(seen [2]uint8) bool // what the checker has seen of the two variables: 0 old, 1 new
	known           map[string]*big.Rat
}

type op struct {
	do     opKind
	object int
}

type opKind uint8

const (
	lock        opKind = iota
	unlockWrite        // unlock of the mutex of that number, after a write of the variable of that number
	unlockRead         // the same after a read; who has read an old first variable leaves
	store
	load
)

// reorderModel and twoStageModel are of the programs with n goroutines beside the main one.
func reorderModel(n int) *model {
	return &model{
		setters: n - 1,
		setter:  []op{{store, 0}, {store, 1}},
		checker: []op{{load, 0}, {load, 1}},
		fails:   func(seen [2]uint8) bool { return seen[0] != seen[1] },
		known:   make(map[string]*big.Rat),
	}
}

func twoStageModel(n int) *model {
	return &model{
		setters: n - 1,
		setter:  []op{{lock, 0}, {unlockWrite, 0}, {lock, 1}, {unlockWrite, 1}},
		checker: []op{{lock, 0}, {unlockRead, 0}, {lock, 1}, {unlockRead, 1}},
		fails:   func(seen [2]uint8) bool { return seen[0] == 1 && seen[1] == 0 },
		known:   make(map[string]*big.Rat),
	}
}

// state is one in which a decision has to be taken.
type state struct {
	threads []thread // setters, and last the checker
	spawned int      // of them
	values  [2]uint8
	seen    [2]uint8
	mutexes [2]mutex
}

type thread struct {
	at    int8 // the operation that it stands before; -1 if it is new
	place int8 // in the queue of the mutex that it waits for, from 1 on; 0 if it can run
	woken bool // from that queue
	again bool // has waited for this mutex before, so it queues in front
}

// random is the probability that a random walk fails.
func (m *model) random() *big.Rat {
	s := &state{threads: make([]thread, m.setters+1), spawned: 1} // the first decision is behind the first go statement
	for i := range s.threads {
		s.threads[i].at = -1
	}
	return m.from(s)
}

func (m *model) ops(s *state, i int) []op {
	if i == len(s.threads)-1 {
		return m.checker
	}
	return m.setter
}

func (m *model) ended(s *state, i int) bool { return int(s.threads[i].at) >= len(m.ops(s, i)) }

// from is the probability of a failure from a state on.
func (m *model) from(s *state) *big.Rat {
	if m.ended(s, m.setters) {
		if m.fails(s.seen) {
			return big.NewRat(1, 1)
		}
		return new(big.Rat)
	}
	key := m.key(s)
	if p, ok := m.known[key]; ok {
		return p
	}
	var next []*state
	if s.spawned < len(s.threads) {
		n := s.clone()
		n.spawned++
		next = append(next, n)
	}
	for i := range s.spawned {
		if s.threads[i].place == 0 && !m.ended(s, i) {
			n := s.clone()
			m.step(n, i)
			next = append(next, n)
		}
	}
	p := new(big.Rat)
	for _, n := range next {
		p.Add(p, m.from(n))
	}
	p.Quo(p, big.NewRat(int64(len(next)), 1))
	m.known[key] = p
	return p
}

func (s *state) clone() *state {
	c := *s
	c.threads = slices.Clone(s.threads)
	return &c
}

// key is the same for states that differ by the order of the setters only.
func (m *model) key(s *state) string {
	c := s.clone()
	setters := c.threads[:m.setters]
	slices.SortFunc(setters, func(a, b thread) int { return cmp.Compare(b.code(), a.code()) })
	return fmt.Sprint(*c)
}

func (t thread) code() int {
	c := (int(t.at)<<8 | int(t.place)) << 2
	if t.woken {
		c |= 1
	}
	if t.again {
		c |= 2
	}
	return c
}
