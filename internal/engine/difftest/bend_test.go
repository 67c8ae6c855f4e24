package difftest

import "testing"

// TestBentReferences proves that the comparison can fail: each deliberate mistake in the reference must be found.
func TestBentReferences(t *testing.T) {
	lim := Limits{Executions: *most, States: 20 * *most}
	for bend := Straight + 1; bend < numBends; bend++ {
		seed := *first
		for ; seed < *first+*programs; seed++ {
			if Compare(Generate(seed), bend, lim).Differs() {
				break
			}
		}
		if seed == *first+*programs {
			t.Errorf("%v: no program shows the mistake", bend)
			continue
		}
		t.Logf("%v: found by seed %d", bend, seed)
		if testing.Verbose() {
			t.Log(Report(Generate(seed), bend, lim))
		}
	}
}
