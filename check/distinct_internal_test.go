package check

import (
	"math/rand/v2"
	"testing"

	"github.com/ravelgo/ravel/internal/coverage"
)

func TestDistinct(t *testing.T) {
	var d distinct
	seen := map[uint64]int{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 100_000 {
		h := r.Uint64N(30_000)
		if h%7 == 0 {
			h <<= 46 // many alike in their low bits
		}
		d.add(h)
		seen[h]++
	}
	if d.n != len(seen) || d.full {
		t.Errorf("%d different ones, want %d; full %v", d.n, len(seen), d.full)
	}
	want := coverage.Sample{Units: 100_000, Seen: uint64(len(seen))}
	for _, times := range seen {
		switch times {
		case 1:
			want.Once++
		case 2:
			want.Twice++
		}
	}
	if got := d.sample(); got != want {
		t.Errorf("sample %+v, want %+v", got, want)
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
	before := d.sample()
	if before != (coverage.Sample{Units: distinctLimit + 1, Seen: distinctLimit, Once: distinctLimit - 1, Twice: 1}) {
		t.Errorf("%+v", before)
	}
	d.add(42)
	if d.n != distinctLimit || !d.full {
		t.Error(d.n, d.full)
	}
	again := uint64(0x9e3779b97f4a7c15)
	d.add(2 * again)
	if after := d.sample(); after != before {
		t.Errorf("the sample goes on where new ones are not known from old ones: %+v", after)
	}
}
