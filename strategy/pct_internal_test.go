package strategy

import "testing"

// pctSeeds is the number of executions of the tests below.
const pctSeeds = 60_000

// Every ordered pair of distinct picks is as likely as every other one to be the two change points of depth 3.
func TestPCTChangePointsUniform(t *testing.T) {
	const k = 7
	p := NewPCT(3)
	counts := map[[2]int]int{}
	for seed := range uint64(pctSeeds) {
		p.Start(Execution{Seed: seed, Length: k})
		if len(p.changes) != 2 || p.changes[0].pick >= p.changes[1].pick {
			t.Fatalf("change points %v", p.changes)
		}
		var byDraw [2]int
		for _, c := range p.changes {
			byDraw[c.priority>>leafBits-1] = c.pick
		}
		counts[byDraw]++
	}
	x, want := 0.0, float64(pctSeeds)/(k*(k-1))
	for _, n := range counts {
		x += (float64(n) - want) * (float64(n) - want) / want
	}
	// 41 degrees of freedom: above 81.5 with probability 0.0001 when all 42 pairs are equally likely.
	if len(counts) != k*(k-1) || x > 81.5 {
		t.Errorf("%d of %d pairs, chi-square %.1f, at most 81.5 expected", len(counts), k*(k-1), x)
	}
}

// The first pick is a change point with probability (d-1)/k.
func TestPCTFirstPick(t *testing.T) {
	for _, d := range []int{1, 2, 3, 6} {
		const k = 20
		p, first := NewPCT(d), 0
		for seed := range uint64(pctSeeds) {
			p.Start(Execution{Seed: seed, Length: k})
			if len(p.changes) > 0 && p.changes[0].pick == 0 {
				first++
			}
		}
		got, want := float64(first)/pctSeeds, float64(d-1)/k
		if got < want-0.007 || got > want+0.007 { // four standard deviations at most
			t.Errorf("depth %d: the first pick is a change point in %.4f of the executions, expected %.4f", d, got, want)
		}
	}
}

func TestPCTLength(t *testing.T) {
	for _, c := range []struct {
		e           Execution
		depth, k, n int
	}{
		{Execution{}, 3, unknownLength, 2},
		{Execution{MaxSteps: 10}, 3, 10, 2},
		{Execution{Length: 50, MaxSteps: 10}, 3, 10, 2},
		{Execution{Length: 50}, 3, 50, 2},
		{Execution{Length: 2}, 9, 2, 2},
		{Execution{Length: 50}, 1, 50, 0},
		{Execution{Length: 50}, 0, 50, 0},
	} {
		p, last := NewPCT(c.depth), 0
		for seed := range uint64(2000) {
			c.e.Seed = seed
			p.Start(c.e)
			if len(p.changes) != c.n {
				t.Fatalf("%+v: %d change points, expected %d", c.e, len(p.changes), c.n)
			}
			for _, at := range p.changes {
				last = max(last, at.pick+1)
			}
		}
		if c.n > 0 && last != c.k {
			t.Errorf("%+v: change points up to pick %d, expected %d", c.e, last, c.k)
		}
	}
}
