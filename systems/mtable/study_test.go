package mtable_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// studyScenarios show the mistakes of the case study.
var studyScenarios = []scenario{
	{bug.QueryAtomicFilterShadowing, config.UseOld, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), happy(true)))
		w.push(t, config.PreferNew)
		must(t, w, table.Replace(key("0"), happy(false), table.AnyETag()))
		rows, err := w.QueryAtomic(ctx, table.AtomicQuery{Partition: "p", Filter: isHappy(true)})
		if err == nil && len(rows) > 0 {
			err = fmt.Errorf("found %v, whose new version does not match", rows)
		}
		return err
	}},
	{bug.QueryStreamedFilterShadowing, config.UseOld, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), happy(true)))
		w.push(t, config.PreferNew)
		must(t, w, table.InsertOrMerge(key("0"), happy(false)))
		rows, err := table.ReadAll(ctx, w, table.Query{Filter: isHappy(true)})
		if err == nil && len(rows) > 0 {
			err = fmt.Errorf("found %v, whose new version does not match", rows)
		}
		return err
	}},
	{bug.QueryStreamedLock, config.UseOld, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), version("1")), table.Insert(key("1"), version("1")))
		w.push(t, config.PreferNew)
		switched(t, w)
		s, err := w.QueryStream(ctx, table.Query{})
		if err != nil {
			return err
		}
		copies(t, w, "0", "1")
		// While the first row is being read the configuration changes.
		var pushed func() error
		w.atOld.set(func(a access) error {
			if a.read && pushed == nil {
				pushed = w.startPush(config.UseNewWithTombstones)
			}
			return nil
		}, nil)
		return errors.Join(rest(s, "0=1", "1=1"), pushed())
	}},
	{bug.QueryStreamedBackUpNewStream, config.UseOld, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), version("1")), table.Insert(key("1"), version("1")))
		w.push(t, config.PreferNew)
		switched(t, w)
		s, err := w.QueryStream(ctx, table.Query{})
		if err != nil {
			return err
		}
		copies(t, w, "0", "1")
		w.push(t, config.UseNewWithTombstones)
		return rest(s, "0=1", "1=1")
	}},
	{bug.QueryStreamedSaveNewConfig, config.UseOld, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), version("1")))
		s, err := w.QueryStream(ctx, table.Query{})
		if err != nil {
			return err
		}
		if _, err := w.migrator(t).Migrate(ctx); err != nil {
			return err
		}
		if err := rest(s, "0=1"); err != nil {
			return err
		}
		if n := w.new.OpenStreams(); n > 0 {
			return fmt.Errorf("%d streams of the new table have been left open", n)
		}
		return nil
	}},
	{bug.DeleteNoLeaveTombstonesETag, config.UseNew, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), nil))
		_, err := table.Do(ctx, w, table.Delete(key("0"), table.AnyETag()))
		return err
	}},
	{bug.DeletePrimaryKey, config.PreferNew, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), nil))
		if _, err := table.Do(ctx, w, table.DeleteIfExists(key("0"))); err != nil {
			return err
		}
		return reads(w)
	}},
	{bug.EnsurePartitionSwitchedFromPopulated, config.PreferOld, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), version("1")))
		w.push(t, config.PreferNew)
		must(t, w, table.Insert(key("1"), version("1")))
		return reads(w, "0=1", "1=1")
	}},
	{bug.TombstoneOutputETag, config.PreferNew, func(t *testing.T, w *world) error {
		must(t, w, table.Insert(key("0"), nil))
		if r := must(t, w, table.Delete(key("0"), table.AnyETag()))[0]; r.ETag != "" || r.Status != table.StatusNoContent {
			return fmt.Errorf("a delete returned %+v", r)
		}
		return nil
	}},
	{bug.TombstoneOutputETagLiteral, config.PreferNew, func(t *testing.T, w *world) error {
		if r := must(t, w, table.Insert(key("0"), nil))[0]; r.ETag == "" || r.Status != table.StatusCreated {
			return fmt.Errorf("an insert returned %+v", r)
		}
		return nil
	}},
	{bug.MigrateSkipPreferOld, config.UseOld, skipPreferOld},
	{bug.MigrateSkipUseNewWithTombstones, config.UseOld, skipTombstones},
	{bug.InsertBehindMigrator, config.UseOld, func(t *testing.T, w *world) error {
		// A client inserts a row when the migrator has reached the end of the old table.
		atOld := &hooked{Table: w.old}
		inserted := false
		atOld.set(nil, func(a access, err error) error {
			if a.read && a.found.Row == "" && !inserted {
				inserted = true
				must(t, w, table.Insert(key("0"), version("1")))
			}
			return err
		})
		m, err := mtable.NewMigrator(atOld, w.new, w.config, mtable.MigratorOptions{Bugs: w.bugs})
		if err != nil {
			return err
		}
		if _, err := m.Migrate(ctx); err != nil {
			return err
		}
		return reads(w, "0=1")
	}},
}

