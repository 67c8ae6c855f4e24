package coverage

import "math"

// Sample says how often what was seen in a sample was seen: enough to estimate what was not. The units of the sample are
// executions. The classes are either one for each unit (the schedule that an execution followed), or any number of them (the
// pairs that it visited).
//
// The estimates assume that each unit was drawn at random, independently and from one distribution. Executions of a random
// strategy are such units. Those of a strategy that learns from earlier executions are not, nor are executions of several
// tests taken together: there the numbers are indications. The executions of an exhaustive search are no sample at all.
type Sample struct {
	Units uint64 `json:"units"`
	Seen  uint64 `json:"seen"`  // different classes
	Once  uint64 `json:"once"`  // classes that were seen in exactly one unit
	Twice uint64 `json:"twice"` // and in exactly two
}

// add counts a class that was seen in so many units.
func (s *Sample) add(units uint64) {
	switch units {
	case 0:
		return
	case 1:
		s.Once++
	case 2:
		s.Twice++
	}
	s.Seen++
}

// Next estimates the probability that another unit shows something new: Good and Turing's estimate of the mass of what was not
// seen, Once/Units (I. J. Good, "The population frequencies of species and the estimation of population parameters",
// Biometrika 1953, section 4). Where a unit shows several classes it is the expected number of new ones, which bounds the
// probability. M. Böhme, "STADS: software testing as species discovery" (TOSEM 2018), brought it to fuzzing. It is 1
// if nothing is known.
func (s Sample) Next() float64 {
	if s.Units == 0 {
		return 1
	}
	return min(1, float64(s.Once)/float64(s.Units))
}

// Unseen estimates a lower bound of how many classes there are that were not seen: the bias-corrected Chao1, or Chao2 where a
// unit shows several classes (A. Chao, "Nonparametric estimation of the number of classes in a population", Scandinavian
// Journal of Statistics 1984; "Estimating the population size for capture-recapture data with unequal catchability",
// Biometrics 1987). Both have one form: (n-1)/n * Once*(Once-1) / (2*(Twice+1)).
//
// A class that the strategy cannot reach does not count, nor does one that is so rare that nothing hints at it.
func (s Sample) Unseen() float64 {
	if s.Once == 0 || s.Units == 0 {
		return 0
	}
	n, once, twice := float64(s.Units), float64(s.Once), float64(s.Twice)
	return (n - 1) / n * once * (once - 1) / (2 * (twice + 1))
}

// More estimates how many new classes so many further units would show (R. K. Colwell et al., "Models and estimators linking
// individual-based and sample-based rarefaction, extrapolation and comparison of assemblages", Journal of Plant Ecology 2012,
// equations 9 and 18).
func (s Sample) More(units uint64) float64 {
	unseen := s.Unseen()
	if unseen == 0 {
		return 0
	}
	once := float64(s.Once)
	each := once / (float64(s.Units)*unseen + once)
	return -unseen * math.Expm1(float64(units)*math.Log1p(-each))
}

// PairSample is the sample of the pairs of all machines, of which one unit visits any number.
func (c *Coverage) PairSample() Sample {
	s := Sample{Units: c.Executions}
	for i := range c.Machines {
		for _, p := range c.Machines[i].Pairs {
			s.add(p.Executions)
		}
	}
	return s
}

// TransitionSample is that of all transitions.
func (c *Coverage) TransitionSample() Sample {
	s := Sample{Units: c.Executions}
	for i := range c.Machines {
		for _, t := range c.Machines[i].Transitions {
			s.add(t.Executions)
		}
	}
	return s
}
