package sct_test

// The probabilities that samplers with priorities fail. A token is the number of a thread; the main goroutine's is the one
// behind the last, and it counts until it has started all others.

func (m *model) main() int { return m.setters + 1 }

// first is the first state in which a decision has to be taken: behind the first go statement.
func (m *model) first() *state {
	s := &state{threads: make([]thread, m.setters+1), spawned: 1}
	for i := range s.threads {
		s.threads[i].at = -1
	}
	return s
}

// counts reports whether a thread can move, and what it does may matter.
func (m *model) counts(s *state, token int) bool {
	if token == m.main() {
		return s.spawned < len(s.threads)
	}
	return token < s.spawned && s.threads[token].place == 0 && !m.ended(s, token)
}

// next is the operation that a thread stands before; ok is false if it is on no object.
func (m *model) next(s *state, token int) (o op, ok bool) {
	if token == m.main() || s.threads[token].at < 0 {
		return op{}, false
	}
	return m.ops(s, token)[s.threads[token].at], true
}

// moved is the state after the move of a thread.
func (m *model) moved(s *state, token int) *state {
	n := s.clone()
	if token == m.main() {
		n.spawned++
	} else {
		m.step(n, token)
	}
	return n
}

// pos is the probability that partial order sampling fails: the pending operation with the highest priority runs; then what
// its thread does next has a new priority, and every pending operation that races with the one that ran (Yuan, Yang,
// Gu, CAV 2018, section 3).
type pos struct {
	*model
	known map[string]float64
}

func (p pos) probability() float64 {
	return newRanking().with([]int{p.main(), 0}, func(r ranking) float64 { return p.from(p.first(), r) })
}

func (p pos) from(s *state, r ranking) float64 {
	if p.ended(s, p.setters) {
		if p.fails(s.seen) {
			return 1
		}
		return 0
	}
	key := keyOf(s, r, 0)
	if v, ok := p.known[key]; ok {
		return v
	}
	token := r.top()
	did, on := p.next(s, token)
	n := p.moved(s, token)
	after := r.without(token)
	var fresh []int
	for t := range p.main() + 1 {
		switch {
		case !p.counts(n, t):
			continue
		case after.has(t):
			other, ok := p.next(n, t)
			if !on || !ok || did.object != other.object || did.do == load && other.do == load {
				continue
			}
			after = after.without(t)
		}
		fresh = append(fresh, t)
	}
	v := after.with(fresh, func(r ranking) float64 { return p.from(n, r) })
	p.known[key] = v
	return v
}
