package mtable_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/bolttable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// load uses a table from several goroutines and knows what must come out:
//
//   - Each owner has rows that nobody else writes, and finds in them what it wrote last.
//   - All increment a shared counter, conditionally: it counts the increments that succeeded, each once.
//   - Each batch writes two rows of a pair; whoever reads them finds them equal.
//   - Streams return the fixed rows, each once, in order.
type load struct {
	open    func() table.Table // a client for each goroutine
	stop    atomic.Bool
	counted atomic.Int64
	calls   atomic.Int64
	streams atomic.Int64
	alive   atomic.Int64 // goroutines
}

const (
	owners    = 4
	ownRows   = 6
	fixedRows = 40
)

func counter(n int64) table.Properties { return table.Properties{"n": table.Int64(n)} }

func number(e table.Entity) int64 {
	n, _ := e.Properties["n"].Int64()
	return n
}

func fixedKey(i int) table.Key {
	return table.Key{Partition: fmt.Sprint("fixed", i%4), Row: fmt.Sprintf("%03d", i)}
}

// fill writes the rows that are there at the beginning.
func (l *load) fill(t *testing.T, to table.Table) {
	for i := range fixedRows {
		must(t, to, table.Insert(fixedKey(i), counter(int64(i))))
	}
	for _, row := range []string{"counter", "a", "b"} {
		must(t, to, table.Insert(table.Key{Partition: "shared", Row: row}, counter(0)))
	}
}

// run starts everything and returns a function that stops it and returns the first errors.
func (l *load) run() (stop func() error) {
	var wg sync.WaitGroup
	errs := make(chan error, owners+3)
	start := func(f func(table.Table) error) {
		client := l.open()
		l.alive.Add(1)
		wg.Go(func() {
			defer l.alive.Add(-1)
			if err := f(client); err != nil {
				errs <- err
			}
		})
	}
	for i := range owners {
		start(func(c table.Table) error { return l.own(c, i) })
	}
	start(l.increment)
	start(l.increment)
	start(l.stream)
	return func() error {
		l.stop.Store(true)
		wg.Wait()
		close(errs)
		var all []error
		for err := range errs {
			all = append(all, err)
		}
		return errors.Join(all...)
	}
}

// turn counts a call, and lets others have the processor: those who never wait would keep it.
func (l *load) turn() {
	l.calls.Add(1)
	runtime.Gosched()
}

// own writes its own rows, half of them in a partition that it shares with others.
func (l *load) own(c table.Table, id int) error {
	r := rand.New(rand.NewPCG(uint64(id), 1))
	want := make(map[table.Key]table.Entity)
	for n := int64(1); !l.stop.Load(); n++ {
		l.turn()
		i := r.IntN(ownRows)
		k := table.Key{Partition: "owned", Row: fmt.Sprint(id, "-", i)}
		if i%2 == 1 {
			k.Partition = fmt.Sprint("owner", id)
		}
		e, there, err := table.Get(ctx, c, k)
		if err != nil {
			return fmt.Errorf("owner %d: %w", id, err)
		}
		if w, expected := want[k]; there != expected || there && !e.Properties.Equal(w.Properties) {
			return fmt.Errorf("owner %d finds %v (%v) in its row, wrote %v (%v)", id, e, there, w, expected)
		}
		op := l.ownOp(r, k, e, there, n)
		result, err := table.Do(ctx, c, op)
		if there && errors.Is(err, table.ErrPreconditionFailed) {
			if _, exact := op.IfMatch.ETag(); exact {
				continue // the row has been moved since
			}
		}
		if err != nil {
			return fmt.Errorf("owner %d: %v, row there %v: %w", id, op, there, err)
		}
		if op.Kind.Deletes() {
			delete(want, k)
			continue
		}
		after := table.Entity{Key: k, ETag: result.ETag, Properties: op.Properties}
		if op.Kind == table.OpMerge || op.Kind == table.OpInsertOrMerge {
			after.Properties = want[k].Properties.Clone()
			for name, v := range op.Properties {
				after.Properties[name] = v
			}
		}
		want[k] = after
	}
	return nil
}

// ownOp returns an operation that succeeds, unless the row is moved.
func (l *load) ownOp(r *rand.Rand, k table.Key, e table.Entity, there bool, n int64) table.Op {
	p := table.Properties{"n": table.Int64(n), fmt.Sprint("x", r.IntN(3)): table.Bool(true)}
	if !there {
		return []table.Op{table.Insert(k, p), table.InsertOrMerge(k, p), table.InsertOrReplace(k, p),
			table.DeleteIfExists(k)}[r.IntN(4)]
	}
	match := table.AnyETag()
	if r.IntN(2) == 0 {
		match = table.Exactly(e.ETag)
	}
	return []table.Op{table.Replace(k, p, match), table.Merge(k, p, match), table.Delete(k, match), table.InsertOrMerge(k, p),
		table.InsertOrReplace(k, p), table.DeleteIfExists(k)}[r.IntN(6)]
}

