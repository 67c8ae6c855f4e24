package schedule

// Cut looks for a shorter list that still fails, by taking pieces out: first the longest possible end, by bisection, then
// ever smaller pieces down to the given size (the delta debugging of Zeller and Hildebrandt, TSE 2002, section 3, without
// its complements). Try reports whether a list fails; it returns an error when no more tries are wanted. The result has
// failed, or is the list itself; it need not be the shortest.
func Cut[T any](list []T, least int, try func([]T) (bool, error)) []T {
	c := cutter[T]{best: list, try: try}
	c.shorten()
	for size := len(c.best) / 2; size >= max(least, 1) && !c.done; size /= 2 {
		c.drop(size)
	}
	return c.best
}

type cutter[T any] struct {
	best []T
	try  func([]T) (bool, error)
	done bool
}

// fails tries a candidate and keeps it if it fails.
func (c *cutter[T]) fails(list []T) bool {
	if c.done {
		return false
	}
	ok, err := c.try(list)
	if err != nil {
		c.done = true
		return false
	}
	if ok {
		c.best = list
	}
	return ok
}

// shorten bisects for the shortest beginning that fails.
func (c *cutter[T]) shorten() {
	all := c.best
	low, high := 0, len(all)
	for low < high && !c.done {
		mid := low + (high-low)/2
		if c.fails(all[:mid:mid]) {
			high = mid
		} else {
			low = mid + 1
		}
	}
}

// drop takes pieces of a size out; what stands behind them moves up.
func (c *cutter[T]) drop(size int) {
	for from := 0; from < len(c.best) && !c.done; {
		list := append([]T(nil), c.best[:from]...)
		if end := from + size; end < len(c.best) {
			list = append(list, c.best[end:]...)
		}
		if !c.fails(list) {
			from += size
		}
	}
}

// Shrink looks for a simpler schedule that still fails. Values are the values of a schedule's choices, in order; what comes
// behind the end of the list is the default, 0. Try runs the schedule and reports whether the same failure comes; it
// returns an error when no more tries are wanted, and Shrink then returns the simplest schedule so far.
//
// A schedule is simpler if it ends earlier, has fewer values other than 0, or smaller ones. The search is greedy: first the
// shortest failing beginning by bisection, then ever smaller pieces are taken out, as in Cut, or set to 0, then single values
// are made smaller, and all of that again while it helps. The result has failed; it need not be the simplest of all.
func Shrink(values []int, try func([]int) (bool, error)) []int {
	s := shrinker{cutter[int]{best: trim(values), try: try}}
	for !s.done {
		before := len(s.best)
		weight := weigh(s.best)
		s.shorten()
		for size := len(s.best); size > 0 && !s.done; size /= 2 {
			s.drop(size)
			s.erase(size)
		}
		s.lower()
		if len(s.best) == before && weigh(s.best) == weight {
			break
		}
	}
	return trim(s.best)
}

type shrinker struct{ cutter[int] }

// fails tries a candidate without the zeros at its end.
func (s *shrinker) fails(list []int) bool { return s.cutter.fails(trim(list)) }

// erase sets runs of as many values other than 0 to 0.
func (s *shrinker) erase(size int) {
	for from := 0; !s.done; {
		at := deviations(s.best)
		if from >= len(at) {
			return
		}
		c := append([]int(nil), s.best...)
		for _, i := range at[from:min(from+size, len(at))] {
			c[i] = 0
		}
		if !s.fails(c) {
			from += size
		}
	}
}

// lower makes single values smaller.
func (s *shrinker) lower() {
	for _, i := range deviations(s.best) {
		for i < len(s.best) && s.best[i] > 1 && !s.done {
			c := append([]int(nil), s.best...)
			c[i] /= 2
			if !s.fails(c) {
				break
			}
		}
	}
}

// deviations returns the places of the values other than 0.
func deviations(values []int) []int {
	var at []int
	for i, v := range values {
		if v != 0 {
			at = append(at, i)
		}
	}
	return at
}

func trim(values []int) []int {
	n := len(values)
	for n > 0 && values[n-1] == 0 {
		n--
	}
	return append([]int(nil), values[:n]...)
}

func weigh(values []int) int {
	sum := 0
	for _, v := range values {
		sum += v
	}
	return sum
}
