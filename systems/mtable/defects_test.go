package mtable_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// defectScenarios show the defects of the published library.
var defectScenarios = []scenario{
	{bug.DefectA, config.UseOld, oldSideTooLong},
	{bug.DefectB, config.UseOld, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), version("1")), table.Insert(key("1"), version("1")))
		w.push(t, config.PreferNew)
		switched(t, w)
		s, err := w.QueryStream(ctx, table.Query{})
		if err != nil {
			return err
		}
		copies(t, w, "0", "1")
		lost := errors.New("connection lost")
		w.atN.set(func(a access) error {
			if a.stream != nil {
				return lost
			}
			return nil
		}, nil)
		w.push(t, config.UseNewWithTombstones)
		w.atN.set(nil, nil)
		if err := rest(s, "0=1", "1=1"); !errors.Is(err, lost) {
			return fmt.Errorf("a stream that could not be reopened goes on: %w", err)
		}
		return nil
	}},
	{bug.DefectC, config.UseOld, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), version("1")), table.Insert(key("1"), version("1")))
		if _, err := w.migrator(t).Migrate(ctx); err != nil {
			return err
		}
		must(t, w, table.InsertOrMerge(key("0"), version("2")), table.Insert(key("2"), version("2")),
			table.Replace(key("1"), version("2"), table.AnyETag()), table.InsertOrReplace(key("3"), version("2")))
		for _, e := range w.new.Dump() {
			if !e.Properties.Equal(version("2")) {
				return fmt.Errorf("a direct reader of the new table finds %v", e)
			}
		}
		return nil
	}},
	{bug.DefectD, config.PreferOld, switchInCleanup},
	{bug.DefectF, config.UseOld, func(t *testing.T, w *world) error {
		b := make(table.Batch, table.MaxBatch)
		for i := range b {
			b[i] = table.InsertOrReplace(key(fmt.Sprint(i)), nil)
		}
		taken := make(map[config.State]bool)
		for _, s := range states {
			w.push(t, s)
			_, err := w.Execute(ctx, b)
			taken[s] = err == nil
			if err != nil && !errors.Is(err, table.ErrInvalidArgument) {
				return err
			}
			if taken[s] != taken[config.UseOld] {
				return fmt.Errorf("whether a batch of %d is taken depends on the state: %v", len(b), taken)
			}
			must(t, w, b[:mtable.MaxBatch]...)
		}
		return nil
	}},
	{bug.DefectG, config.PreferNew, func(t *testing.T, w *world) error {
		limited, cancel := context.WithCancel(ctx)
		defer cancel()
		n := 0
		w.atN.set(func(a access) error {
			if !a.is(table.OpInsert, "0") {
				return nil
			}
			if n++; n > 10 {
				cancel()
			}
			return table.Wrap(table.ErrUnavailable, nil, "no connection")
		}, nil)
		if _, err := table.Do(limited, w, table.Insert(key("0"), nil)); !errors.Is(err, table.ErrUnavailable) || n != 1 {
			return fmt.Errorf("tried %d times: %w", n, err)
		}
		return nil
	}},
	{bug.DefectH, config.PreferOld, resumeTooSoon},
	{bug.DefectI, config.UseOld, func(t *testing.T, w *world) error {
		lock, unlock := mtable.NewLock(w.bugs)
		if err := lock(ctx); err != nil {
			return err
		}
		holders := make(chan int, 2)
		for i := range 2 {
			go func() {
				if lock(ctx) == nil {
					holders <- i
				}
			}()
		}
		synctest.Wait()
		unlock()
		synctest.Wait()
		n := len(holders)
		for range 2 { // let the other one end, too
			unlock()
			synctest.Wait()
			if len(holders) == 2 {
				break
			}
		}
		if n != 1 {
			return fmt.Errorf("%d hold the lock", n)
		}
		return nil
	}},
	{bug.DefectJ, config.PreferNew, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), version("1")))
		n := 0
		w.atN.set(nil, func(a access, err error) error {
			if !a.is(table.OpMerge, "0") || err != nil {
				return err
			}
			if n++; n == 1 {
				return table.Wrap(table.ErrIndeterminate, context.DeadlineExceeded, "the answer was lost")
			}
			return nil
		})
		_, err := table.Do(ctx, w, table.Merge(key("0"), version("2"), table.AnyETag()))
		if n != 1 {
			return fmt.Errorf("the batch was executed %d times: %v", n, err)
		}
		if !errors.Is(err, table.ErrIndeterminate) {
			return fmt.Errorf("an unknown outcome was reported as %w", err)
		}
		return nil
	}},
}

