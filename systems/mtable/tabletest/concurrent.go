package tabletest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// testContexts: a context that is done lets nothing happen.
func testContexts(t *testing.T, f *fixture) {
	f.must(t, table.Insert(key("a"), nil))
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Execute(done, table.Batch{table.Delete(key("a"), table.AnyETag())}); !errors.Is(err, context.Canceled) {
		t.Errorf("Execute: %v", err)
	}
	if _, err := f.QueryAtomic(done, table.AtomicQuery{Partition: "p"}); !errors.Is(err, context.Canceled) {
		t.Errorf("QueryAtomic: %v", err)
	}
	if s, err := f.QueryStream(done, table.Query{}); err == nil {
		// Opening may be lazy.
		if _, _, err = s.Next(done); !errors.Is(err, context.Canceled) {
			t.Errorf("Next: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	} else if !errors.Is(err, context.Canceled) {
		t.Errorf("QueryStream: %v", err)
	}
	f.same(t)
	// The context of the opening is for the opening only.
	opening, cancel := context.WithCancel(context.Background())
	s, err := f.QueryStream(opening, table.Query{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, ok, err := s.Next(context.Background()); !ok || err != nil {
		t.Errorf("read after the context of the opening was done: %v, %v", ok, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// parallel runs f in some goroutines and returns the first error.
func parallel(n int, f func(i int) error) error {
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = f(i) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// testConcurrentInserts: of many who insert a row one succeeds.
func testConcurrentInserts(t *testing.T, f *fixture) {
	ctx := context.Background()
	rounds := 20
	if f.Slow {
		rounds = 3
	}
	for round := range rounds {
		var won atomic.Int32
		k := key(fmt.Sprint("row", round))
		err := parallel(6, func(i int) error {
			_, err := table.Do(ctx, f.Table, table.Insert(k, table.Properties{"by": table.Int32(int32(i))}))
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, table.ErrConflict) {
				return err
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := won.Load(); n != 1 {
			t.Fatalf("%d inserts of one row succeeded", n)
		}
	}
}

// testConcurrentReplaces increments two counters in a batch; each success must count, and both must be equal always.
func testConcurrentReplaces(t *testing.T, f *fixture) {
	ctx := context.Background()
	each := 50
	if f.Slow {
		each = 8
	}
	count := func(n int64) table.Properties { return table.Properties{"n": table.Int64(n)} }
	f.must(t, table.Insert(key("a"), count(0)), table.Insert(key("b"), count(0)))
	read := func() (a, b table.Entity, n int64, err error) {
		rows, err := f.QueryAtomic(ctx, table.AtomicQuery{Partition: "p"})
		if err == nil && len(rows) != 2 {
			err = fmt.Errorf("rows %v", rows)
		}
		if err != nil {
			return table.Entity{}, table.Entity{}, 0, err
		}
		n, _ = rows[0].Properties["n"].Int64()
		if m, _ := rows[1].Properties["n"].Int64(); m != n {
			return table.Entity{}, table.Entity{}, 0, fmt.Errorf("half a batch was read: %v", rows)
		}
		return rows[0], rows[1], n, nil
	}
	workers := 4
	err := parallel(workers, func(int) error {
		for done := 0; done < each; {
			a, b, n, err := read()
			if err != nil {
				return err
			}
			_, err = f.Execute(ctx, table.Batch{table.Replace(a.Key, count(n+1), table.Exactly(a.ETag)),
				table.Merge(b.Key, count(n+1), table.Exactly(b.ETag))})
			switch {
			case err == nil:
				done++
			case !errors.Is(err, table.ErrPreconditionFailed):
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, n, err := read(); err != nil || n != int64(workers*each) {
		t.Errorf("the counters are at %d after %d increments, %v", n, workers*each, err)
	}
}

// testRandom compares random histories with the specification.
func testRandom(t *testing.T, f *fixture) {
	walks, steps := 20, 60
	if testing.Short() {
		walks = 5
	}
	if f.Slow {
		walks, steps = 2, 40
	}
	for seed := range walks {
		sut := f.Open(t)
		w := NewWalk(uint64(seed), f.Bogus)
		w.NoBatchDIE = !sut.Capabilities().DeleteIfExistsInBatch
		if err := w.Run(NewReference(sut), steps); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}
