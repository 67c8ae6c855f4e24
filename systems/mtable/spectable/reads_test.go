package spectable_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/spectable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

func key(row string) table.Key { return table.Key{Partition: "p", Row: row} }

func do(t *testing.T, s *spectable.Table, op table.Op) {
	t.Helper()
	if _, err := table.Do(context.Background(), s, op); err != nil {
		t.Fatal(err)
	}
}

// names lists what may come, as row@ETag.
func names(r spectable.Reads) (all []string) {
	for _, e := range r.Rows {
		all = append(all, fmt.Sprintf("%s@%s", e.Row, e.ETag))
	}
	if r.End {
		all = append(all, "end")
	}
	return all
}

func TestValidReads(t *testing.T) {
	s := spectable.New(spectable.Options{})
	happy := func(yes bool) table.Properties { return table.Properties{"happy": table.Bool(yes)} }
	do(t, s, table.Insert(key("a"), happy(true)))                    // ETag 1, revision 1
	do(t, s, table.Insert(key("c"), happy(true)))                    // 2
	do(t, s, table.Insert(key("b"), happy(true)))                    // 3
	do(t, s, table.Delete(key("a"), table.AnyETag()))                // revision 4
	do(t, s, table.Replace(key("c"), happy(false), table.AnyETag())) // ETag 5
	do(t, s, table.Merge(key("c"), happy(true), table.AnyETag()))    // 6
	if err := s.SetETag(key("b"), "moved"); err != nil {             // revision 7
		t.Fatal(err)
	}
	isHappy := table.Compared("happy", table.EQ, table.Bool(true))
	for _, test := range []struct {
		since int
		query table.Query
		want  []string
	}{
		{7, table.Query{}, []string{"b@moved"}},
		{3, table.Query{}, []string{"a@1", "b@3", "b@moved"}},
		{2, table.Query{}, []string{"a@1", "c@2", "b@3", "c@5", "c@6", "b@moved"}},
		{3, table.Query{From: key("b")}, []string{"b@3", "b@moved"}},
		{3, table.Query{From: key("b").Next()}, []string{"c@2", "c@5", "c@6"}},
		{3, table.Query{From: key("b").Next(), Filter: isHappy}, []string{"c@2", "c@6", "end"}},
		{0, table.Query{From: key("c")}, []string{"c@2", "c@5", "c@6", "end"}},
		{3, table.Query{From: key("d")}, []string{"end"}},
	} {
		got, err := s.ValidReads(test.since, test.query)
		if err != nil || !slices.Equal(names(got), test.want) {
			t.Errorf("since %d, from %v, %q: %v, %v; want %v", test.since, test.query.From, test.query.Filter, names(got), err,
				test.want)
		}
		for _, e := range got.Rows {
			if !got.Allows(e, true) {
				t.Errorf("%v is not allowed", e)
			}
		}
		if got.Allows(table.Entity{Key: key("a"), ETag: "never"}, true) || got.Allows(table.Entity{}, false) != got.End {
			t.Errorf("since %d: too much or too little is allowed", test.since)
		}
	}
	if _, err := s.ValidReads(8, table.Query{}); err == nil {
		t.Error("there is no revision 8")
	}
}

func TestMirror(t *testing.T) {
	s := spectable.New(spectable.Options{})
	insert := table.Batch{table.Insert(key("a"), nil)}
	for _, results := range [][]table.Result{
		nil,
		{{Status: table.StatusNoContent, ETag: "x"}},
		{{Status: table.StatusCreated}},
	} {
		if err := s.Mirror(insert, results); err == nil {
			t.Errorf("an insert may return %v", results)
		}
	}
	remove := table.Batch{table.Delete(key("a"), table.AnyETag())}
	if err := s.Mirror(remove, []table.Result{{Status: table.StatusNoContent}}); err == nil {
		t.Error("a row was deleted that was not there")
	}
	if s.Revision() != 0 {
		t.Error("a batch that was refused has changed something")
	}
	if err := s.Mirror(insert, []table.Result{{Status: table.StatusCreated, ETag: "x"}}); err != nil {
		t.Error(err)
	}
	if rows := s.Dump(); len(rows) != 1 || rows[0].ETag != "x" {
		t.Errorf("rows %v", rows)
	}
	if err := s.SetETag(key("b"), "y"); err == nil {
		t.Error("the ETag of no row was changed")
	}
}
