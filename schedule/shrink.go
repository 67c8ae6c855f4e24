package schedule

// Shrink looks for a simpler schedule that still fails. Values are the values of a schedule's choices, in order; what comes
// behind the end of the list is the default, 0. Try runs the schedule and reports whether the same failure comes; it
// returns an error when no more tries are wanted, and Shrink then returns the simplest schedule so far.
//
// A schedule is simpler if it ends earlier, has fewer values other than 0, or smaller ones. The search is greedy: first the
// shortest failing beginning by bisection, then zeros over ever smaller pieces (the delta debugging of Zeller and
// Hildebrandt, TSE 2002, section 3, without its complements), then single values. The result has failed; it need not be
// the simplest of all.
func Shrink(values []int, try func([]int) (bool, error)) []int {
	s := shrinker{best: trim(values), try: try}
	for !s.done {
		before := len(s.best)
		weight := weigh(s.best)
		s.shorten()
		s.erase()
		s.lower()
		if len(s.best) == before && weigh(s.best) == weight {
			break
		}
	}
	return s.best
}

type shrinker struct {
	best []int
	try  func([]int) (bool, error)
	done bool
}

// fails tries a candidate and keeps it if it fails.
func (s *shrinker) fails(c []int) bool {
	if s.done {
		return false
	}
	ok, err := s.try(c)
	if err != nil {
		s.done = true
		return false
	}
	if ok {
		s.best = trim(c)
	}
	return ok
}

// shorten bisects for the shortest beginning that fails.
func (s *shrinker) shorten() {
	all := s.best
	low, high := 0, len(all)
	for low < high && !s.done {
		mid := low + (high-low)/2
		if s.fails(all[:mid:mid]) {
			high = mid
		} else {
			low = mid + 1
		}
	}
}

// erase sets runs of values other than 0 to 0, long runs first.
func (s *shrinker) erase() {
	for size := len(deviations(s.best)); size > 0 && !s.done; size /= 2 {
		for from := 0; !s.done; {
			at := deviations(s.best)
			if from >= len(at) {
				break
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
