package coverage

import "cmp"

// Test is an exploration that has contributed, and how many different schedules and states it has seen.
type Test struct {
	Package    string `json:"package"`
	Name       string `json:"name"`
	Nth        int    `json:"nth"` // which exploration of the test, from 1
	Strategy   string `json:"strategy"`
	Seed       uint64 `json:"seed,string"`
	Executions uint64 `json:"executions"`
	Distinct   uint64 `json:"distinct"`           // different schedules
	AtLeast    bool   `json:"at_least,omitempty"` // there may be more different ones
	States     uint64 `json:"states,omitempty"`   // different states, if the strategy counts them

	// Schedules is the sample of schedules, Drawn whether the strategy draws them at random. Its units may be fewer than the
	// executions: it ends where there was no memory left to tell old schedules from new ones.
	Schedules Sample  `json:"schedules"`
	Drawn     Drawing `json:"drawn"`
	Exhausted bool    `json:"exhausted,omitempty"` // the strategy has visited everything
}

// Drawing is how a strategy comes by its executions.
type Drawing string

// The ways.
const (
	AtRandom   Drawing = "random"     // each for itself
	Adaptive   Drawing = "adaptive"   // it learns from earlier ones
	Systematic Drawing = "systematic" // no two are the same on purpose: they are no sample
)

// testKey tells explorations apart. Execution k is the same in all runs with one seed, so of two runs one is a part of the
// other, and counts no more.
type testKey struct {
	pkg, name string
	nth       int
	strategy  string
	seed      uint64
}

func (t Test) key() testKey { return testKey{t.Package, t.Name, t.Nth, t.Strategy, t.Seed} }

// compare is a total order.
func (t Test) compare(o Test) int {
	flag := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(t.Package, o.Package), cmp.Compare(t.Name, o.Name), cmp.Compare(t.Nth, o.Nth), cmp.Compare(t.Strategy, o.Strategy),
		cmp.Compare(t.Seed, o.Seed), cmp.Compare(t.Executions, o.Executions), cmp.Compare(t.Distinct, o.Distinct),
		cmp.Compare(flag(t.AtLeast), flag(o.AtLeast)), cmp.Compare(t.States, o.States), cmp.Compare(t.Schedules.Units, o.Schedules.Units),
		cmp.Compare(t.Schedules.Seen, o.Schedules.Seen), cmp.Compare(t.Schedules.Once, o.Schedules.Once),
		cmp.Compare(t.Schedules.Twice, o.Schedules.Twice), cmp.Compare(t.Drawn, o.Drawn), cmp.Compare(flag(t.Exhausted), flag(o.Exhausted)),
	)
}
