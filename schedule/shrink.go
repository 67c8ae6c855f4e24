package schedule

import "slices"

// Candidate is a schedule that Shrink wants to have tried.
type Candidate struct {
	// Names are choices to be followed by name, as far as they fit: at a scheduling choice the next one whose operation
	// is on offer, for a value the next one of the operation that asks. They come from another execution, with some left
	// out or moved. At one that is Awaited the default order goes on until it comes to that operation.
	Names []Named

	// Values, when Names is nil, are the values of the choices by position, each cut to the range that it meets. What comes
	// behind their end is the default.
	Values []int

	// Steps is where an execution that has not failed may be cut: there are simpler ones already. 0 is nowhere.
	Steps int

	// Deviations is how many switches and faults an execution may have: one with more is not simpler than what there is. 0 is any
	// number.
	Deviations int
}

// Attempt is the execution of a candidate.
type Attempt struct {
	Failed  bool    // as the schedule that is to be shrunk does
	Choices []Named // that it made
	Steps   int     // joined steps that it had
}

// Limits bound a search. Zero values are no bounds.
type Limits struct {
	Tries int // executions
	Steps int // of all of them
	Batch int // how many candidates are handed out at once; at least 1

	// Proof is how many steps at the end of each execution that fails are the proof of its failure, which no change makes fewer.
	Proof int

	// Exact says that the end of the choices means something: the default order does not simply go on there.
	Exact bool

	// Over reports whether time is up. It is asked before each batch.
	Over func() bool
}

// Shrunk is what a search came to.
type Shrunk struct {
	Attempt
	Tries int    // executions that counted; more may have been run side by side
	Ran   int    // steps of those
	Cut   string // what ended the search before it had tried everything: "tries", "steps" or "time"; "" if nothing did
}

// Shrink looks for a simpler schedule that fails in the same way as the first. Simpler means, in this order: fewer switches and
// faults, of them fewer faults, fewer steps, fewer values that are not 0, smaller values.
//
// Try runs candidates, side by side if it can, and returns what became of each, in their order; it may leave out what comes
// behind the first that is better, which may be asked from any goroutine. The result is one of the attempts that failed, or
// the first. It depends on the outcomes of candidates alone, not on how many are tried at once, unless it was time that
// ended the search.
//
// The search is greedy and ends where none of its changes helps any more, which need not be the simplest schedule of all; only
// where the program is small does it make sure that no single deviation is enough. Its
// changes are those of delta debugging (Zeller and Hildebrandt, TSE 2002) over choices by name and over deviations by
// position, and those of the simplification of traces by Jalbert and Sen (FSE 2010), which bring together what one operation
// does: see passes.
func Shrink(first Attempt, l Limits, try func(batch []Candidate, better func(Attempt) bool) []Attempt) Shrunk {
	s := &shrinker{limits: l, try: try, best: first, seen: map[uint64]bool{}}
	s.best.Choices = s.trimmed(first.Choices)
	s.goal = goalOf(s.best.Choices, first.Steps)
	for width := narrow; s.cut == ""; {
		before := s.goal
		for _, p := range passes() {
			s.run(p, width)
		}
		if s.goal != before {
			continue
		}
		if width < 3*len(s.best.Choices) {
			width *= 4
			continue
		}
		if !s.fewest() {
			break
		}
	}
	return Shrunk{Attempt: s.best, Tries: s.tries, Ran: s.ran, Cut: s.cut}
}

func (c *Candidate) empty() bool { return c.Names == nil && c.Values == nil }

type shrinker struct {
	limits Limits
	try    func([]Candidate, func(Attempt) bool) []Attempt
	seen   map[uint64]bool // candidates that have been tried, by hash
	best   Attempt         // without the defaults at its end
	goal   goal
	tries  int
	ran    int
	cut    string
}

// narrow is how many changes of each pass the first rounds try: they cut coarsely.
const narrow = 32

// run tries up to width changes of a pass, one after the other. Where one helps, the same number is tried again: what stood
// behind it has moved up.
func (s *shrinker) run(p pass, width int) {
	for i := 0; s.cut == ""; {
		batch, at := s.collect(p, i, width)
		if len(batch) == 0 {
			return
		}
		if n := s.take(batch); n >= 0 {
			i = at[n]
		} else {
			i = at[len(at)-1] + 1
		}
	}
}

// collect returns the next changes from i on that have not been tried, as many as fit a batch, with their numbers.
func (s *shrinker) collect(p pass, i, width int) (batch []Candidate, at []int) {
	n := p.count(s.best.Choices)
	all := n
	if n > width {
		if n = width; !p.sample {
			return nil, nil
		}
	}
	for ; i < n && len(batch) < max(1, s.limits.Batch); i++ {
		c := p.change(s.best.Choices, i*all/n) // spread evenly if there are too many
		if !c.empty() && !s.seen[c.hash()] {
			c.Steps, c.Deviations = s.room(), s.goal[0]
			batch, at = append(batch, c), append(at, i)
		}
	}
	return batch, at
}

// roomSteps is how much longer than twice the best an execution may be: fewer switches can need more steps.
const roomSteps = 200

// room is where an execution that has not failed may be cut.
func (s *shrinker) room() int {
	return 2*max(0, s.best.Steps-s.limits.Proof) + roomSteps + s.limits.Proof
}

// trimmed leaves out the defaults at the end of choices, unless they mean something.
func (s *shrinker) trimmed(choices []Named) []Named {
	if s.limits.Exact {
		return choices
	}
	return trimmed(choices)
}

// take tries a batch and goes on from the first candidate that is better. It returns its number, -1 if there is none.
func (s *shrinker) take(batch []Candidate) int {
	if s.limits.Over != nil && s.limits.Over() {
		s.cut = "time"
		return -1
	}
	for n, a := range s.try(batch, s.better) {
		switch {
		case s.limits.Tries > 0 && s.tries >= s.limits.Tries:
			s.cut = "tries"
			return -1
		case s.limits.Steps > 0 && s.ran >= s.limits.Steps:
			s.cut = "steps"
			return -1
		}
		s.tries++
		s.ran += a.Steps
		s.seen[batch[n].hash()] = true
		if s.better(a) {
			a.Choices = slices.Clone(s.trimmed(a.Choices))
			s.best, s.goal = a, goalOf(a.Choices, a.Steps)
			return n
		}
	}
	return -1
}

// better reports whether an attempt failed with a simpler schedule than the best so far.
func (s *shrinker) better(a Attempt) bool {
	return a.Failed && goalOf(s.trimmed(a.Choices), a.Steps).less(s.goal)
}

// hash is FNV-1a of what the candidate says.
func (c *Candidate) hash() uint64 {
	h := uint64(14695981039346656037)
	add := func(v uint64) { h = (h ^ v) * 1099511628211 }
	for _, v := range c.Values {
		add(uint64(v))
	}
	for _, n := range c.Names {
		add(uint64(n.Kind) + 1)
		if n.Kind != Schedule {
			add(uint64(n.Value))
		} else if n.Awaited() {
			add(1 << 32)
		}
		for i := range len(n.Op) {
			add(uint64(n.Op[i]))
		}
	}
	add(uint64(len(c.Values)))
	return h
}
