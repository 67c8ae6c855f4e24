package sct_test

// weighted is the probability that a walk fails that goes on with a thread with a probability proportional to its weight.
type weighted struct {
	*model
	weight func(s *state, token int) float64
	known  map[string]float64
}

func (w weighted) probability() float64 { return w.from(w.first()) }

func (w weighted) from(s *state) float64 {
	if w.ended(s, w.setters) {
		if w.fails(s.seen) {
			return 1
		}
		return 0
	}
	key := w.key(s)
	if v, ok := w.known[key]; ok {
		return v
	}
	sum, all := 0.0, 0.0
	for t := range w.main() + 1 {
		if w.counts(s, t) {
			weight := w.weight(s, t)
			all += weight
			sum += weight * w.from(w.moved(s, t))
		}
	}
	w.known[key] = sum / all
	return sum / all
}

// uniform is the random walk.
func uniform(m *model) float64 {
	return weighted{m, func(*state, int) float64 { return 1 }, make(map[string]float64)}.probability()
}

// steps is how many steps a thread has left, those of its unborn children included. A thread has one to begin, those of
// its operations, one to close the channel that says that it is done; that the checker takes so many is what profiles say on
// average. The main goroutine has one for each go statement, one to come to the first channel, one for each of them. What is
// only the rest of an operation that had to wait is none. Who can move has at least one.
func steps(m *model, checker float64) func(s *state, token int) float64 {
	threads := m.setters + 1
	all := func(t int) float64 {
		if t == m.setters {
			return checker
		}
		return float64(len(m.setter) + 2)
	}
	return func(s *state, t int) float64 {
		if t == m.main() {
			left := float64(2*threads - (s.spawned - 1))
			for t := s.spawned; t < threads; t++ {
				left += all(t)
			}
			return left
		}
		left := all(t) - float64(s.threads[t].at+1)
		if s.threads[t].woken {
			left--
		}
		return max(left, 1)
	}
}

// urw is the uniform random walk: the weight is how many steps a thread has left (Zhao and others, ASPLOS 2025, algorithm 1).
func urw(m *model, checker float64) float64 {
	return weighted{m, steps(m, checker), make(map[string]float64)}.probability()
}
