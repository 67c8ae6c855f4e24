package mtable_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

// lostAnswer is what a batch returns whose answer did not come.
var lostAnswer = table.Wrap(table.ErrIndeterminate, nil, "answer is lost")

// What the protocol does for itself is done again if its outcome is unknown, whether it took place or not; a caller's batch
// never is.
func TestLostAnswers(t *testing.T) {
	for _, took := range []bool{true, false} {
		for _, s := range states {
			t.Run(fmt.Sprint(s, " ", took), func(t *testing.T) {
				w := newWorld(t, config.UseOld, 0)
				must(t, w, table.Insert(key("0"), version("1")))
				if s < config.UseNewWithTombstones {
					w.push(t, s)
				} else {
					w.push(t, config.PreferNew)
					switched(t, w)
					copies(t, w, "0")
					w.push(t, s)
				}
				// Every first attempt at anything but the caller's Merge of row 0 fails.
				tried := make(map[string]bool)
				callers := 0
				lose := func(a access) bool {
					if a.batch == nil {
						return false
					}
					last := a.batch[len(a.batch)-1]
					if last.Kind == table.OpMerge && last.Key.Row == "0" {
						callers++
						return true
					}
					name := fmt.Sprint(a.batch)
					if tried[name] {
						return false
					}
					tried[name] = true
					return true
				}
				for _, h := range []*hooked{w.atOld, w.atN} {
					if took {
						h.set(nil, func(a access, err error) error {
							if err == nil && lose(a) {
								return lostAnswer
							}
							return err
						})
					} else {
						h.set(func(a access) error {
							if lose(a) {
								return lostAnswer
							}
							return nil
						}, nil)
					}
				}
				_, err := table.Do(ctx, w, table.Merge(key("0"), version("2"), table.AnyETag()))
				if !errors.Is(err, table.ErrIndeterminate) || callers != 1 {
					t.Errorf("the batch was sent %d times: %v", callers, err)
				}
				w.atOld.set(nil, nil)
				w.atN.set(nil, nil)
				want := map[bool]string{true: "0=2", false: "0=1"}[took]
				if err := reads(w, want); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// A migration in which every answer is lost once ends well.
func TestMigrationWithLostAnswers(t *testing.T) {
	w := newWorld(t, config.UseOld, 0)
	for i := range 5 {
		must(t, w, table.Insert(key(fmt.Sprint(i)), version("1")))
	}
	w.push(t, config.PreferNew)
	must(t, w, table.Delete(key("2"), table.AnyETag()))
	n := 0
	for _, h := range []*hooked{w.atOld, w.atN} {
		h.set(nil, func(a access, err error) error {
			if a.batch == nil || err != nil {
				return err
			}
			if n++; n%2 == 1 {
				return lostAnswer
			}
			return nil
		})
	}
	if _, err := w.migrator(t).Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	if err := reads(w, "0=1", "1=1", "3=1", "4=1"); err != nil {
		t.Error(err)
	}
	if old, fresh := w.old.Dump(), w.new.Dump(); len(old) != 0 || len(fresh) != 4 {
		t.Errorf("old table %v, new table %v", old, fresh)
	}
}

// A configuration does not change as long as a request may still take effect whose outcome is unknown.
func TestSettle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, config.PreferNew, 0)
		c, err := mtable.New(w.atOld, w.atN, w.config, mtable.Options{Settle: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		w.atN.set(func(a access) error {
			if a.batch != nil {
				return lostAnswer
			}
			return nil
		}, nil)
		if _, err := table.Do(ctx, c, table.Insert(key("0"), nil)); !errors.Is(err, table.ErrIndeterminate) {
			t.Fatal(err)
		}
		begin := time.Now()
		w.push(t, config.UseNewWithTombstones)
		if waited := time.Since(begin); waited != time.Minute {
			t.Errorf("the push waited %v", waited)
		}
	})
}

// The same for what the migrator sends.
func TestMigratorSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, config.UseOld, 0)
		must(t, w, table.Insert(key("0"), nil))
		lost := false
		w.atN.set(nil, func(a access, err error) error {
			if a.is(table.OpInsert, "0") && !lost {
				lost = true
				return lostAnswer
			}
			return err
		})
		m, err := mtable.NewMigrator(w.atOld, w.atN, w.config, mtable.MigratorOptions{Settle: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		if _, err := m.Migrate(ctx); err != nil || !lost {
			t.Fatal(err)
		}
		if waited := time.Since(begin); waited != time.Minute {
			t.Errorf("the migrator waited %v", waited)
		}
	})
}

// Who is overtaken again and again gives up, and has changed nothing.
func TestContention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, config.PreferNew, 0)
		must(t, w, table.Insert(key("0"), version("1")))
		n := 0
		w.atN.set(func(a access) error {
			if a.is(table.OpMerge, "0") {
				n++
				must(t, w.new, table.InsertOrReplace(key("0"), version(fmt.Sprint("other", n))))
			}
			return nil
		}, nil)
		_, err := table.Do(ctx, w, table.Merge(key("0"), version("2"), table.AnyETag()))
		if !errors.Is(err, table.ErrContention) || n != 100 {
			t.Errorf("after %d attempts: %v", n, err)
		}
		if err := reads(w, "0=other100"); err != nil {
			t.Error(err)
		}
		limited, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		_, err = table.Do(limited, w, table.Merge(key("0"), version("2"), table.AnyETag()))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with a deadline: %v", err)
		}
	})
}

