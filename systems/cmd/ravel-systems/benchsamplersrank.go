package main

import (
	"math/rand/v2"
	"slices"
)

// longer is the probability that the first sample has a rank sum at least as large as it has, if both are of one
// distribution: the exact one-sided rank test of Wilcoxon, Individual Comparisons by Ranking Methods (Biometrics Bulletin
// 1945), over all ways to share the pooled values, with mid-ranks for ties. It is exact up to the precision of float64.
func longer(first, second []float64) float64 {
	ranks, sum := doubleRanks(first, second)
	// ways[n][s] is how many choices of n of the ranks so far have the sum s.
	total := 0
	for _, r := range ranks {
		total += r
	}
	ways := make([][]float64, len(first)+1)
	for n := range ways {
		ways[n] = make([]float64, total+1)
	}
	ways[0][0] = 1
	for _, r := range ranks {
		for n := len(first); n > 0; n-- {
			for s := total; s >= r; s-- {
				ways[n][s] += ways[n-1][s-r]
			}
		}
	}
	all, above := 0.0, 0.0
	for s, w := range ways[len(first)] {
		all += w
		if s >= sum {
			above += w
		}
	}
	return above / all
}

// doubleRanks returns twice the mid-ranks of both samples together, which are whole numbers, and their sum over the first.
func doubleRanks(first, second []float64) (ranks []int, sum int) {
	pooled := slices.Concat(first, second)
	slices.Sort(pooled)
	rank := func(v float64) int {
		from, _ := slices.BinarySearch(pooled, v)
		to := from
		for to < len(pooled) && pooled[to] == v {
			to++
		}
		return from + 1 + to
	}
	for _, v := range first {
		sum += rank(v)
	}
	for _, v := range pooled {
		ranks = append(ranks, rank(v))
	}
	return ranks, sum
}

const resamples = 10_000

// interval is the percentile bootstrap interval of the mean, at 95 % (Efron, Bootstrap Methods: Another Look at the
// Jackknife, Annals of Statistics 1979). It is the same for the same list each time.
func interval(list []float64) (low, high float64) {
	src := rand.New(rand.NewPCG(1, 2))
	means := make([]float64, resamples)
	for i := range means {
		sum := 0.0
		for range list {
			sum += list[src.IntN(len(list))]
		}
		means[i] = sum / float64(len(list))
	}
	slices.Sort(means)
	return means[resamples/40], means[resamples-1-resamples/40]
}
