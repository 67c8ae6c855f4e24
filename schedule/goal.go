package schedule

import "slices"

// goal is what Shrink makes small, the most important number first.
//
// Deviations come first, switches and faults together: each is one thing that the reader of a trace has to understand, and
// the delays that a bounded search would need to find the bug. Of as many deviations, those with fewer faults are simpler: a
// switch is an everyday event, a crash is not. Steps are what there is to read; a value that is not 0 is a surprise in
// one step, and a small one is less of it. The number of choices up to the last one that is not the default decides between
// what is the same otherwise.
type goal [6]int

// goalOf returns the goal of what a candidate came to. The choices have no defaults at their end.
func goalOf(choices []Named, steps int) goal {
	s := Measure(choices, steps)
	set, sum := 0, 0
	for _, c := range choices {
		if c.Value != 0 && c.Kind != Schedule {
			set++
		}
		sum += c.Value
	}
	return goal{s.Switches + s.Faults, s.Faults, steps, set, sum, len(choices)}
}

func (g goal) less(h goal) bool { return slices.Compare(g[:], h[:]) < 0 }

// trimmed returns the choices without the defaults at their end, which a run makes anyway.
func trimmed(choices []Named) []Named {
	n := len(choices)
	for n > 0 && choices[n-1].Value == 0 {
		n--
	}
	return choices[:n:n]
}

// Simpler reports whether the attempt is simpler than another one; see Shrink. The choices of both have no defaults at their
// end, or they mean something.
func (a *Attempt) Simpler(than *Attempt) bool {
	return goalOf(a.Choices, a.Steps).less(goalOf(than.Choices, than.Steps))
}