// Errors of the tables below are passed on, and leave nothing behind.
func TestErrorsArePassedOn(t *testing.T) {
	for _, s := range states {
		w := newWorld(t, s, 0)
		must(t, w, table.Insert(key("0"), version("1")))
		for _, h := range []*hooked{w.atOld, w.atN} {
			h.set(func(access) error { return table.Wrap(table.ErrUnavailable, nil, "no connection") }, nil)
		}
		_, err1 := table.Do(ctx, w, table.Merge(key("0"), nil, table.AnyETag()))
		_, err2 := w.QueryAtomic(ctx, table.AtomicQuery{Partition: "p"})
		_, err3 := w.QueryStream(ctx, table.Query{})
		_, err4 := w.migrator(t).Migrate(ctx)
		for i, err := range []error{err1, err2, err3, err4} {
			if !errors.Is(err, table.ErrUnavailable) {
				t.Errorf("%v, %d: %v", s, i, err)
			}
		}
	}
}

// Whoever does not follow the protocol is told on.
func TestForeignWriters(t *testing.T) {
	meta := key("_mtable_partition_meta")
	for name, break_ := range map[string]func(w *world){
		"meta row without state": func(w *world) { must(t, w.old, table.Insert(meta, nil)) },
		"meta row without assertion": func(w *world) {
			must(t, w.old, table.Insert(key("_mtable_partition_populated_assertion"), nil))
		},
	} {
		w := newWorld(t, config.PreferOld, 0)
		break_(w)
		_, err := table.Do(ctx, w, table.Insert(key("0"), nil))
		_, read := w.QueryAtomic(ctx, table.AtomicQuery{Partition: "p"})
		if !errors.Is(errors.Join(err, read), table.ErrInternal) {
			t.Errorf("%s: %v, %v", name, err, read)
		}
	}
}

// plain is a table that cannot do DeleteIfExists together with other operations.
type plain struct{ table.Table }

func (plain) Capabilities() table.Capabilities { return table.Capabilities{} }

func (p plain) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	for i, op := range b {
		if op.Kind == table.OpDeleteIfExists && len(b) > 1 {
			return nil, table.Invalid(i, "DeleteIfExists is not the only operation")
		}
	}
	return p.Table.Execute(ctx, b)
}