// increment counts, and writes the pair.
func (l *load) increment(c table.Table) error {
	for !l.stop.Load() {
		l.turn()
		rows, err := c.QueryAtomic(ctx, table.AtomicQuery{Partition: "shared"})
		if err != nil {
			return err
		}
		if len(rows) != 3 {
			return fmt.Errorf("shared rows: %v", rows)
		}
		a, b, count := rows[0], rows[1], rows[2]
		if number(a) != number(b) || number(a) != number(count) {
			return fmt.Errorf("half a batch was read: %v", rows)
		}
		next := counter(number(count) + 1)
		_, err = c.Execute(ctx, table.Batch{table.InsertOrReplace(a.Key, next), table.Replace(b.Key, next, table.AnyETag()),
			table.Replace(count.Key, next, table.Exactly(count.ETag))})
		switch {
		case err == nil:
			l.counted.Add(1)
		case !errors.Is(err, table.ErrPreconditionFailed):
			return err
		}
	}
	return nil
}

// stream reads everything again and again.
func (l *load) stream(c table.Table) error {
	for !l.stop.Load() {
		runtime.Gosched()
		l.streams.Add(1)
		s, err := c.QueryStream(ctx, table.Query{})
		if err != nil {
			return err
		}
		fixed := 0
		var last table.Entity
		for e, err := range table.Rows(ctx, s) {
			if err != nil {
				return err
			}
			if last.ETag != "" && last.Key.Compare(e.Key) >= 0 {
				return fmt.Errorf("stream: %v after %v", e, last)
			}
			if last = e; strings.HasPrefix(e.Partition, "fixed") {
				fixed++
			}
		}
		if fixed != fixedRows {
			return fmt.Errorf("stream: %d fixed rows, want %d", fixed, fixedRows)
		}
	}
	return nil
}

// check looks at what is left.
func (l *load) check(t *testing.T, old, fresh table.Table) {
	t.Helper()
	rows, err := table.ReadAll(ctx, old, table.Query{})
	if err != nil || len(rows) > 0 {
		t.Errorf("the old table has %v, %v", rows, err)
	}
	rows, err = table.ReadAll(ctx, fresh, table.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range rows {
		for name := range e.Properties {
			if strings.HasPrefix(name, mtable.Reserved) {
				t.Errorf("the new table has %v", e)
			}
		}
	}
	e, _, err := table.Get(ctx, fresh, table.Key{Partition: "shared", Row: "counter"})
	if err != nil || number(e) != l.counted.Load() {
		t.Errorf("the counter is %v after %d increments, %v", e, l.counted.Load(), err)
	}
	t.Logf("%d calls, %d increments, %d streams", l.calls.Load(), l.counted.Load(), l.streams.Load())
}

// TestStress migrates tables in memory under load, again and again.
func TestStress(t *testing.T) {
	rounds := 5
	if testing.Short() {
		rounds = 2
	}
	for range rounds {
		w := newWorld(t, config.UseOld, 0)
		l := &load{open: func() table.Table {
			c, err := mtable.New(w.old, w.new, w.config, mtable.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}}
		l.fill(t, w.Table)
		stop := l.run()
		// Let each state be used for a while.
		m, err := mtable.NewMigrator(w.old, w.new, w.config, mtable.MigratorOptions{Progress: func(config.State, mtable.Report) {
			for until := l.calls.Load() + 20; l.calls.Load() < until && l.alive.Load() > 0; {
				runtime.Gosched()
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.Migrate(ctx)
		if err := errors.Join(err, stop()); err != nil {
			t.Fatal(err)
		}
		l.check(t, w.old, w.new)
	}
}

// TestStressProcesses migrates tables on disk under load. Each client is a process of its own, with its own membership in a
// configuration that is on disk as well; and the migrator is interrupted several times.
func TestStressProcesses(t *testing.T) {
	store, err := bolttable.Open(filepath.Join(t.TempDir(), "db"), bolttable.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var tables [3]table.Table
	for i, name := range []string{"old", "new", "config"} {
		if tables[i], err = store.Table(name); err != nil {
			t.Fatal(err)
		}
	}
	// The leases are so long that none ends under load on a slow machine.
	shared, err := config.OpenShared(ctx, tables[2], config.SharedOptions{Lease: time.Minute, Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	l := &load{open: func() table.Table {
		member, err := shared.Join(ctx)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(member.Kill)
		c, err := mtable.New(tables[0], tables[1], member, mtable.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}}
	l.fill(t, l.open())
	stop := l.run()
	interrupted := 0
	for n := 0; ; n++ {
		mortal, kill := context.WithCancel(ctx)
		steps := 0
		progress := func(config.State, mtable.Report) {
			if steps++; steps > 20*(n+1) {
				kill()
			}
		}
		m, err := mtable.NewMigrator(tables[0], tables[1], shared, mtable.MigratorOptions{Progress: progress})
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.Migrate(mortal)
		kill()
		if err == nil {
			break
		}
		if !errors.Is(err, context.Canceled) && !errors.Is(err, config.ErrClosed) {
			t.Fatal(errors.Join(err, stop()))
		}
		interrupted++
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	l.check(t, tables[0], tables[1])
	if interrupted == 0 {
		t.Error("the migrator was never interrupted")
	}
}
