package strategy

import (
	"math"
	"math/bits"
)

const (
	learningRate = 0.3
	discount     = 0.7
	mostStates   = 1 << 20
)

// qtable holds what QL knows of each state it has met: a hash table with open addressing over a list without pointers.
type qtable struct {
	slots  []uint64 // the upper half of a hash, and the place in states, counted from 1
	states []qstate
	many   []qmany // of the states where more than one action has been tried
	path   []int   // places of the states of an execution
}

// transition is a choice: the state it was made in, what was chosen, and among how many. The last one of an execution
// is its end, with nothing to choose.
type transition struct {
	state, action uint64
	of            int
}

// qstate is a state: the actions that have been tried there. The Q of others is 0.
type qstate struct {
	state  uint64
	visits int
	only   [1]qvalue // if a single one has been tried
	tried  int32     // how many
	more   int32     // the place in many, if more than one
}

type qvalue struct {
	action uint64
	q      float64
}

// qvalues are the actions tried in a state.
type qvalues []qvalue

// qmany are more of them than one.
type qmany struct {
	tried qvalues
	index map[uint64]int // places in tried, once they are many
}

// find returns the place of a state, -1 if it was not met.
func (t *qtable) find(state uint64) int {
	if len(t.slots) == 0 {
		return -1
	}
	return int(uint32(*t.slot(state))) - 1
}

// at returns the place of a state, which is met if it was not; -1 if the table is full.
func (t *qtable) at(state uint64) int {
	if 2*len(t.states) >= len(t.slots) {
		t.grow()
	}
	s := t.slot(state)
	if *s == 0 {
		if len(t.states) == mostStates {
			return -1
		}
		t.states = append(t.states, qstate{state: state})
		*s = tag(state) | uint64(len(t.states))
	}
	return int(uint32(*s)) - 1
}

// slot returns the slot of a state, or the one where it belongs.
func (t *qtable) slot(state uint64) *uint64 {
	h := mix(state)
	mask := uint64(len(t.slots) - 1)
	for i := h; ; i++ {
		s := &t.slots[i&mask]
		if *s == 0 || *s&^(1<<32-1) == h&^(1<<32-1) && t.states[uint32(*s)-1].state == state {
			return s
		}
	}
}

func tag(state uint64) uint64 { return mix(state) &^ (1<<32 - 1) }

func (t *qtable) grow() {
	t.slots = make([]uint64, max(1<<10, 1<<bits.Len(uint(2*len(t.states)))))
	for i := range t.states {
		*t.slot(t.states[i].state) = tag(t.states[i].state) | uint64(i+1)
	}
}

// learn learns from the transitions of an execution.
func (t *qtable) learn(path []transition) {
	t.path = t.path[:0]
	for _, p := range path {
		i := t.at(p.state)
		if t.path = append(t.path, i); i >= 0 {
			t.states[i].visits++
		}
	}
	for i := range len(path) - 1 {
		if s, next := t.path[i], t.path[i+1]; s >= 0 && next >= 0 {
			v := t.value(s, path[i].action)
			v.q += learningRate * (discount*t.tried(next).most(path[i+1].of) - float64(t.states[next].visits) - v.q)
		}
	}
}

// tried returns the actions that were tried in the state at a place.
func (t *qtable) tried(place int) qvalues {
	switch s := &t.states[place]; s.tried {
	case 0:
		return nil
	case 1:
		return s.only[:]
	default:
		return t.many[s.more].tried
	}
}

// has reports whether an action was tried in the state at a place.
func (t *qtable) has(place int, action uint64) bool { return t.search(place, action) >= 0 }

// few is how many actions are searched for one by one.
const few = 8

// search returns the place of an action among those that were tried.
func (t *qtable) search(place int, action uint64) int {
	if s := &t.states[place]; s.tried > few {
		if i, ok := t.many[s.more].index[action]; ok {
			return i
		}
		return -1
	}
	for i, v := range t.tried(place) {
		if v.action == action {
			return i
		}
	}
	return -1
}

// value returns the entry of an action, which is tried from now on. It is valid until the next call.
func (t *qtable) value(place int, action uint64) *qvalue {
	if i := t.search(place, action); i >= 0 {
		return &t.tried(place)[i]
	}
	s := &t.states[place]
	s.tried++
	switch {
	case s.tried == 1:
		s.only[0] = qvalue{action: action}
		return &s.only[0]
	case s.tried == 2:
		s.more = int32(len(t.many))
		t.many = append(t.many, qmany{tried: append(make(qvalues, 0, 2), s.only[0])})
	}
	m := &t.many[s.more]
	m.tried = append(m.tried, qvalue{action: action})
	if m.index != nil {
		m.index[action] = len(m.tried) - 1
	} else if len(m.tried) > few {
		m.index = map[uint64]int{}
		for i, v := range m.tried {
			m.index[v.action] = i
		}
	}
	return &m.tried[len(m.tried)-1]
}

// most is the highest Q of the actions that are possible, of which there are so many; 0 if there is none.
func (l qvalues) most(of int) float64 {
	if len(l) < of || len(l) == 0 {
		return 0 // no Q is higher than that of an action that was not tried
	}
	most := l[0].q
	for _, v := range l[1:] {
		most = max(most, v.q)
	}
	return most
}

// draw draws one of so many possible actions; tried is false if it is one that was not tried.
func (l qvalues) draw(src *source, of int) (action uint64, tried bool) {
	most := l.most(of)
	total := float64(max(of-len(l), 0)) // their Q and most are 0
	for _, v := range l {
		total += math.Exp(v.q - most)
	}
	r := src.float64() * total
	for _, v := range l {
		if r -= math.Exp(v.q - most); r < 0 {
			return v.action, true
		}
	}
	if len(l) >= of { // rounding
		return l[len(l)-1].action, true
	}
	return 0, false
}
