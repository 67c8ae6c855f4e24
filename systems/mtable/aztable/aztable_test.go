package aztable_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

var ctx = context.Background()

// bogus looks like an ETag of the service; the service refuses others.
const bogus table.ETag = "W/\"datetime'2015-01-01T00%3A00%3A00.0000000Z'\""

func TestTable(t *testing.T) {
	tabletest.Run(t, tabletest.Config{Open: openTable, Bogus: bogus, NoEmptyPartition: true, LaxMerges: true, Slow: true})
}

// In each state a migrating table over two tables of the service does what all tables do.
func TestMigratingTable(t *testing.T) {
	for s := config.UseOld; s <= config.UseNew; s++ {
		if testing.Short() && s != config.PreferOld && s != config.PreferNew {
			continue
		}
		t.Run(s.String(), func(t *testing.T) {
			tabletest.Run(t, tabletest.Config{Bogus: bogus, NoEmptyPartition: true, LaxMerges: true,
				MaxBatch: mtable.MaxBatch, Slow: true, Open: func(t testing.TB) table.Table {
					c, err := config.NewMemory(s, config.MemoryOptions{})
					if err != nil {
						t.Fatal(err)
					}
					m, err := mtable.New(openTable(t), openTable(t), c, mtable.Options{})
					if err != nil {
						t.Fatal(err)
					}
					return m
				}})
		})
	}
}

// changes tells a reference of ETags that change.
type changes struct{ ref *tabletest.Reference }

func (c *changes) Annotate(_ context.Context, a mtable.Annotation) {
	for _, e := range a.Changed {
		if err := c.ref.Spec().SetETag(e.Key, e.ETag); err != nil {
			panic(err) // of the test
		}
	}
}

// A table is moved to the service, and another one from it, while it is in use.
func TestMigration(t *testing.T) {
	for name, to := range map[string]bool{"to the service": true, "from the service": false} {
		t.Run(name, func(t *testing.T) {
			var old, fresh table.Table = openTable(t), memtable.New(memtable.Options{})
			if to {
				old, fresh = fresh, old
			}
			c, err := config.NewMemory(config.UseOld, config.MemoryOptions{})
			if err != nil {
				t.Fatal(err)
			}
			monitor := &changes{}
			m, err := mtable.New(old, fresh, c, mtable.Options{Monitor: monitor})
			if err != nil {
				t.Fatal(err)
			}
			monitor.ref = tabletest.NewReference(m)
			walk := tabletest.NewWalk(1, bogus)
			walk.NoBatchDIE = true
			if err := walk.Run(monitor.ref, 30); err != nil {
				t.Fatal(err)
			}
			var difference error
			migrator, err := mtable.NewMigrator(old, fresh, c, mtable.MigratorOptions{Monitor: monitor,
				Progress: func(config.State, mtable.Report) {
					for range 3 {
						if difference == nil {
							difference = walk.Step(monitor.ref)
						}
					}
				}})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := migrator.Migrate(ctx); err != nil || difference != nil {
				t.Fatal(err, difference)
			}
			rows, err := table.ReadAll(ctx, fresh, table.Query{})
			if err != nil {
				t.Fatal(err)
			}
			if err := tabletest.SameRows(rows, monitor.ref.Spec().Dump()); err != nil {
				t.Error(err)
			}
			if rows, err := table.ReadAll(ctx, old, table.Query{}); err != nil || len(rows) > 0 {
				t.Errorf("the old table has %v, %v", rows, err)
			}
		})
	}
}

// Beyond a page an atomic query is refused, and a stream goes on.
func TestPages(t *testing.T) {
	tab := openTable(t)
	const n = 1100
	for i := 0; i < n; i += 100 {
		b := make(table.Batch, 100)
		for j := range b {
			b[j] = table.Insert(table.Key{Partition: "p", Row: fmt.Sprintf("%04d", i+j)},
				table.Properties{"rare": table.Bool((i+j)%500 == 0)})
		}
		if _, err := tab.Execute(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tab.QueryAtomic(ctx, table.AtomicQuery{Partition: "p"}); !errors.Is(err, table.ErrTooLarge) {
		t.Errorf("atomic query of %d rows: %v", n, err)
	}
	rare := table.Compared("rare", table.EQ, table.Bool(true))
	if rows, err := tab.QueryAtomic(ctx, table.AtomicQuery{Partition: "p", Filter: rare}); err != nil || len(rows) != 3 {
		t.Errorf("atomic query of a few rows: %v, %v", rows, err)
	}
	for filter, want := range map[*table.Filter]int{{}: n, &rare: 3} {
		if rows, err := table.ReadAll(ctx, tab, table.Query{Filter: *filter}); err != nil || len(rows) != want {
			t.Errorf("stream: %d rows, %v, want %d", len(rows), err, want)
		}
	}
}

// Rows whose keys have quotes can be written in batches, too.
func TestQuotes(t *testing.T) {
	ref := tabletest.NewReference(openTable(t))
	a, b := table.Key{Partition: "it's", Row: "a'b''c"}, table.Key{Partition: "it's", Row: "'"}
	p := table.Properties{"x": table.Text("'")}
	for _, batch := range []table.Batch{
		{table.Insert(a, nil), table.InsertOrMerge(b, nil)},
		{table.Insert(b, nil), table.Insert(a, nil)},
		{table.Replace(a, p, table.AnyETag()), table.Merge(b, p, table.AnyETag())},
		{table.InsertOrReplace(a, nil), table.InsertOrMerge(b, p)},
		{table.Delete(a, table.AnyETag()), table.Replace(b, nil, table.AnyETag())},
		{table.Delete(a, table.AnyETag()), table.Replace(b, nil, table.AnyETag())},
	} {
		if _, _, difference := ref.Execute(batch); difference != nil {
			t.Error(difference)
		}
		if err := ref.Stream(table.Query{}); err != nil {
			t.Errorf("after %v: %v", batch, err)
		}
	}
}
