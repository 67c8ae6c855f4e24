package sct_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/systems/sct"
)

// unlikely is the probability below which a test takes a result for wrong, on either side.
const unlikely = 5e-7

// tails are the probabilities of at most and of at least k successes in n trials of probability p.
func tails(n, k int, p float64) (atMost, atLeast float64) {
	logGamma := func(x int) float64 {
		l, _ := math.Lgamma(float64(x) + 1)
		return l
	}
	for i := range n + 1 {
		l := logGamma(n) - logGamma(i) - logGamma(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p)
		if i <= k {
			atMost += math.Exp(l)
		}
		if i >= k {
			atLeast += math.Exp(l)
		}
	}
	return atMost, atLeast
}

func plausible(n, k int, p float64) bool {
	atMost, atLeast := tails(n, k, p)
	return atMost > unlikely && atLeast > unlikely
}

// TestPlausible: the test below would notice a share that is a fifth off.
func TestPlausible(t *testing.T) {
	for _, c := range []struct {
		n, k int
		p    float64
		want bool
	}{
		{10, 3, 0.3, true}, {20000, 2000, 0.1, true}, {20000, 2400, 0.1, false}, {20000, 1600, 0.1, false},
		{20000, 0, 1e-5, true}, {20000, 0, 0.001, false}, {20000, 20, 1e-5, false},
	} {
		if got := plausible(c.n, c.k, c.p); got != c.want {
			t.Errorf("%d of %d with probability %g: plausible %v, want %v", c.k, c.n, c.p, got, c.want)
		}
	}
	if low, high := tails(3, 1, 0.5); math.Abs(low-0.5) > 1e-12 || math.Abs(high-7.0/8) > 1e-12 {
		t.Errorf("tails of 1 of 3 fair coins: %g and %g", low, high)
	}
}

// TestRandomWalk compares how often a random walk fails with the probability that has been computed, where it has.
func TestRandomWalk(t *testing.T) {
	control(t)
	compared := 0
	for _, p := range sct.All() {
		if p.Failing.Random == "" {
			continue
		}
		compared++
		t.Run(p.Name, func(t *testing.T) {
			exact, ok := new(big.Rat).SetString(p.Failing.Random)
			if !ok {
				t.Fatalf("%q is no number", p.Failing.Random)
			}
			want, _ := exact.Float64()
			run(t, p.Run, gocontrol.Options{})
			const runs = 20_000
			failed := 0
			for seed := range uint64(runs) {
				if run(t, p.Run, gocontrol.Options{Seed: seed}).symptom() != "" {
					failed++
				}
			}
			if !plausible(runs, failed, want) {
				t.Errorf("%d of %d executions failed, the probability is %v", failed, runs, want)
			}
		})
	}
	if compared < 20 {
		t.Errorf("the probability is known of %d programs only", compared)
	}
}
