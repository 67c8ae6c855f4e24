package tabletest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

func key(row string) table.Key { return table.Key{Partition: "p", Row: row} }

func text(s string) table.Properties { return table.Properties{"a": table.Text(s)} }

// must executes a batch that succeeds in the table and in the specification.
func (f *fixture) must(t *testing.T, ops ...table.Op) []table.Result {
	t.Helper()
	results, err, difference := f.ref.Execute(ops)
	if err != nil || difference != nil {
		t.Fatalf("%v: %v, %v", ops, err, difference)
	}
	return results
}

// same demands that all rows are the same in table and specification.
func (f *fixture) same(t *testing.T) {
	t.Helper()
	if err := f.ref.Stream(table.Query{}); err != nil {
		t.Error(err)
	}
	if err := f.ref.Query(table.AtomicQuery{Partition: "p"}); err != nil {
		t.Error(err)
	}
}

// testSingle does every operation on a row that is there and on one that is not.
func testSingle(t *testing.T, f *fixture) {
	p := table.Properties{"a": table.Text("new"), "b": table.Bool(true)}
	n := 0
	for _, there := range []bool{false, true} {
		for _, make := range []func(k table.Key, current table.ETag) table.Op{
			func(k table.Key, _ table.ETag) table.Op { return table.Insert(k, p) },
			func(k table.Key, _ table.ETag) table.Op { return table.Replace(k, p, table.AnyETag()) },
			func(k table.Key, e table.ETag) table.Op { return table.Replace(k, p, table.Exactly(e)) },
			func(k table.Key, _ table.ETag) table.Op { return table.Replace(k, p, table.Exactly(f.Bogus)) },
			func(k table.Key, _ table.ETag) table.Op { return table.Merge(k, p, table.AnyETag()) },
			func(k table.Key, e table.ETag) table.Op { return table.Merge(k, p, table.Exactly(e)) },
			func(k table.Key, _ table.ETag) table.Op { return table.Merge(k, p, table.Exactly(f.Bogus)) },
			func(k table.Key, _ table.ETag) table.Op { return table.Merge(k, nil, table.AnyETag()) },
			func(k table.Key, _ table.ETag) table.Op { return table.Delete(k, table.AnyETag()) },
			func(k table.Key, e table.ETag) table.Op { return table.Delete(k, table.Exactly(e)) },
			func(k table.Key, _ table.ETag) table.Op { return table.Delete(k, table.Exactly(f.Bogus)) },
			func(k table.Key, _ table.ETag) table.Op { return table.DeleteIfExists(k) },
			func(k table.Key, _ table.ETag) table.Op { return table.InsertOrReplace(k, p) },
			func(k table.Key, _ table.ETag) table.Op { return table.InsertOrMerge(k, p) },
		} {
			n++
			k := key(fmt.Sprintf("row%02d", n))
			current := f.Bogus
			if there {
				current = f.must(t, table.Insert(k, table.Properties{"a": table.Text("old"), "c": table.Int32(7)}))[0].ETag
			}
			op := make(k, current)
			if _, _, difference := f.ref.Execute(table.Batch{op}); difference != nil {
				t.Errorf("row there %v: %v", there, difference)
			}
		}
	}
	f.same(t)
	_, err := table.Do(context.Background(), f.Table, table.Delete(key("none"), table.AnyETag()))
	var e *table.Error
	if !errors.As(err, &e) || e.Kind != table.ErrNotFound || e.Op != table.NoOp || e.Status() != 404 {
		t.Errorf("a single operation returned %v", err)
	}
	if _, there, err := table.Get(context.Background(), f.Table, key("none")); there || err != nil {
		t.Errorf("a row that is not there: %v, %v", there, err)
	}
}

