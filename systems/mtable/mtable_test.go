package mtable_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

// states are the states of the configuration.
var states = []config.State{config.UseOld, config.PreferOld, config.PreferNew, config.UseNewWithTombstones, config.UseNew}

// In each state the migrating table passes the tests of all tables.
func TestTable(t *testing.T) {
	for _, s := range states {
		t.Run(s.String(), func(t *testing.T) {
			tabletest.Run(t, tabletest.Config{MaxBatch: mtable.MaxBatch, Open: func(t testing.TB) table.Table {
				return newWorld(t, s, 0).Table
			}})
		})
	}
}

// checked is a world with a reference that knows the same rows.
func checked(t testing.TB, s config.State, bugs bug.Set) *world {
	w := newWorld(t, config.UseOld, bugs)
	w.monitor.ref = tabletest.NewReference(w.Table)
	for i, yes := range map[string]bool{"0": true, "1": false, "3": false, "4": true} {
		for _, partition := range []string{"p", "q"} {
			k := table.Key{Partition: partition, Row: i}
			if _, err, difference := w.monitor.ref.Execute(table.Batch{table.Insert(k, happy(yes))}); err != nil || difference != nil {
				t.Fatal(err, difference)
			}
		}
	}
	w.push(t, s)
	return w
}

// migrated returns an error unless the new table has what the reference has, and the old one nothing.
func (w *world) migrated() error {
	if len(w.monitor.errs) > 0 {
		return errors.Join(w.monitor.errs...)
	}
	if err := tabletest.SameRows(w.new.Dump(), w.monitor.ref.Spec().Dump()); err != nil {
		return fmt.Errorf("new table after the migration: %w", err)
	}
	if old := w.old.Dump(); len(old) > 0 {
		return fmt.Errorf("old table after the migration: %v", old)
	}
	if n := w.old.OpenStreams() + w.new.OpenStreams(); n > 0 {
		return fmt.Errorf("%d streams have been left open", n)
	}
	return nil
}

// atRest runs a random history in one state of the configuration, migrates, and goes on.
func atRest(t testing.TB, seed int, bugs bug.Set) error {
	w := checked(t, states[seed%3], bugs)
	walk := tabletest.NewWalk(uint64(seed), "wrong")
	const steps = 60
	migrateAt := 10 + seed%(steps-20)
	for step := range steps {
		if step == migrateAt {
			if _, err := w.migrator(t).Migrate(ctx); err != nil {
				return err
			}
		}
		if err := walk.Step(w.monitor.ref); err != nil {
			return fmt.Errorf("step %d, %v: %w", step, w.config.State(), err)
		}
	}
	return w.migrated()
}

// inMigration runs a migration in which random steps are made, and streams read, between any two accesses of the migrator.
func inMigration(t testing.TB, seed int, bugs bug.Set) error {
	w := checked(t, config.UseOld, bugs)
	walk := tabletest.NewWalk(uint64(seed), "wrong")
	walk.Partitions = append(walk.Partitions, "a") // has no rows yet
	var open []*tabletest.StreamCheck
	busy := false
	between := func() error {
		if busy {
			return nil
		}
		busy = true
		defer func() { busy = false }()
		for range walk.Rand.IntN(3) {
			if err := walk.Step(w.monitor.ref); err != nil {
				return err
			}
		}
		if len(open) < 4 && walk.Rand.IntN(3) == 0 {
			s, err := w.monitor.ref.OpenStream(table.Query{Filter: walk.Filter(1)})
			if err != nil {
				return err
			}
			open = append(open, s)
		}
		for i := 0; i < len(open); i++ {
			for range walk.Rand.IntN(4) / 3 * 2 {
				_, more, err := open[i].Next()
				if err != nil {
					return err
				}
				if !more {
					err := open[i].Close()
					open = slices.Delete(open, i, i+1)
					i--
					if err != nil {
						return err
					}
					break
				}
			}
		}
		return nil
	}
	// Only the migrator's accesses are hooked: the clients' tables have hooks of their own.
	var failed error
	note := func(access) error {
		if failed == nil {
			if failed = between(); failed != nil {
				failed = fmt.Errorf("%v: %w", w.config.State(), failed)
			}
		}
		return failed
	}
	atOld, atNew := &hooked{Table: w.old}, &hooked{Table: w.new}
	atOld.set(note, nil)
	atNew.set(note, nil)
	m, err := mtable.NewMigrator(atOld, atNew, w.config, mtable.MigratorOptions{Monitor: w.monitor, Bugs: bugs,
		Progress: func(config.State, mtable.Report) { _ = note(access{}) }})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx)
	for _, s := range open {
		for more := err == nil; more; {
			if _, more, err = s.Next(); err != nil {
				more = false
			}
		}
		err = errors.Join(err, s.Close())
	}
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	return w.migrated()
}

