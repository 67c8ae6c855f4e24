package strategy

import "math"

const (
	learningRate = 0.3
	discount     = 0.7
	mostStates   = 1 << 20
)

// qtable holds what QL knows of each state it has met.
type qtable map[uint64]*qstate

// transition is a choice: the state it was made in, what was chosen, and among how many. The last one of an execution
// is its end, with nothing to choose.
type transition struct {
	state, action uint64
	of            int
}

// qstate is a state: the actions that have been tried there. The Q of others is 0.
type qstate struct {
	visits int
	tried  []qvalue
	index  map[uint64]int // places in tried, once they are many
}

type qvalue struct {
	action uint64
	q      float64
}

// at returns a state, nil if the table is full.
func (t qtable) at(state uint64) *qstate {
	s := t[state]
	if s == nil && len(t) < mostStates {
		s = new(qstate)
		t[state] = s
	}
	return s
}

// learn learns from the transitions of an execution.
func (t qtable) learn(path []transition) {
	for _, p := range path {
		if s := t.at(p.state); s != nil {
			s.visits++
		}
	}
	for i := range len(path) - 1 {
		s, next := t[path[i].state], t[path[i+1].state]
		if s != nil && next != nil {
			v := s.value(path[i].action)
			v.q += learningRate * (discount*next.most(path[i+1].of) - float64(next.visits) - v.q)
		}
	}
}

// few is how many actions are searched for one by one.
const few = 8

func (s *qstate) place(action uint64) (int, bool) {
	if s == nil {
		return 0, false
	}
	if s.index != nil {
		i, ok := s.index[action]
		return i, ok
	}
	for i := range s.tried {
		if s.tried[i].action == action {
			return i, true
		}
	}
	return 0, false
}

func (s *qstate) has(action uint64) bool {
	_, ok := s.place(action)
	return ok
}

// value returns the entry of an action, which is tried from now on.
func (s *qstate) value(action uint64) *qvalue {
	i, ok := s.place(action)
	if !ok {
		i = len(s.tried)
		s.tried = append(s.tried, qvalue{action: action})
		if s.index != nil {
			s.index[action] = i
		} else if len(s.tried) > few {
			s.index = map[uint64]int{}
			for i, v := range s.tried {
				s.index[v.action] = i
			}
		}
	}
	return &s.tried[i]
}

// most is the highest Q of the actions that are possible, of which there are so many; 0 if there is none.
func (s *qstate) most(of int) float64 {
	if len(s.tried) < of || len(s.tried) == 0 {
		return 0 // no Q is higher than that of an action that was not tried
	}
	most := s.tried[0].q
	for _, v := range s.tried[1:] {
		most = max(most, v.q)
	}
	return most
}

// draw draws one of so many possible actions; tried is false if it is one that was not tried.
func (s *qstate) draw(src *source, of int) (action uint64, tried bool) {
	most := s.most(of)
	total := float64(max(of-len(s.tried), 0)) // their Q and most are 0
	for _, v := range s.tried {
		total += math.Exp(v.q - most)
	}
	r := src.float64() * total
	for _, v := range s.tried {
		if r -= math.Exp(v.q - most); r < 0 {
			return v.action, true
		}
	}
	if len(s.tried) >= of { // rounding
		return s.tried[len(s.tried)-1].action, true
	}
	return 0, false
}
