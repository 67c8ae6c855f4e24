package schedule

// fewestTries bounds what fewest tries: programs with more choices than that are left to the greedy search.
const fewestTries = 400

// fewest looks from the other side: the greedy search takes deviations away one by one, and ends where all of several are
// needed together, although another single one may do. So every schedule with one deviation from the default order is tried, if
// there are few enough. It returns whether one was found.
func (s *shrinker) fewest() bool {
	if s.goal[0] < 2 || s.goal[3] > 0 || s.cut != "" {
		return false
	}
	base := s.choicesOf(Candidate{Values: []int{}, Steps: s.room()})
	var at []int // pairs of a position and a value
	for i, c := range base {
		for v := 1; v < c.N && c.Kind == Schedule; v++ {
			at = append(at, i, v)
		}
	}
	if len(at)/2 > fewestTries {
		return false
	}
	before := s.goal
	s.run(pass{
		count: func([]Named) int { return len(at) / 2 },
		change: func(_ []Named, i int) Candidate {
			values := make([]int, at[2*i]+1)
			values[at[2*i]] = at[2*i+1]
			return Candidate{Values: values}
		},
	}, fewestTries)
	return s.goal != before
}

// choicesOf returns the choices of a candidate's execution.
func (s *shrinker) choicesOf(c Candidate) []Named {
	got := s.try([]Candidate{c}, s.better)
	if len(got) == 0 {
		return nil
	}
	s.tries++
	s.ran += got[0].Steps
	return got[0].Choices
}
