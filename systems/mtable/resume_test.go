package mtable_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

var errKilled = errors.New("killed")

// The migrator dies at each of its accesses, before and after it takes effect, and another one goes on, while clients go on
// working.
func TestKilledAnywhere(t *testing.T) {
	for _, after := range []bool{false, true} {
		kills := 0
		for at := 1; ; at++ {
			killed, err := killAt(t, at, after)
			if err != nil {
				t.Fatalf("killed at access %d, effective %v: %v", at, after, err)
			}
			if !killed {
				break
			}
			kills++
		}
		if kills < 50 {
			t.Errorf("the migrator was killed at %d accesses only", kills)
		}
	}
}

// killAt migrates, and lets the first migrator die at an access. It reports whether there was that access.
func killAt(t *testing.T, at int, after bool) (killed bool, err error) {
	w := checked(t, config.UseOld, 0)
	walk := tabletest.NewWalk(uint64(at), "wrong")
	n := 0
	// A dead migrator does nothing more.
	before := func(access) error {
		if n++; n >= at && !after {
			killed = true
			return errKilled
		}
		return nil
	}
	behind := func(_ access, err error) error {
		if n >= at && after {
			killed = true
			return errKilled
		}
		return err
	}
	atOld, atNew := &hooked{Table: w.old}, &hooked{Table: w.new}
	atOld.set(before, behind)
	atNew.set(before, behind)
	var difference error
	step := func(config.State, mtable.Report) {
		if difference == nil {
			difference = walk.Step(w.monitor.ref)
		}
	}
	for range 2 {
		m, err := mtable.NewMigrator(atOld, atNew, w.config, mtable.MigratorOptions{Monitor: w.monitor, Progress: step})
		if err != nil {
			return killed, err
		}
		_, err = m.Migrate(ctx)
		if err == nil {
			break
		}
		if !errors.Is(err, errKilled) {
			return killed, err
		}
		if err := w.catchUp(); err != nil {
			return killed, err
		}
		for range 5 {
			step(0, mtable.Report{})
		}
		atOld.set(nil, nil)
		atNew.set(nil, nil)
	}
	if difference != nil {
		return killed, difference
	}
	return killed, w.migrated()
}

// catchUp tells the reference of the one ETag that a dead migrator may have changed last.
func (w *world) catchUp() error {
	now := make(map[table.Key]table.ETag)
	for _, partition := range []string{"p", "q"} {
		rows, err := w.QueryAtomic(ctx, table.AtomicQuery{Partition: partition})
		if err != nil {
			return err
		}
		for _, e := range rows {
			now[e.Key] = e.ETag
		}
	}
	changed := 0
	for _, e := range w.monitor.ref.Spec().Dump() {
		etag, there := now[e.Key]
		if !there {
			return fmt.Errorf("row %v is lost", e)
		}
		if etag == e.ETag {
			continue
		}
		changed++
		if err := w.monitor.ref.Spec().SetETag(e.Key, etag); err != nil {
			return err
		}
	}
	if changed > 1 {
		return fmt.Errorf("%d rows have another ETag after one access", changed)
	}
	return nil
}

// A migrator that is no longer the leader sends nothing more, wherever it is.
func TestFencedMigrator(t *testing.T) {
	for _, at := range []int{1, 5, 20} {
		w := checked(t, config.UseOld, 0)
		n, fenced, late := 0, false, 0
		hook := func(a access) error {
			if fenced && a.batch != nil {
				late++
			}
			return nil
		}
		behind := func(a access, err error) error {
			if a.batch != nil {
				if n++; n == at {
					fenced = true
					w.config.Depose()
				}
			}
			return err
		}
		w.atOld.set(hook, behind)
		w.atN.set(hook, behind)
		if _, err := w.migrator(t).Migrate(ctx); !errors.Is(err, config.ErrFenced) {
			t.Errorf("after %d batches: %v", n, err)
		}
		if late > 0 {
			t.Errorf("%d batches were sent after the leadership had ended", late)
		}
		w.atOld.set(nil, nil)
		w.atN.set(nil, nil)
		if _, err := w.migrator(t).Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := w.migrated(); err != nil {
			t.Error(err)
		}
	}
}