// testETags: each modification gives a row an ETag that it never had.
func testETags(t *testing.T, f *fixture) {
	type version struct {
		row  string
		etag table.ETag
	}
	seen := make(map[version]bool)
	note := func(ops ...table.Op) {
		t.Helper()
		for i, r := range f.must(t, ops...) {
			v := version{ops[i].Key.Row, r.ETag}
			if r.ETag == "" || seen[v] {
				t.Fatalf("%v: ETag %q is empty or not new", ops[i], r.ETag)
			}
			seen[v] = true
		}
	}
	n := 300
	if f.Slow {
		n = 50
	}
	for range n {
		note(table.InsertOrReplace(key("a"), text("same")))
	}
	note(table.Merge(key("a"), nil, table.AnyETag()))
	note(table.Insert(key("b"), nil), table.Insert(key("c"), nil), table.Replace(key("a"), nil, table.AnyETag()))
	f.must(t, table.Delete(key("a"), table.AnyETag()))
	note(table.Insert(key("a"), text("again")))
	f.same(t)
}

// testAtomicity: of a batch that fails nothing is seen, and the first operation that fails is named.
func testAtomicity(t *testing.T, f *fixture) {
	f.must(t, table.Insert(key("there"), text("x")), table.Insert(key("other"), text("x")))
	good := []table.Op{table.Insert(key("n1"), nil), table.Merge(key("other"), text("y"), table.AnyETag()),
		table.InsertOrReplace(key("n2"), nil)}
	for _, bad := range []table.Op{
		table.Insert(key("there"), nil),
		table.Replace(key("there"), nil, table.Exactly(f.Bogus)),
		table.Merge(key("absent"), nil, table.AnyETag()),
		table.Delete(key("absent"), table.AnyETag()),
	} {
		for at := range len(good) + 1 {
			b := append(append(append(table.Batch{}, good[:at]...), bad), good[at:]...)
			b = append(b, table.Insert(key("there2"), nil), table.Delete(key("absent2"), table.AnyETag()))
			_, err, difference := f.ref.Execute(b)
			if difference != nil {
				t.Error(difference)
			}
			if out := table.Outcome(err); out == nil || out.Op != at {
				t.Errorf("%v: error %v is not about operation %d", b, err, at)
			}
		}
	}
	f.same(t)
}

