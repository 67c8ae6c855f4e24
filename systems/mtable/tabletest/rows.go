package tabletest

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

func testValues(t *testing.T, f *fixture) {
	f.must(t, table.Insert(key("all"), table.Properties{
		"text":     table.Text("It's \"quoted\" \x01 \u00e9 \U0001f600 <&>"),
		"empty":    table.Text(""),
		"long":     table.Text(strings.Repeat("x", 32<<10)),
		"yes":      table.Bool(true),
		"no":       table.Bool(false),
		"int32":    table.Int32(math.MinInt32),
		"int64":    table.Int64(math.MaxInt64),
		"lowest":   table.Int64(math.MinInt64),
		"double":   table.Double(0.1),
		"whole":    table.Double(3),
		"tiny":     table.Double(math.SmallestNonzeroFloat64),
		"time":     table.Time(time.Date(2016, 2, 22, 13, 14, 15, 123456700, time.UTC)),
		"second":   table.Time(time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)),
		"guid":     table.GUID([16]byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 15: 0x10}),
		"bytes":    table.Binary([]byte{0, 1, 254, 255}),
		"noBytes":  table.Binary(nil),
		"_under_1": table.Text("name"),
	}))
	f.same(t)
	f.must(t, table.Merge(key("all"), table.Properties{"text": table.Int32(1), "long": table.Text("")}, table.AnyETag()))
	f.same(t)
}

func testKeys(t *testing.T, f *fixture) {
	for _, row := range []string{"", " ", "a b", "it's", "''", "%", "%2e", "a+b", "&=;,()'", "é", "\U0001f600", ".", "..",
		"(x)", `"`, strings.Repeat("k", 512)} {
		results := f.must(t, table.Insert(key(row), text(row)))
		if e, ok, err := table.Get(context.Background(), f.Table, key(row)); err != nil || !ok || e.ETag != results[0].ETag {
			t.Errorf("row %q: %v, %v, %v", row, e, ok, err)
		}
		f.must(t, table.Replace(key(row), text("2"), table.Exactly(results[0].ETag)))
		if len(row) < 512 {
			f.must(t, table.Insert(table.Key{Partition: "p" + row, Row: "r"}, nil))
		}
	}
	if !f.NoEmptyPartition {
		f.must(t, table.Insert(table.Key{}, text("first")))
	}
	f.same(t)
}

// Keys are ordered by UTF-16 code units, so a character beyond U+FFFF is before one right below.
func testKeyOrder(t *testing.T, f *fixture) {
	order := []string{" ", "!", "A", "a", "a ", "a!", "aa", "b", "é", "\ud7a3", "\U00010000", "\U0010ffff", "\ue000", "\uffee"}
	for _, i := range []int{7, 3, 0, 13, 10, 12, 1, 2, 9, 11, 4, 6, 5, 8} {
		f.must(t, table.Insert(key(order[i]), nil), table.Insert(key(order[i]+"x"), nil))
		f.must(t, table.Insert(table.Key{Partition: order[i], Row: "r"}, nil))
	}
	f.same(t)
	for i, low := range order {
		for _, high := range order[i:] {
			q := table.And(table.Compared(table.RowKey, table.GE, table.Text(low)),
				table.Compared(table.RowKey, table.LT, table.Text(high)))
			if err := f.ref.Query(table.AtomicQuery{Partition: "p", Filter: q}); err != nil {
				t.Errorf("%v: %v", q, err)
			}
		}
		if err := f.ref.Stream(table.Query{From: table.Key{Partition: low, Row: "r"}}); err != nil {
			t.Errorf("from %q: %v", low, err)
		}
	}
}

func testFilters(t *testing.T, f *fixture) {
	rows := []table.Properties{
		nil,
		{"s": table.Text("a")},
		{"s": table.Text("b"), "b": table.Bool(true)},
		{"s": table.Text("it's"), "b": table.Bool(false)},
		{"s": table.Text("")},
		{"s": table.Bool(true), "b": table.Text("true")},
	}
	for i, p := range rows {
		f.must(t, table.Insert(key(string(rune('0'+i))), p))
	}
	var all []table.Filter
	for c := table.EQ; c <= table.GE; c++ {
		for _, v := range []table.Value{table.Text("a"), table.Text("b"), table.Text("it's"), table.Text("")} {
			all = append(all, table.Compared("s", c, v))
		}
		all = append(all, table.Compared("none", c, table.Text("a")), table.Compared(table.RowKey, c, table.Text("2")))
		for _, v := range []table.Value{table.Bool(false), table.Bool(true)} {
			all = append(all, table.Compared("b", c, v))
		}
	}
	for i, a := range all {
		b := all[(i*7+3)%len(all)]
		for _, filter := range []table.Filter{a, table.And(a, b), table.Or(a, b), table.And(table.Or(a, b), b)} {
			if err := f.ref.Query(table.AtomicQuery{Partition: "p", Filter: filter}); err != nil {
				t.Errorf("%v: %v", filter, err)
			}
			if i%5 == 0 {
				if err := f.ref.Stream(table.Query{From: key("1"), Filter: filter}); err != nil {
					t.Errorf("%v: %v", filter, err)
				}
			}
		}
	}
}

func testInvalidQueries(t *testing.T, f *fixture) {
	ctx := context.Background()
	for _, filter := range []table.Filter{
		table.Compared("", table.EQ, table.Text("x")),
		table.Compared("a b", table.EQ, table.Text("x")),
		table.Compared("Timestamp", table.EQ, table.Text("x")),
		table.Compared("a", 0, table.Text("x")),
		table.Compared("a", table.EQ, table.Int32(1)),
		table.Compared("a", table.EQ, table.Value{}),
		table.Compared("a", table.EQ, table.Text("\xff")),
	} {
		_, err := f.QueryAtomic(ctx, table.AtomicQuery{Partition: "p", Filter: filter})
		if !errors.Is(err, table.ErrInvalidArgument) {
			t.Errorf("atomic query: %v", err)
		}
		if _, err := f.QueryStream(ctx, table.Query{Filter: filter}); !errors.Is(err, table.ErrInvalidArgument) {
			t.Errorf("stream: %v", err)
		}
	}
	if _, err := f.QueryAtomic(ctx, table.AtomicQuery{Partition: "a/b"}); !errors.Is(err, table.ErrInvalidArgument) {
		t.Errorf("atomic query: %v", err)
	}
	if _, err := f.QueryStream(ctx, table.Query{From: key("\x00")}); !errors.Is(err, table.ErrInvalidArgument) {
		t.Errorf("stream: %v", err)
	}
}

func testPartitions(t *testing.T, f *fixture) {
	for _, p := range []string{"p", "p ", "pp", "q", "o", "P"} {
		f.must(t, table.Insert(table.Key{Partition: p, Row: "r"}, text(p)), table.Insert(table.Key{Partition: p, Row: "s"}, nil))
	}
	for _, p := range []string{"p", "p ", "pp", "q", "o", "P", "none"} {
		if err := f.ref.Query(table.AtomicQuery{Partition: p}); err != nil {
			t.Error(err)
		}
		if err := f.ref.Stream(table.Query{From: table.Key{Partition: p, Row: "rr"}}); err != nil {
			t.Error(err)
		}
	}
	f.must(t, table.Delete(table.Key{Partition: "p", Row: "r"}, table.AnyETag()))
	f.same(t)
}
