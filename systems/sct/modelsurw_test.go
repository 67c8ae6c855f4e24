package sct_test

import "fmt"

// surw is the probability that the selectively uniform random walk fails in the execution in which one object counts,
// which each thread touches once, by the operation of that number. The thread that touches it next is drawn uniformly
// among those that have not, the unborn ones included, ahead of what happens until then; the others wait in front of it.
// Among what does not wait the next one is drawn by the steps that it has left (Zhao and others, ASPLOS 2025, section 3).
type surw struct {
	*model
	object int
	weight func(s *state, token int) float64
	known  map[string]float64
}

// Who is intended to touch the object next, if that is not the number of a thread.
const (
	nobody   = -1 // it has not been drawn
	noneLeft = -2 // everybody has touched it
)

func (u surw) probability() float64 { return u.from(u.first(), nobody) }

// before reports whether a thread stands before its operation on the object.
func (u surw) before(s *state, t int) bool { return t < s.spawned && int(s.threads[t].at) == u.object }

// intend is the mean over the threads that may touch the object next. The main goroutine stands for all unborn ones.
func (u surw) intend(s *state) float64 {
	sum, ways := 0.0, 0
	for t := range s.spawned {
		if int(s.threads[t].at) <= u.object {
			ways++
			sum += u.from(s, t)
		}
	}
	if unborn := len(s.threads) - s.spawned; unborn > 0 {
		ways += unborn
		sum += float64(unborn) * u.from(s, u.main())
	}
	if ways == 0 {
		return u.from(s, noneLeft)
	}
	return sum / float64(ways)
}

func (u surw) from(s *state, intended int) float64 {
	switch {
	case u.ended(s, u.setters) && u.fails(s.seen):
		return 1
	case u.ended(s, u.setters):
		return 0
	case intended == nobody:
		return u.intend(s)
	}
	key := u.keyOf(s, intended)
	if v, ok := u.known[key]; ok {
		return v
	}
	sum, all := 0.0, 0.0
	for t := range u.main() + 1 {
		if u.counts(s, t) && (!u.before(s, t) || t == intended) {
			weight := u.weight(s, t)
			all += weight
			sum += weight * u.after(s, t, intended)
		}
	}
	u.known[key] = sum / all
	return sum / all
}

// after is the probability from behind the step of a thread on.
func (u surw) after(s *state, t, intended int) float64 {
	n := u.moved(s, t)
	switch unborn := len(s.threads) - s.spawned; {
	case u.before(s, t):
		return u.from(n, nobody)
	case t == u.main() && intended == t && unborn == 1:
		return u.from(n, n.spawned-1)
	case t == u.main() && intended == t: // the intention goes to the one that is born, or stays with the others
		return (u.from(n, n.spawned-1) + float64(unborn-1)*u.from(n, intended)) / float64(unborn)
	}
	return u.from(n, intended)
}

// keyOf is the same for states that differ by the order of the setters only.
func (u surw) keyOf(s *state, intended int) string {
	if intended < 0 || intended >= u.setters {
		return fmt.Sprint(u.key(s), intended)
	}
	return fmt.Sprint(u.key(s), "at", s.threads[intended])
}

// surwOf is the probability over the objects of reorder_N: both words, each as likely.
func surwOf(m *model) float64 {
	sum := 0.0
	for object := range 2 {
		sum += surw{m, object, steps(m, 4), make(map[string]float64)}.probability()
	}
	return sum / 2
}