// testInvalidBatches: they are refused for what they are, whatever is in the table.
func testInvalidBatches(t *testing.T, f *fixture) {
	f.must(t, table.Insert(key("a"), nil))
	tooMany := make(table.Batch, f.MaxBatch+1)
	for i := range tooMany {
		tooMany[i] = table.Insert(key(fmt.Sprint("many", i)), nil)
	}
	tooWide := make(table.Properties)
	for i := range 253 {
		tooWide[fmt.Sprint("p", i)] = table.Bool(true)
	}
	var tooHeavy, heavy table.Batch // each row is allowed
	for i := range 5 {
		wide := make(table.Properties)
		for j := range 14 {
			wide[fmt.Sprint("p", j)] = table.Text(strings.Repeat("x", 32<<10))
		}
		tooHeavy = append(tooHeavy, table.Insert(key(fmt.Sprint("heavy", i)), wide))
	}
	heavy = tooHeavy[:4]
	insert := func(k table.Key) table.Op { return table.Insert(k, nil) }
	with := func(name string, v table.Value) table.Op { return table.Insert(key("x"), table.Properties{name: v}) }
	for name, b := range map[string]table.Batch{
		"empty":                    {},
		"too many":                 tooMany,
		"too many bytes":           tooHeavy,
		"two partitions":           {insert(key("x")), insert(table.Key{Partition: "q", Row: "x"})},
		"a row twice":              {insert(key("x")), table.Delete(key("x"), table.AnyETag())},
		"no operation":             {table.Op{Key: key("x")}},
		"replace without ETag":     {table.Replace(key("absent"), nil, table.Exactly(""))},
		"merge without ETag":       {table.Merge(key("a"), nil, table.IfMatch{})},
		"delete without ETag":      {table.Delete(key("absent"), table.IfMatch{})},
		"behind one that fails":    {insert(key("a")), table.Delete(key("b"), table.IfMatch{})},
		"insert with ETag":         {table.Op{Kind: table.OpInsert, Key: key("x"), IfMatch: table.AnyETag()}},
		"delete with properties":   {{Kind: table.OpDeleteIfExists, Key: key("x"), Properties: text("x")}},
		"key with a slash":         {insert(key("a/b"))},
		"key with a control":       {insert(key("a\x1fb"))},
		"key that is not UTF-8":    {insert(key("a\xff"))},
		"partition that is not":    {insert(table.Key{Partition: "\xff"})},
		"key too long":             {insert(key(strings.Repeat("x", 513)))},
		"reserved property":        {with("RowKey", table.Bool(true))},
		"property with a space":    {with("a b", table.Bool(true))},
		"property without a name":  {with("", table.Bool(true))},
		"property without a value": {with("x", table.Value{})},
		"string that is not UTF-8": {with("x", table.Text("\xff"))},
		"string too long":          {with("x", table.Text(strings.Repeat("x", 32<<10+1)))},
		"too many properties":      {table.Insert(key("x"), tooWide)},
	} {
		if _, err := f.Execute(context.Background(), b); !errors.Is(err, table.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.must(t, heavy...)
	if f.LaxMerges {
		f.same(t)
		return
	}
	// A row that becomes too large by being merged.
	delete(tooWide, "p0")
	f.must(t, table.Insert(key("wide"), tooWide))
	one := table.Properties{"onePropertyMore": table.Bool(true)}
	for _, op := range []table.Op{table.Merge(key("wide"), one, table.AnyETag()), table.InsertOrMerge(key("wide"), one)} {
		_, err := f.Execute(context.Background(), table.Batch{table.Insert(key("x"), nil), op})
		if !errors.Is(err, table.ErrInvalidArgument) {
			t.Errorf("%v: %v", op, err)
		}
	}
	f.same(t)
}

// testLargeBatches: as many operations as are allowed, on rows that are there and are not.
func testLargeBatches(t *testing.T, f *fixture) {
	b := make(table.Batch, f.MaxBatch)
	for i := range b {
		b[i] = table.Insert(key(fmt.Sprintf("%03d", i)), text("first"))
	}
	results := f.must(t, b...)
	for i := range b {
		switch i % 4 {
		case 0:
			b[i] = table.Replace(b[i].Key, text("second"), table.Exactly(results[i].ETag))
		case 1:
			b[i] = table.Delete(b[i].Key, table.Exactly(results[i].ETag))
		case 2:
			b[i] = table.InsertOrMerge(b[i].Key, table.Properties{"b": table.Bool(true)})
		case 3:
			b[i] = table.Merge(b[i].Key, table.Properties{"c": table.Bool(true)}, table.AnyETag())
		}
	}
	f.must(t, b...)
	f.same(t)
	// All fail but the last one is the only reason.
	for i := range b {
		b[i] = table.InsertOrReplace(b[i].Key, text("third"))
	}
	last := len(b) - 1
	b[last] = table.Replace(b[last].Key, text("third"), table.Exactly(f.Bogus))
	_, err, difference := f.ref.Execute(b)
	if out := table.Outcome(err); difference != nil || out == nil || out.Op != last {
		t.Errorf("%v, %v", err, difference)
	}
	f.same(t)
}

func testDeleteIfExists(t *testing.T, f *fixture) {
	f.must(t, table.Insert(key("a"), nil), table.Insert(key("b"), nil))
	f.must(t, table.DeleteIfExists(key("a")))
	f.must(t, table.DeleteIfExists(key("a")))
	b := table.Batch{table.DeleteIfExists(key("a")), table.DeleteIfExists(key("b")), table.Insert(key("c"), nil)}
	if f.Capabilities().DeleteIfExistsInBatch {
		f.must(t, b...)
	} else if _, err := f.Execute(context.Background(), b); !errors.Is(err, table.ErrInvalidArgument) {
		t.Errorf("the table cannot do this, and says %v", err)
	}
	f.same(t)
}
