package sct_test

import "slices"

// A ranking is the order of random priorities: of those that count, from the lowest to the highest, and of how many that
// no longer count there are in between. All that were ever drawn are independent and of one distribution, so a new one has
// every place among them with the same probability: forgetting the old ones would make it too likely to be high.
type ranking struct {
	tokens []int8 // whose they are
	old    []int8 // below each of the tokens, and above all of them
}

func newRanking() ranking { return ranking{old: []int8{0}} }

// top is whose priority is the highest, -1 if there is none.
func (r ranking) top() int {
	if len(r.tokens) == 0 {
		return -1
	}
	return int(r.tokens[len(r.tokens)-1])
}

func (r ranking) has(token int) bool { return slices.Contains(r.tokens, int8(token)) }

// without is the ranking when one of them no longer counts.
func (r ranking) without(token int) ranking {
	i := slices.Index(r.tokens, int8(token))
	n := ranking{tokens: slices.Delete(slices.Clone(r.tokens), i, i+1), old: slices.Clone(r.old)}
	n.old[i] += 1 + n.old[i+1]
	n.old = slices.Delete(n.old, i+1, i+2)
	return n
}

// with is the mean of f over the rankings to which priorities have been added for the tokens.
func (r ranking) with(tokens []int, f func(ranking) float64) float64 {
	if len(tokens) == 0 {
		return f(r)
	}
	places, sum := 0, 0.0
	for i, old := range r.old {
		for below := range old + 1 {
			n := ranking{tokens: slices.Insert(slices.Clone(r.tokens), i, int8(tokens[0])), old: slices.Insert(slices.Clone(r.old), i, below)}
			n.old[i+1] = old - below
			sum += n.with(tokens[1:], f)
			places++
		}
	}
	return sum / float64(places)
}

// keyOf is the same for what is followed by the same.
func keyOf(s *state, r ranking, more int) string {
	b := make([]byte, 0, 64)
	for _, t := range s.threads {
		b = append(b, byte(t.at), byte(t.place), byte(t.code()))
	}
	b = append(b, byte(s.spawned), s.values[0], s.values[1], s.seen[0], s.seen[1], byte(more))
	for _, mu := range s.mutexes {
		b = append(b, byte(bit(mu.locked)|bit(mu.woken)<<1), byte(mu.waiters), byte(mu.queue), byte(mu.sema))
	}
	for i, t := range r.tokens {
		b = append(b, byte(r.old[i]), byte(t))
	}
	return string(append(b, byte(r.old[len(r.tokens)])))
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