// Random histories on tables that hold rows already, in each state, and random histories in the midst of a migration with
// streams open, give what the specification gives.
func TestRandomHistories(t *testing.T) {
	walks := 150
	if testing.Short() {
		walks = 40
	}
	for seed := range walks {
		if err := atRest(t, seed, 0); err != nil {
			t.Fatalf("at rest, seed %d: %v", seed, err)
		}
		if err := inMigration(t, seed, 0); err != nil {
			t.Fatalf("in a migration, seed %d: %v", seed, err)
		}
	}
}

// Such histories find mistakes. Those left out need calls that overlap, or have to do with the configuration; the
// scenarios show them.
func TestRandomHistoriesFindMistakes(t *testing.T) {
	for _, b := range []bug.Set{bug.QueryAtomicFilterShadowing, bug.QueryStreamedFilterShadowing,
		bug.QueryStreamedBackUpNewStream, bug.QueryStreamedSaveNewConfig, bug.DeleteNoLeaveTombstonesETag, bug.DeletePrimaryKey,
		bug.EnsurePartitionSwitchedFromPopulated, bug.TombstoneOutputETag, bug.TombstoneOutputETagLiteral,
		bug.InsertBehindMigrator, bug.DefectC, bug.DefectD} {
		found := false
		for seed := 0; seed < 300 && !found; seed++ {
			found = atRest(t, seed, b) != nil || inMigration(t, seed, b) != nil
			if found {
				t.Logf("%v: seed %d", b, seed)
			}
		}
		if !found {
			t.Errorf("%v is not found", b)
		}
	}
}

// Each call has exactly one linearization point, with the results if it is a batch that succeeds.
func TestLinearizationPoints(t *testing.T) {
	for seed := range 30 {
		for _, s := range states[:3] {
			w := checked(t, s, 0)
			walk := tabletest.NewWalk(uint64(seed), "wrong")
			for range 30 {
				b := walk.Batch(w.monitor.ref.Spec().Dump())
				before := w.monitor.points
				results, err, difference := w.monitor.ref.Execute(b)
				if difference != nil {
					t.Fatal(difference)
				}
				if n := w.monitor.points - before; n != 1 {
					t.Fatalf("%v, %v: %d linearization points (error %v)", s, b, n, err)
				}
				if !slices.Equal(w.monitor.results, results) {
					t.Fatalf("%v, %v: announced %v, returned %v", s, b, w.monitor.results, results)
				}
				before = w.monitor.points
				if err := w.monitor.ref.Query(table.AtomicQuery{Partition: "p", Filter: walk.Filter(2)}); err != nil {
					t.Fatal(err)
				}
				if n := w.monitor.points - before; n != 1 {
					t.Fatalf("%v: a query had %d linearization points", s, n)
				}
			}
		}
	}
}

// What belongs to the protocol is not for callers.
func TestReservedNames(t *testing.T) {
	for _, s := range states {
		w := newWorld(t, s, 0)
		for name, call := range map[string]func() error{
			"row": func() error {
				_, err := table.Do(ctx, w, table.Insert(key("_mtable_partition_meta"), nil))
				return err
			},
			"property": func() error {
				_, err := table.Do(ctx, w, table.Insert(key("a"), table.Properties{"_mtable_deleted": table.Bool(true)}))
				return err
			},
			"filter": func() error {
				_, err := w.QueryAtomic(ctx, table.AtomicQuery{Filter: table.Compared("_mtable_deleted", table.EQ, table.Bool(true))})
				return err
			},
			"filter of a stream": func() error {
				_, err := w.QueryStream(ctx, table.Query{Filter: table.Compared("_mtable_x", table.EQ, table.Bool(true))})
				return err
			},
		} {
			if err := call(); !errors.Is(err, table.ErrInvalidArgument) {
				t.Errorf("%v, %s: %v", s, name, err)
			}
		}
		must(t, w, table.Insert(key("_mtable"), table.Properties{"_mtable": table.Bool(true)}))
	}
}

func TestNewRefuses(t *testing.T) {
	m := memtable.New(memtable.Options{})
	c, err := config.NewMemory(config.UseOld, config.MemoryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, err := range []error{
		second(mtable.New(nil, m, c, mtable.Options{})),
		second(mtable.New(m, m, nil, mtable.Options{})),
		second(mtable.New(m, m, c, mtable.Options{Attempts: -1})),
		second(mtable.New(m, m, c, mtable.Options{Settle: -1})),
		second(mtable.New(m, m, c, mtable.Options{Bugs: 1 << 31})),
		second(mtable.NewMigrator(m, nil, c, mtable.MigratorOptions{})),
		second(mtable.NewMigrator(m, m, c, mtable.MigratorOptions{Settle: -1})),
		second(mtable.NewMigrator(m, m, c, mtable.MigratorOptions{Bugs: 1 << 31})),
	} {
		if !errors.Is(err, table.ErrInvalidArgument) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, err := config.NewMemory(5, config.MemoryOptions{}); !errors.Is(err, config.ErrOrder) {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }
