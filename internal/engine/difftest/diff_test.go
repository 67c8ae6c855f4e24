package difftest

import (
	"flag"
	"testing"
)

var (
	programs = flag.Uint64("programs", 400, "number of random programs to compare")
	first    = flag.Uint64("first", 0, "seed of the first one")
	most     = flag.Int("most", 500, "programs with more executions are discarded")
)

func TestSameOutcomes(t *testing.T) {
	lim := Limits{Executions: *most, States: 20 * *most}
	discards := map[string]int{}
	compared, executions, states, outcomes, differ := 0, 0, 0, 0, 0
	sizes := [6]int{} // by executions: 1, 2-9, 10-99, 100-999, ...
	for seed := *first; seed < *first+*programs; seed++ {
		p := Generate(seed)
		v := Compare(p, Straight, lim)
		if v.Differs() {
			if differ++; differ <= 3 {
				t.Errorf("seed %d\n%s", seed, Report(p, Straight, lim))
			}
			continue
		}
		if v.Discard != "" {
			discards[v.Discard]++
			continue
		}
		compared++
		executions += v.Executions
		states += v.States
		outcomes += v.Outcomes
		sizes[magnitude(v.Executions)]++
	}
	t.Logf("%d programs compared, %d differ, discards %v; %d executions, %d states of the reference, %d outcomes; by executions 1, <10, <100, <1000, ...: %v",
		compared, differ, discards, executions, states, outcomes, sizes)
}

func magnitude(n int) int {
	m := 0
	for limit := 1; n > limit; m++ {
		limit = limit*10 - 1 + min(1, m)
	}
	return min(m, 5)
}
