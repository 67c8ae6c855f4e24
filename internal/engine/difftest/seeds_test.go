package difftest

import "iter"

// seeds yields the seeds of so many random programs, and then those of half as many with bounded inboxes.
func seeds(n uint64) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for seed := *first; seed < *first+n; seed++ {
			if !yield(seed) {
				return
			}
		}
		for seed := *first; seed < *first+(n+1)/2; seed++ {
			if !yield(seed | Bounds) {
				return
			}
		}
	}
}
