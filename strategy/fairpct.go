package strategy

// prefixLengths is how many estimated lengths FairPCT stays with PCT: an execution of ordinary length never leaves it.
const prefixLengths = 2

// FairPCT is PCT for a bounded prefix, then the random walk, so that liveness can be judged.
//
// The prefix ends after twice the estimated number of picks, and at the latest after half of MaxSteps, so that a
// liveness threshold of less than half the bound is always within reach of the fair part.
//
// Guarantee: within the prefix that of PCT, afterwards that of Random.
type FairPCT struct {
	pct         PCT
	left, steps int // picks and steps until the prefix ends
}

// NewFairPCT returns fair PCT with a depth of at least 1; a smaller one counts as 1.
func NewFairPCT(depth int) *FairPCT { return &FairPCT{pct: PCT{depth: max(depth, 1)}} }

// Start implements Strategy.
func (f *FairPCT) Start(e Execution) bool {
	f.left = prefixLengths * picksOf(e)
	f.steps = int(^uint(0) >> 1)
	if e.MaxSteps > 0 {
		f.steps = e.MaxSteps / 2
	}
	return f.pct.Start(e)
}

func (f *FairPCT) fair() bool { return f.left <= 0 || f.steps <= 0 }

// Pick implements Strategy.
func (f *FairPCT) Pick(ops []*Op) int {
	if f.fair() {
		return f.pct.src.intn(len(ops))
	}
	f.left--
	return f.pct.Pick(ops)
}

// Value implements Strategy.
func (f *FairPCT) Value(v Value) int { return f.pct.Value(v) }

// Enabled implements Observer.
func (f *FairPCT) Enabled(op *Op) {
	if !f.fair() {
		f.pct.Enabled(op)
	}
}

// Disabled implements Observer.
func (f *FairPCT) Disabled(op *Op) {
	if !f.fair() {
		f.pct.Disabled(op)
	}
}

// Executed implements Observer.
func (f *FairPCT) Executed(*Op, []Action) { f.steps-- }

// Properties implements Described.
func (f *FairPCT) Properties() Properties { return Properties{Fair: true} }