// oldSideTooLong: a stream in UseNewWithTombstones reads on while another client, in UseNew already, deletes a row. The
// version in the old table was replaced before the stream began.
func oldSideTooLong(t *testing.T, w *world) error {
	row := func(kind, v string) table.Properties {
		return table.Properties{"kind": table.Text(kind), "v": table.Text(v)}
	}
	must(t, w, table.Insert(key("0"), row("x", "1")), table.Insert(key("4"), row("y", "1")))
	w.push(t, config.PreferNew)
	must(t, w, table.Replace(key("0"), row("x", "2"), table.AnyETag()), table.Replace(key("4"), row("y", "2"), table.AnyETag()))
	s, err := w.QueryStream(ctx, table.Query{Filter: table.Compared("kind", table.EQ, table.Text("y"))})
	if err != nil {
		return err
	}
	w.push(t, config.UseNewWithTombstones)
	other := w.client(t, nil)
	var pushed func() error
	w.atN.set(func(a access) error {
		if !a.read || pushed != nil {
			return nil
		}
		pushed = w.startPush(config.UseNew)
		_, err := table.Do(ctx, other, table.Delete(key("4"), table.AnyETag()))
		return err
	}, nil)
	err = rest(s) // the row was there when the stream began, but as version 2
	return errors.Join(err, pushed())
}

// A stream that was opened in UseNewWithTombstones has no old side to close.
func TestStreamWithoutOldSide(t *testing.T) {
	for bugs, panics := range map[bug.Set]bool{0: false, bug.DefectA: false, bug.DefectA | bug.DefectB: true} {
		w := newWorld(t, config.UseNewWithTombstones, bugs)
		must(t, w, table.Insert(key("0"), version("1")))
		s, err := w.QueryStream(ctx, table.Query{})
		if err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if r := recover(); (r != nil) != panics {
					t.Errorf("%v: panic %v", bugs, r)
				}
			}()
			s.(config.Watcher).Apply(config.UseNew)
		}()
		if err := rest(s, "0=1"); err != nil && !panics {
			t.Errorf("%v: %v", bugs, err)
		}
	}
}

// switchInCleanup: partition p is populated, but has no rows. A client in UseNew writes to it while the old table is cleaned
// up, and after that.
func switchInCleanup(t *testing.T, w *world) error {
	if _, err := table.Do(ctx, w, table.Delete(key("0"), table.AnyETag())); !errors.Is(err, table.ErrNotFound) {
		return err
	}
	other := w.client(t, nil)
	wrote := false
	atOld := &hooked{Table: w.old} // of the migrator
	var writeErr error
	atOld.set(func(a access) error {
		if a.is(table.OpDelete, "_mtable_partition_meta") && !wrote {
			wrote = true
			_, writeErr = table.Do(ctx, other, table.Insert(key("1"), version("1")))
		}
		return nil
	}, nil)
	m, err := mtable.NewMigrator(atOld, w.new, w.config, mtable.MigratorOptions{Bugs: w.bugs})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx); err != nil || writeErr != nil {
		return errors.Join(err, writeErr)
	}
	if !wrote {
		return errors.New("nothing was written during the cleanup")
	}
	must(t, other, table.Insert(table.Key{Partition: "q"}, nil))
	if old := w.old.Dump(); len(old) > 0 {
		return fmt.Errorf("the old table is not empty after the migration: %v", old)
	}
	return reads(w, "1=1")
}

// A row of the old table that has gone during the cleanup does no harm.
func TestCleanupToleratesMissingRows(t *testing.T) {
	for _, bugs := range []bug.Set{0, bug.DefectD} {
		w := newWorld(t, config.PreferOld, bugs)
		must(t, w, table.Insert(key("0"), nil), table.Insert(key("1"), nil))
		w.atOld.set(func(a access) error {
			if a.is(table.OpDelete, "1") {
				must(t, w.old, table.DeleteIfExists(key("1")))
			}
			return nil
		}, nil)
		_, err := w.migrator(t).Migrate(ctx)
		if (err != nil) != (bugs != 0) {
			t.Errorf("%v: %v", bugs, err)
		}
	}
}

// resumeTooSoon: a client in PreferOld is about to write to the old table when the migrator pushes PreferNew and dies. The
// next migrator must not copy before the client has finished.
func resumeTooSoon(t *testing.T, w *world) error {
	goOn := make(chan struct{})
	w.atOld.set(func(a access) error {
		if a.is(table.OpMerge, "_mtable_partition_populated_assertion") {
			<-goOn
		}
		return nil
	}, nil)
	written := make(chan error, 1)
	go func() { _, err := table.Do(ctx, w, table.Insert(key("0"), version("1"))); written <- err }()
	synctest.Wait()
	first, kill := context.WithCancel(ctx)
	died := make(chan error, 1)
	go func() { _, err := w.migrator(t).Migrate(first); died <- err }()
	synctest.Wait()
	kill()
	if err := <-died; err == nil || w.config.State() != config.PreferNew {
		return fmt.Errorf("the first migrator ended with %v in %v", err, w.config.State())
	}
	done := make(chan error, 1)
	go func() { _, err := w.migrator(t).Migrate(ctx); done <- err }()
	synctest.Wait()
	close(goOn)
	if err := errors.Join(<-written, <-done); err != nil {
		return err
	}
	return reads(w, "0=1")
}
