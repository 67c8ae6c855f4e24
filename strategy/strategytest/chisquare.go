package strategytest

import (
	"math"
	"testing"
)

// ChiSquare fails the test when counts differ from what is expected by more than chance explains. weights need not add
// up to 1. Give every category an expected count of at least 5.
//
// The threshold is Quantile: a correct strategy fails with one seed in 10,000. Tests fix their seeds, so that they fail
// always or never.
func ChiSquare(t testing.TB, what string, counts []int, weights []float64) {
	t.Helper()
	total, weight := 0, 0.0
	for i, n := range counts {
		total += n
		weight += weights[i]
	}
	x := 0.0
	for i, n := range counts {
		want := float64(total) * weights[i] / weight
		if want < 5 {
			t.Fatalf("%s: category %d expects %.1f of %d, too few for chi-square", what, i, want, total)
		}
		x += (float64(n) - want) * (float64(n) - want) / want
	}
	limit := Quantile(float64(len(counts) - 1))
	if x > limit {
		t.Errorf("%s: chi-square %.1f with %d degrees of freedom, at most %.1f expected\ncounts %v", what, x, len(counts)-1, limit, head(counts))
	}
	t.Logf("%s: chi-square %.1f, limit %.1f", what, x, limit)
}

// Quantile is the 0.9999 quantile of the chi-square distribution with d degrees of freedom, by the approximation of
// Wilson and Hilferty.
func Quantile(d float64) float64 {
	const z = 3.719 // the 0.9999 quantile of the normal distribution
	return d * math.Pow(1-2/(9*d)+z*math.Sqrt(2/(9*d)), 3)
}

// Uniform is ChiSquare with equal weights.
func Uniform(t testing.TB, what string, counts []int) {
	t.Helper()
	weights := make([]float64, len(counts))
	for i := range weights {
		weights[i] = 1
	}
	ChiSquare(t, what, counts, weights)
}

// Probability fails the test when hits out of n trials are further than four standard deviations from probability p,
// which one seed in 16,000 brings about.
func Probability(t testing.TB, what string, hits, n int, p float64) {
	t.Helper()
	got, sigma := float64(hits)/float64(n), math.Sqrt(p*(1-p)/float64(n))
	if math.Abs(got-p) > 4*sigma {
		t.Errorf("%s: %d of %d, %.5f, expected %.5f within %.5f", what, hits, n, got, p, 4*sigma)
	}
	t.Logf("%s: %.5f, expected %.5f", what, got, p)
}

// AtLeast fails the test when hits out of n trials are more than four standard deviations below probability p.
func AtLeast(t testing.TB, what string, hits, n int, p float64) {
	t.Helper()
	got, sigma := float64(hits)/float64(n), math.Sqrt(p*(1-p)/float64(n))
	if got < p-4*sigma {
		t.Errorf("%s: %d of %d, %.5f, expected at least %.5f", what, hits, n, got, p)
	}
	t.Logf("%s: %.5f, at least %.5f", what, got, p)
}

func head(counts []int) []int { return counts[:min(len(counts), 40)] }
