package strategy

// IRS is the random walk with an iterated depth bound: round r, from 1 on, has 100+3^r executions, each of which ends
// after D*r steps; D is 100 where nothing else is said.
//
// What it buys: most bugs need few steps, and an execution that is cut early costs little, so short executions come
// first and long ones are reached in the end. Once D*r is MaxSteps or more it is the random walk.
//
// Guarantee: within the first D*r steps that of Random, for 100+3^r executions and those of all later rounds.
// The round depends on K alone. It is fair in the executions that it does not end itself; in the others a liveness
// violation that needs more steps than that cannot be seen.
//
// Source: the baseline of Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems", ESEC/FSE 2015.
type IRS struct {
	walk  Random
	depth int
	bound int
	whole bool // the present execution is not ended by the strategy
}

// NewIRS returns the random walk with an iterated bound that grows by depth steps per round; depth is at least 1.
func NewIRS(depth int) *IRS { return &IRS{depth: max(depth, 1)} }

// Start implements Strategy.
func (i *IRS) Start(e Execution) bool {
	r := irsRound(e.K)
	i.bound = never
	if i.depth < never/r {
		i.bound = i.depth * r
	}
	i.whole = e.MaxSteps > 0 && i.bound >= e.MaxSteps
	return i.walk.Start(e)
}

// Pick implements Strategy.
func (i *IRS) Pick(ops []*Op) int { return i.walk.Pick(ops) }

// Value implements Strategy.
func (i *IRS) Value(v Value) int { return i.walk.Value(v) }

// irsRounds is the last round whose length is a 64-bit number: 3^41 is more than that.
const irsRounds = 40

// irsRound returns the round of execution k.
func irsRound(k uint64) int {
	power := uint64(3)
	for r := 1; r <= irsRounds; r++ {
		if k < 100+power {
			return r
		}
		k -= 100 + power
		power *= 3
	}
	return irsRounds + 1
}

// StepBound implements Bounder.
func (i *IRS) StepBound() int { return i.bound }

// Properties implements Described.
func (i *IRS) Properties() Properties { return Properties{Fair: i.whole} }
