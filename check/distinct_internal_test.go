package check

import (
	"math/rand/v2"
	"testing"
)

func TestDistinct(t *testing.T) {
	var d distinct
	seen := map[uint64]bool{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		h := r.Uint64N(30_000)
		if h%7 == 0 {
			h <<= 48 // many alike in their low bits
		}
		d.add(h)
		seen[max(h, 1)] = true // 0 and 1 count as one
	}
	if d.n != len(seen) || d.full {
		t.Errorf("%d different ones, want %d; full %v", d.n, len(seen), d.full)
	}
}

func TestDistinctIsBounded(t *testing.T) {
	var d distinct
	for h := range uint64(distinctLimit) {
		d.add((h + 1) * 0x9e3779b97f4a7c15)
	}
	if d.n != distinctLimit || d.full {
		t.Fatal(d.n, d.full)
	}
	d.add(0x9e3779b97f4a7c15)
	if d.full {
		t.Error("one that is known makes it full")
	}
	d.add(42)
	if d.n != distinctLimit || !d.full {
		t.Error(d.n, d.full)
	}
}
