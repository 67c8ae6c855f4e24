package mtable_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// A scenario is a sequence of events in which a mistake shows. It returns what is wrong. What is to happen in the middle of
// something happens in hooks; synctest.Wait lets everything else get as far as it can.
type scenario struct {
	bug   bug.Set
	state config.State // in which it begins
	run   func(t *testing.T, w *world) error
}

// TestScenarios runs each scenario with its mistake, which must show, and without, when all must be well.
func TestScenarios(t *testing.T) {
	all := slices.Concat(studyScenarios, defectScenarios)
	covered := bug.DefectE // by the tests of package table
	for _, s := range all {
		covered |= s.bug
		t.Run(s.bug.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if err := s.run(t, newWorld(t, s.state, 0)); err != nil {
					t.Errorf("without the mistake: %v", err)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				if err := s.run(t, newWorld(t, s.state, s.bug)); err == nil {
					t.Error("the mistake does not show")
				} else {
					t.Log(err)
				}
			})
		})
	}
	for _, b := range slices.Concat(bug.Study(), bug.Defects()) {
		if !covered.Has(b) {
			t.Errorf("no scenario shows %v", b)
		}
	}
}

// reads returns an error unless an atomic query of partition p returns these rows, as row=v.
func reads(from table.Table, want ...string) error {
	rows, err := from.QueryAtomic(ctx, table.AtomicQuery{Partition: "p"})
	if err != nil {
		return err
	}
	if got := versions(rows); !slices.Equal(got, want) {
		return fmt.Errorf("read %v, want %v", got, want)
	}
	return nil
}

// rest returns an error unless a stream returns these rows, as row=v, and then ends. It closes the stream.
func rest(s table.Stream, want ...string) error {
	var rows []table.Entity
	for e, err := range table.Rows(ctx, s) {
		if err != nil {
			return err
		}
		rows = append(rows, e)
	}
	if got := versions(rows); !slices.Equal(got, want) {
		return fmt.Errorf("streamed %v, want %v", got, want)
	}
	return nil
}

// copies copies rows to the new table as a migrator does.
func copies(t *testing.T, w *world, rows ...string) {
	t.Helper()
	for _, row := range rows {
		e, ok, err := table.Get(ctx, w.old, key(row))
		if err != nil || !ok {
			t.Fatalf("row %q of the old table: %v", row, err)
		}
		must(t, w.new, table.Insert(e.Key, e.Properties))
	}
}

// switched switches partition p.
func switched(t *testing.T, w *world) {
	t.Helper()
	must(t, w.old, table.Insert(key("_mtable_partition_meta"), table.Properties{"_mtable_partition_state": table.Int32(1)}))
}
