package difftest

import (
	"maps"
	"slices"
	"testing"
)

// TestBentReferences proves that the comparison can fail: each deliberate mistake in the reference must be found, on one of
// the corner programs or of the random ones.
func TestBentReferences(t *testing.T) {
	lim := Limits{Executions: *most, States: 20 * *most}
	for bend := Straight + 1; bend < numBends; bend++ {
		where, p := findBent(bend, lim)
		if p == nil {
			t.Errorf("%v: no program shows the mistake", bend)
			continue
		}
		t.Logf("%v: found by %s", bend, where)
		if small := Shrink(p, func(q *Program) bool { return Compare(q, bend, lim).Differs() }); small.size() > 12 {
			t.Errorf("%v: %d operations are left after shrinking\n%s", bend, small.size(), small)
		}
	}
}

func findBent(bend Bend, lim Limits) (string, *Program) {
	known := maps.Clone(corners)
	maps.Copy(known, inboxCorners)
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if p := known[name](); Compare(p, bend, lim).Differs() {
			return name, p
		}
	}
	for seed := range seeds(*programs) {
		if p := Generate(seed); Compare(p, bend, lim).Differs() {
			return "a random program", p
		}
	}
	return "", nil
}

// size counts the operations.
func (p *Program) size() int {
	n := 0
	p.eachList(func(ops *[]*Op) { n += len(*ops) })
	return n
}
