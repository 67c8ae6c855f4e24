package stress_test

import (
	"context"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/stress"
)

// Nothing is wrong with the library.
func TestCorrect(t *testing.T) {
	for _, o := range []stress.Options{{Most: 300}, {Most: 60, Ordinary: true}} {
		if o.Seed = 1; testing.Short() {
			o.Most /= 10
		}
		r := stress.Run(context.Background(), o)
		if r.Err != nil || r.Migrations != o.Most || r.Calls < o.Most || r.Accesses < r.Calls || r.Length != 0 {
			t.Errorf("%+v: %+v", o, r)
		}
		t.Logf("%d migrations, %d calls, %d accesses in %v", r.Migrations, r.Calls, r.Accesses, r.Elapsed)
	}
}

// The mistakes that do not need a rare schedule show under load as well, by each part of the oracles: what batches and queries
// return, the rows of streams, and what is left at the end.
func TestFinds(t *testing.T) {
	for _, o := range []stress.Options{
		{Bugs: bug.TombstoneOutputETag},
		{Bugs: bug.EnsurePartitionSwitchedFromPopulated},
		{Bugs: bug.DeletePrimaryKey},
		{Bugs: bug.QueryStreamedFilterShadowing},
		{Bugs: bug.DefectC},
		{Bugs: bug.DefectE},
		{Bugs: bug.DefectF},
		{Bugs: bug.DefectJ},
		{Bugs: bug.TombstoneOutputETag, Ordinary: true},
		{Bugs: bug.QueryAtomicFilterShadowing, Ordinary: true},
		{Bugs: bug.QueryStreamedFilterShadowing, Ordinary: true},
		{Bugs: bug.DefectD, Ordinary: true},
	} {
		o.Seed, o.Most = 1, 20_000
		r := stress.Run(context.Background(), o)
		if r.Err == nil {
			t.Errorf("%v, ordinary %v: not found in %d migrations", o.Bugs, o.Ordinary, r.Migrations)
		}
		t.Logf("%v, ordinary %v: migration %d, %d accesses, %v: %.100v", o.Bugs, o.Ordinary, r.Migrations, r.Length, r.Elapsed, r.Err)
	}
}

// When the time is over, it ends, and that is no failure.
func TestTime(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if r := stress.Run(ctx, stress.Options{}); r.Err != nil || r.Migrations != 0 {
		t.Errorf("%+v", r)
	}
}
