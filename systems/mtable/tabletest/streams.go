package tabletest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

func (f *fixture) fill(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		f.must(t, table.Insert(table.Key{Partition: fmt.Sprint("p", i%3), Row: fmt.Sprintf("%03d", i)},
			table.Properties{"isHappy": table.Bool(i%2 == 0)}))
	}
}

func testStreams(t *testing.T, f *fixture) {
	f.same(t) // empty
	f.fill(t, 20)
	happy := table.Compared("isHappy", table.EQ, table.Bool(true))
	for _, q := range []table.Query{
		{}, {Filter: happy},
		{From: table.Key{Partition: "p1"}},
		{From: table.Key{Partition: "p1", Row: "007"}},
		{From: table.Key{Partition: "p1", Row: "007"}.Next()},
		{From: table.Key{Partition: "p1", Row: "008"}, Filter: happy},
		{From: table.Key{Partition: "p9"}},
		{Filter: table.Compared(table.PartitionKey, table.EQ, table.Text("p1"))},
		{Filter: table.Compared(table.RowKey, table.LT, table.Text("005"))},
	} {
		s, err := f.ref.OpenStream(q)
		if err != nil {
			t.Fatal(err)
		}
		for more := true; more; {
			if _, more, err = s.Next(); err != nil {
				t.Fatalf("%v: %v", q, err)
			}
		}
		if _, more, err := s.Next(); more || err != nil {
			t.Errorf("after the end: %v, %v", more, err)
		}
		if _, more := s.stream.Continuation(); more {
			t.Error("there is a continuation after the end")
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := f.ref.Stream(q); err != nil {
			t.Errorf("%v: %v", q, err)
		}
	}
}

// testStreamsAndChanges reads streams between all kinds of changes.
func testStreamsAndChanges(t *testing.T, f *fixture) {
	f.fill(t, 12)
	for skip := range 12 {
		s, err := f.ref.OpenStream(table.Query{})
		if err != nil {
			t.Fatal(err)
		}
		for i, more := 0, true; more; i++ {
			if i == skip {
				k := table.Key{Partition: "p1", Row: fmt.Sprintf("%03d", skip)}
				f.must(t, table.InsertOrReplace(k, text(fmt.Sprint("v", skip))))
				f.must(t, table.DeleteIfExists(table.Key{Partition: "p2", Row: fmt.Sprintf("%03d", 3*(skip%4)+2)}))
				f.must(t, table.InsertOrMerge(table.Key{Partition: "p0", Row: fmt.Sprintf("%03d", skip)}, text("m")))
			}
			if _, more, err = s.Next(); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// The rest of a stream can be read by another one.
	s, err := f.ref.OpenStream(table.Query{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 4 {
		if _, _, err := s.Next(); err != nil {
			t.Fatal(err)
		}
	}
	from, ok := s.stream.Continuation()
	if !ok {
		t.Fatal("no continuation in the middle")
	}
	if err := f.ref.Stream(table.Query{From: from}); err != nil {
		t.Error(err)
	}
	next, more, err := s.Next()
	if rest, err2 := table.ReadAll(context.Background(), f.Table, table.Query{From: from}); err2 != nil || err != nil || !more ||
		len(rest) == 0 || !rest[0].Equal(next) {
		t.Errorf("the stream goes on with %v, %v, %v, a new one with %v, %v", next, more, err, rest, err2)
	}
}

func testClosedStreams(t *testing.T, f *fixture) {
	ctx := context.Background()
	f.fill(t, 3)
	s, err := f.QueryStream(ctx, table.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := s.Next(ctx); !errors.Is(err, table.ErrClosed) {
		t.Errorf("read of a closed stream: %v", err)
	}
	if _, ok := s.Continuation(); ok {
		t.Error("a closed stream has a continuation")
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	if s, err = f.QueryStream(ctx, table.Query{}); err != nil {
		t.Fatal(err)
	}
	for e, err := range table.Rows(ctx, s) {
		if err != nil || e.Partition != "p0" {
			t.Errorf("%v, %v", e, err)
		}
		break
	}
	if _, _, err := s.Next(ctx); !errors.Is(err, table.ErrClosed) {
		t.Errorf("a loop that was left has not closed the stream: %v", err)
	}
}

func testAliasing(t *testing.T, f *fixture) {
	ctx := context.Background()
	p := text("mine")
	b := table.Batch{table.Insert(key("a"), p)}
	f.must(t, b...)
	p["a"] = table.Text("changed")
	p["b"] = table.Bool(true)
	b[0].Key.Row = "other"
	rows, err := f.QueryAtomic(ctx, table.AtomicQuery{Partition: "p"})
	if err != nil || len(rows) != 1 {
		t.Fatalf("%v, %v", rows, err)
	}
	if !rows[0].Properties.Equal(text("mine")) {
		t.Errorf("the caller's map is in the table: %v", rows[0])
	}
	rows[0].Properties["a"] = table.Text("changed")
	all, err := table.ReadAll(ctx, f.Table, table.Query{})
	if err != nil || len(all) != 1 || !all[0].Properties.Equal(text("mine")) {
		t.Errorf("the result of a query is in the table: %v, %v", all, err)
	}
	all[0].Properties["a"] = table.Text("changed")
	f.must(t, table.Merge(key("a"), table.Properties{"z": table.Bool(true)}, table.AnyETag()))
	if e, _, err := table.Get(ctx, f.Table, key("a")); err != nil || e.Properties["a"] != table.Text("mine") {
		t.Errorf("the result of a stream is in the table: %v, %v", e, err)
	}
}