// skipPreferOld: a client in UseOld is about to write to the old table. Meanwhile another one reads the row, finds what was
// there before, and replaces just that. So the first one cannot replace it any more.
func skipPreferOld(t *testing.T, w *world) error {
	first := must(t, w, table.Insert(key("0"), version("1")))[0].ETag
	other := w.client(t, nil)
	began := false
	var otherErr error
	w.atOld.set(func(a access) error {
		if began || !a.is(table.OpReplace, "0") {
			return nil
		}
		began = true
		go func() { _, _ = w.migrator(t).Migrate(ctx) }()
		synctest.Wait()
		// The migrator waits for the first client. This moves the row if clients are in PreferNew already.
		_, _ = table.Do(ctx, other, table.Merge(key("0"), nil, table.Exactly("nobody's")))
		e, _, err := table.Get(ctx, other, key("0"))
		if err != nil || versions([]table.Entity{e})[0] != "0=1" {
			return fmt.Errorf("the other client read %v, %w", e, err)
		}
		_, otherErr = table.Do(ctx, other, table.Replace(key("0"), version("3"), table.Exactly(e.ETag)))
		return nil
	}, nil)
	_, err := table.Do(ctx, w, table.Replace(key("0"), version("2"), table.Exactly(first)))
	synctest.Wait()
	w.atOld.set(nil, nil)
	switch {
	case err == nil && otherErr == nil:
		return errors.New("two clients have replaced the same version of a row")
	case err == nil:
		return errors.Join(otherErr, reads(w, "0=2"))
	case errors.Is(err, table.ErrPreconditionFailed):
		return errors.Join(otherErr, reads(w, "0=3"))
	}
	return err
}

// skipTombstones: a client has read the old table when row 0 is deleted and row 1 is replaced thereafter.
func skipTombstones(t *testing.T, w *world) error {
	must(t, w, table.Insert(key("0"), version("1")), table.Insert(key("1"), version("1")))
	atOld := &hooked{Table: w.old} // of the client
	client, err := mtable.New(atOld, w.new, w.config, mtable.Options{Bugs: w.bugs})
	if err != nil {
		return err
	}
	hasRead, goOn := make(chan struct{}), make(chan struct{})
	atOld.set(nil, func(a access, err error) error {
		close(hasRead)
		<-goOn
		return err
	})
	result := make(chan error, 1)
	m, err := mtable.NewMigrator(w.old, w.new, w.config, mtable.MigratorOptions{Bugs: w.bugs,
		Progress: func(s config.State, r mtable.Report) {
			if s != config.PreferNew || r.Scanned < 2 {
				return
			}
			// All rows have been copied.
			go func() { result <- reads(client, "1=2") }()
			<-hasRead
		}})
	if err != nil {
		return err
	}
	migrated := make(chan error, 1)
	go func() { _, err := m.Migrate(ctx); migrated <- err }()
	synctest.Wait()
	must(t, w, table.Delete(key("0"), table.AnyETag()))
	must(t, w, table.Replace(key("1"), version("2"), table.AnyETag()))
	close(goOn)
	return errors.Join(<-result, <-migrated)
}
