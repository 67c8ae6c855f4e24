package difftest

import (
	"flag"
	"fmt"
	"testing"
)

var (
	programs = flag.Uint64("programs", 400, "number of random programs to compare")
	first    = flag.Uint64("first", 0, "seed of the first one")
	most     = flag.Int("most", 500, "programs with more executions are discarded")
)

// TestSameOutcomes compares random programs. A campaign is, for instance,
//
//	go test ./internal/engine/difftest -run SameOutcomes -v -timeout 2h -first 1000000 -programs 50000 -most 4000
func TestSameOutcomes(t *testing.T) {
	lim := Limits{Executions: *most, States: 20 * *most}
	sum := tally{discards: map[string]int{}}
	n := 0
	for seed := range seeds(*programs) {
		p := Generate(seed)
		v := Compare(p, Straight, lim)
		if sum.add(v); v.Differs() && sum.differ <= 3 {
			t.Errorf("seed %d\n%s", seed, Report(p, Straight, lim))
		}
		if n++; n%1000 == 0 {
			t.Log(&sum)
		}
	}
	t.Log(&sum)
}

// tally sums up comparisons.
type tally struct {
	compared, differ, executions, states, outcomes int
	sizes                                          [6]int // programs by executions: 1, <10, <100, <1000, <10,000, more
	several                                        int    // programs with more than one outcome
	discards                                       map[string]int
}

func (s *tally) add(v *Verdict) {
	switch {
	case v.Differs():
		s.differ++
		return
	case v.Discard != "":
		s.discards[v.Discard]++
		return
	}
	s.compared++
	s.executions += v.Executions
	s.states += v.States
	s.outcomes += v.Outcomes
	s.sizes[magnitude(v.Executions)]++
	if v.Outcomes > 1 {
		s.several++
	}
}

func (s *tally) String() string {
	return fmt.Sprintf("%d programs compared, %d of them with several outcomes, %d differ, discarded: %v; %d executions, %d states of the reference, %d outcomes; programs by executions 1, <10, <100, <1000, <10000, more: %v",
		s.compared, s.several, s.differ, s.discards, s.executions, s.states, s.outcomes, s.sizes)
}

// magnitude is 0 for 1, and the number of decimal digits for more.
func magnitude(n int) int {
	if n == 1 {
		return 0
	}
	return min(len(fmt.Sprint(n)), 5)
}
