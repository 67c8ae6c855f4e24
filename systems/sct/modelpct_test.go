package sct_test

import "slices"

// pct is the probability that PCT fails with a depth, and change points among the first picks: the mean over all orders of
// the initial priorities, and all places and orders of the change points (Burckhardt and others, ASPLOS 2010, section 3).
// It needs all of the program, with the ends of its threads and how they are awaited: a change point may be wasted there.
func pct(m *model, depth, picks int) float64 {
	failed, all := 0, 0
	permutations(m.main()+1, func(order []int) {
		changePoints(depth-1, picks, nil, func(changes []int) {
			all++
			if (&pctRun{model: m, s: m.first(), prio: slices.Clone(order), changes: changes}).fails() {
				failed++
			}
		})
	})
	return float64(failed) / float64(all)
}

// changePoints calls f with every list of n different numbers below picks.
func changePoints(n, picks int, list []int, f func([]int)) {
	if n == 0 {
		f(list)
		return
	}
	for at := range picks {
		if !slices.Contains(list, at) {
			changePoints(n-1, picks, append(slices.Clip(list), at), f)
		}
	}
}

// pctRun is an execution whose priorities are given.
type pctRun struct {
	*model
	s       *state
	prio    []int // by token; a change point gives a negative one
	changes []int // the picks at which there are change points, in the order in which they were drawn
	picks   int
	joining int  // the thread that the main goroutine waits for, or will
	at      bool // it has come to the first channel
	blocked bool // it waits
}

// closed reports whether a thread has ended: its last step closes its channel.
func (r *pctRun) closed(t int) bool { return int(r.s.threads[t].at) > len(r.ops(r.s, t)) }

func (r *pctRun) canMove(t int) bool {
	if t == r.main() {
		return !r.blocked || r.closed(r.joining)
	}
	return t < r.s.spawned && r.s.threads[t].place == 0 && !r.closed(t)
}

func (r *pctRun) fails() bool {
	for !r.ended(r.s, r.setters) {
		var ready []int
		for t := range r.main() + 1 {
			if r.canMove(t) {
				ready = append(ready, t)
			}
		}
		r.move(r.pick(ready))
	}
	return r.model.fails(r.s.seen)
}

// pick is the one with the highest priority. Where there is a choice a change point may take it down before.
func (r *pctRun) pick(ready []int) int {
	top := func() int { return slices.MaxFunc(ready, func(a, b int) int { return r.prio[a] - r.prio[b] }) }
	if len(ready) == 1 {
		return ready[0]
	}
	if i := slices.Index(r.changes, r.picks); i >= 0 {
		r.prio[top()] = i - len(r.changes) // the first one drawn is the lowest
	}
	r.picks++
	return top()
}

func (r *pctRun) move(t int) {
	th := r.s.threads
	switch {
	case t != r.main() && r.ended(r.s, t):
		th[t].at++
	case t != r.main():
		r.step(r.s, t)
	case r.s.spawned < len(th):
		r.s.spawned++
	case !r.at:
		r.at = true
	case r.blocked || r.closed(r.joining):
		r.blocked = false
		r.joining++
	default:
		r.blocked = true
	}
}

// permutations calls f with every order of 0 to n-1.
func permutations(n int, f func([]int)) {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	var from func(i int)
	from = func(i int) {
		if i == n {
			f(slices.Clone(list))
			return
		}
		for j := i; j < n; j++ {
			list[i], list[j] = list[j], list[i]
			from(i + 1)
			list[i], list[j] = list[j], list[i]
		}
	}
	from(0)
}