// Over such tables, or one of them, all is well, too.
func TestPlainTables(t *testing.T) {
	for _, s := range states {
		for both, name := range map[bool]string{true: "both", false: "new"} {
			t.Run(fmt.Sprint(s, " ", name), func(t *testing.T) {
				tabletest.Run(t, tabletest.Config{MaxBatch: mtable.MaxBatch, Slow: true, Open: func(t testing.TB) table.Table {
					w := newWorld(t, s, 0)
					var old table.Table = w.old
					if both {
						old = plain{w.old}
					}
					c, err := mtable.New(old, plain{w.new}, w.config, mtable.Options{})
					if err != nil {
						t.Fatal(err)
					}
					return c
				}})
			})
		}
	}
}

// narrow is a table that reads only so many rows at one instant.
type narrow struct {
	table.Table
	rows int
}

func (n narrow) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	rows, err := n.Table.QueryAtomic(ctx, q)
	if len(rows) > n.rows {
		return nil, table.Wrap(table.ErrTooLarge, nil, "%d rows", len(rows))
	}
	return rows, err
}

// A batch on many rows works where they cannot be read at one instant. If it is refused, then for something that was so at
// one instant.
func TestNarrowTables(t *testing.T) {
	for _, s := range []config.State{config.PreferNew, config.UseNewWithTombstones, config.UseNew} {
		w := newWorld(t, s, 0)
		c, err := mtable.New(narrow{w.old, 20}, narrow{w.new, 20}, w.config, mtable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		b := make(table.Batch, mtable.MaxBatch)
		for i := range b {
			b[i] = table.Insert(key(fmt.Sprintf("%03d", i)), version("1"))
		}
		must(t, c, b...)
		for i := range b {
			b[i] = table.Replace(b[i].Key, version("2"), table.AnyETag())
		}
		must(t, c, b...)
		for at, want := range map[int]error{5: table.ErrNotFound, 13: table.ErrNotFound, 50: table.ErrTooLarge} {
			bad := append(table.Batch{}, b...)
			bad[at].Key.Row = fmt.Sprintf("%03dx", at)
			_, err := c.Execute(ctx, bad)
			if !errors.Is(err, want) {
				t.Errorf("%v: operation %d fails: %v, want %v", s, at, err, want)
			}
			if out := table.Outcome(err); out != nil && out.Op != at {
				t.Errorf("%v: operation %d fails: %v", s, at, err)
			}
		}
		for _, e := range w.new.Dump() {
			if e.Properties["v"] != table.Text("2") {
				t.Errorf("%v: row %v", s, e)
			}
		}
	}
}

// Without its lease a client does nothing more: neither with a stream that is open, nor in the midst of a batch.
func TestLeaseLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared, err := config.OpenShared(ctx, memtable.New(memtable.Options{}), config.SharedOptions{Initial: config.PreferNew})
		if err != nil {
			t.Fatal(err)
		}
		member, err := shared.Join(ctx)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(t, config.PreferNew, 0)
		c, err := mtable.New(w.atOld, w.atN, member, mtable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		must(t, c, table.Insert(key("0"), version("1")))
		s, err := c.QueryStream(ctx, table.Query{})
		if err != nil {
			t.Fatal(err)
		}
		w.atN.set(nil, func(a access, err error) error {
			if a.query != nil {
				member.Kill() // after the rows were read that the batch is on
			}
			return err
		})
		if _, err := table.Do(ctx, c, table.Merge(key("0"), version("2"), table.AnyETag())); !errors.Is(err, config.ErrClosed) {
			t.Errorf("a batch without a lease: %v", err)
		}
		w.atN.set(nil, nil)
		if _, _, err := s.Next(ctx); !errors.Is(err, config.ErrClosed) {
			t.Errorf("a stream without a lease: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if _, err := c.QueryAtomic(ctx, table.AtomicQuery{Partition: "p"}); !errors.Is(err, config.ErrClosed) {
			t.Errorf("a query without a lease: %v", err)
		}
		if err := reads(w, "0=1"); err != nil {
			t.Error(err)
		}
	})
}
