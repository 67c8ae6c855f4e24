package bolttable_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/bolttable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

var ctx = context.Background()

func open(t testing.TB, path string) (*bolttable.Store, *bolttable.Table) {
	t.Helper()
	s, err := bolttable.Open(path, bolttable.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	tab, err := s.Table("t")
	if err != nil {
		t.Fatal(err)
	}
	return s, tab
}

func TestTable(t *testing.T) {
	tabletest.Run(t, tabletest.Config{Open: func(t testing.TB) table.Table {
		_, tab := open(t, filepath.Join(t.TempDir(), "db"))
		return tab
	}})
}

// The same holds for a file that is shared, here by two who take turns.
func TestSharedTable(t *testing.T) {
	tabletest.Run(t, tabletest.Config{Open: func(t testing.TB) table.Table {
		path := filepath.Join(t.TempDir(), "db")
		turns := &inTurns{}
		for i := range turns.tables {
			s, err := bolttable.Open(path, bolttable.Options{NoSync: true, Shared: true})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			if turns.tables[i], err = s.Table("t"); err != nil {
				t.Fatal(err)
			}
		}
		return turns
	}})
}

// inTurns is a table that is open twice.
type inTurns struct {
	tables [2]*bolttable.Table
	calls  atomic.Int64
}

func (i *inTurns) next() *bolttable.Table { return i.tables[i.calls.Add(1)%2] }

func (i *inTurns) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	return i.next().Execute(ctx, b)
}

func (i *inTurns) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	return i.next().QueryAtomic(ctx, q)
}

func (i *inTurns) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	return i.next().QueryStream(ctx, q)
}

func (i *inTurns) Capabilities() table.Capabilities { return i.tables[0].Capabilities() }

// A shared store that is closed says so, and one that cannot be opened does at once.
func TestSharedStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	s, err := bolttable.Open(path, bolttable.Options{NoSync: true, Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	tab, err := s.Table("t")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Do(ctx, tab, table.Insert(key("0"), nil)); !errors.Is(err, table.ErrClosed) {
		t.Error(err)
	}
	if _, err := bolttable.Open(filepath.Join(path, "x"), bolttable.Options{Shared: true}); err == nil {
		t.Error("a file below a file was opened")
	}
}

func key(row string) table.Key { return table.Key{Partition: "p", Row: row} }

// What was written is there in a copy of the file as a process leaves it that is killed, and ETags go on from where they
// were.
func TestReopen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "db")
	_, tab := open(t, path)
	ref := tabletest.NewReference(tab)
	walk := tabletest.NewWalk(1, "wrong")
	seen := make(map[table.ETag]bool)
	for n := range 5 {
		if err := walk.Run(ref, 50); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		again := filepath.Join(dir, fmt.Sprint("again", n))
		if err := os.WriteFile(again, file, 0o600); err != nil {
			t.Fatal(err)
		}
		store, copied := open(t, again)
		rows, err := table.ReadAll(ctx, copied, table.Query{})
		if err != nil {
			t.Fatal(err)
		}
		if err := tabletest.SameRows(rows, ref.Spec().Dump()); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			seen[row.ETag] = true
		}
		r, err := table.Do(ctx, copied, table.InsertOrReplace(key("0"), nil))
		if err != nil || seen[r.ETag] {
			t.Errorf("ETag %q was there before, %v", r.ETag, err)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Two tables of a file have nothing in common, not even ETags.
func TestTwoTables(t *testing.T) {
	s, a := open(t, filepath.Join(t.TempDir(), "db"))
	b, err := s.Table("u")
	if err != nil {
		t.Fatal(err)
	}
	first, err := table.Do(ctx, a, table.Insert(key("x"), nil))
	if err != nil {
		t.Fatal(err)
	}
	second, err := table.Do(ctx, b, table.Insert(key("x"), nil))
	if err != nil {
		t.Fatal(err)
	}
	if first.ETag == second.ETag {
		t.Errorf("both have the ETag %q", first.ETag)
	}
	if _, err := s.Table(""); !errors.Is(err, table.ErrInvalidArgument) {
		t.Errorf("table without a name: %v", err)
	}
}

func TestClosed(t *testing.T) {
	s, tab := open(t, filepath.Join(t.TempDir(), "db"))
	stream, err := tab.QueryStream(ctx, table.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err1 := table.Do(ctx, tab, table.Insert(key("x"), nil))
	_, err2 := tab.QueryAtomic(ctx, table.AtomicQuery{})
	_, _, err3 := stream.Next(ctx)
	_, err4 := s.Table("t")
	for i, err := range []error{err1, err2, err3, err4} {
		if !errors.Is(err, table.ErrClosed) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// A stream reads more than a page, and sees what is written behind the page it is in.
func TestPages(t *testing.T) {
	_, tab := open(t, filepath.Join(t.TempDir(), "db"))
	const batches = 120
	for i := range batches {
		b := make(table.Batch, 50)
		for j := range b {
			b[j] = table.Insert(key(fmt.Sprintf("%04d", i*50+j)), table.Properties{"rare": table.Bool((i*50+j)%1500 == 0)})
		}
		if _, err := tab.Execute(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := table.ReadAll(ctx, tab, table.Query{})
	if err != nil || len(rows) != 50*batches {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	rows, err = table.ReadAll(ctx, tab, table.Query{Filter: table.Compared("rare", table.EQ, table.Bool(true))})
	if err != nil || len(rows) != 4 {
		t.Errorf("%d rare rows, %v", len(rows), err)
	}
	s, err := tab.QueryStream(ctx, table.Query{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, _, err := s.Next(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Do(ctx, tab, table.Delete(key("5999"), table.AnyETag())); err != nil {
		t.Fatal(err)
	}
	n := 1
	for _, err := range table.Rows(ctx, s) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 50*batches-1 {
		t.Errorf("%d rows after the last one was deleted", n)
	}
}
