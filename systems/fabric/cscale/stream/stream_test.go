package stream_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// run gives items to an operator, and watermarks between them, and returns what is emitted.
func run(op stream.Operator, steps ...any) []string {
	var out []string
	emit := func(it stream.Item) { out = append(out, fmt.Sprintf("%d %s %d", it.Time, it.Key, it.Value)) }
	for _, s := range steps {
		switch s := s.(type) {
		case stream.Item:
			op.Take(s, emit)
		case int64:
			out = append(out, fmt.Sprint("promises ", op.Advance(s, emit)))
		}
	}
	return out
}

func TestWindows(t *testing.T) {
	item := func(t int64, key string, v int64) stream.Item { return stream.Item{Time: t, Key: key, Value: v} }
	for name, test := range map[string]struct {
		op    stream.Operator
		steps []any
		want  string
	}{
		"count":     {stream.Count(10)(), []any{item(3, "a", 7), item(9, "b", 7), item(10, "a", 7), int64(10)}, "0 a 1, 0 b 1, promises 10"},
		"sum":       {stream.Sum(10)(), []any{item(3, "a", 7), item(9, "a", -2), int64(12)}, "0 a 5, promises 10"},
		"negative":  {stream.Count(10)(), []any{item(-1, "a", 0), item(-10, "a", 0), item(-11, "a", 0), int64(0)}, "-20 a 1, -10 a 2, promises 0"},
		"not yet":   {stream.Count(10)(), []any{item(3, "a", 0), int64(9)}, "promises 0"},
		"end":       {stream.Count(10)(), []any{item(3, "a", 0), item(30, "a", 0), stream.End}, fmt.Sprint("0 a 1, 30 a 1, promises ", stream.End)},
		"late":      {stream.Count(10)(), []any{int64(20), item(19, "a", 0), item(20, "a", 0), int64(30)}, "promises 20, 20 a 1, promises 30"},
		"no news":   {stream.Count(10)(), []any{int64(20), int64(5)}, "promises 20, promises 20"},
		"size zero": {stream.Count(0)(), []any{item(3, "a", 0), int64(4)}, "3 a 1, promises 4"},
		"pass":      {stream.Pass(), []any{item(3, "a", 1), int64(4)}, "3 a 1, promises 4"},
	} {
		if got := strings.Join(run(test.op, test.steps...), ", "); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// What is restored goes on like what was saved.
func TestRestore(t *testing.T) {
	for name, create := range map[string]func() stream.Operator{"count": stream.Count(10), "collect": stream.Collect, "pass": stream.Pass} {
		op, other := create(), create()
		for i := range 100 {
			run(op, stream.Item{Time: int64(i * 7 % 50), Key: fmt.Sprint(i % 3), Value: 1})
		}
		run(op, int64(20))
		r := stream.Read(op.Append(nil))
		other.Restore(r)
		if err := r.Err(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		late := stream.Item{Time: 5, Key: "late"}
		if a, b := run(op, late, stream.End), run(other, late, stream.End); !slices.Equal(a, b) {
			t.Errorf("%s: %q and %q", name, a, b)
		}
		if a, b := op.Append(nil), other.Append(nil); string(a) != string(b) {
			t.Errorf("%s: %q and %q", name, a, b)
		}
	}
}

func TestList(t *testing.T) {
	op := stream.Collect()
	run(op, stream.Item{Key: "a"}, stream.Item{Key: "b"}, stream.Item{Key: "c"})
	for _, test := range []struct {
		from, most int
		want       string
	}{{0, 2, "ab"}, {2, 2, "c"}, {3, 2, ""}, {9, 1, ""}, {-1, 1, "a"}, {0, -1, ""}} {
		got := ""
		for _, it := range op.(stream.Lister).List(test.from, test.most) {
			got += it.Key
		}
		if got != test.want {
			t.Errorf("List(%d, %d): %q, want %q", test.from, test.most, got, test.want)
		}
	}
}

// The result of stages does not depend on the number of workers.
func TestProcess(t *testing.T) {
	stages := []stream.Stage{
		stream.FlatMap(func(in stream.Item, emit func(stream.Item)) {
			for word := range strings.FieldsSeq(in.Text) {
				emit(stream.Item{Time: in.Time, Text: word})
			}
		}),
		stream.Filter(func(it stream.Item) bool { return it.Text != "the" }),
		stream.Map(func(it stream.Item) stream.Item { it.Value = int64(len(it.Text)); return it }),
		stream.KeyBy(func(it stream.Item) string { return it.Text[:1] }),
	}
	var items []stream.Item
	for i := range 11 {
		items = append(items, stream.Item{Time: int64(i), Text: "the quick fox"})
	}
	want := stream.Process(stages, items, 0)
	if len(want) != 22 || want[1] != (stream.Item{Time: 0, Key: "f", Text: "fox", Value: 3}) {
		t.Errorf("%v", want)
	}
	for workers := range 13 {
		if got := stream.Process(stages, items, workers); !slices.Equal(got, want) {
			t.Errorf("%d workers: %v, want %v", workers, got, want)
		}
	}
	if got := stream.Process(nil, items, 3); !slices.Equal(got, items) {
		t.Errorf("no stages: %v", got)
	}
}

// A generator can be read from any position, in pieces of any size.
func TestGenerator(t *testing.T) {
	g := stream.Generator{
		N: 10, Make: func(i int64) stream.Item { return stream.Item{Time: i} }, Earliest: func(i int64) int64 { return i - 1 },
	}
	for size := 1; size < 12; size++ {
		var got []stream.Item
		at, watermark := int64(0), stream.Begin
		for watermark != stream.End {
			items, next, w := g.Read(at, size)
			if w <= watermark || w != stream.End && w != next-1 {
				t.Errorf("%d at a time, from %d: watermark %d behind %d", size, at, w, watermark)
			}
			got, at, watermark = append(got, items...), next, w
		}
		if len(got) != 10 || got[9].Time != 9 || at != 10 {
			t.Errorf("%d at a time: %v up to %d", size, got, at)
		}
	}
}

func TestItemString(t *testing.T) {
	for want, it := range map[string]stream.Item{
		"w0=1 at 5":         {Time: 5, Key: "w0", Value: 1},
		"to be or at -1":    {Time: -1, Text: "to be or"},
		`w0=1 "to be" at 5`: {Time: 5, Key: "w0", Text: "to be", Value: 1},
		`=1 "to be" at 5`:   {Time: 5, Text: "to be", Value: 1},
	} {
		if got := it.String(); got != want {
			t.Errorf("%#v is %q, want %q", it, got, want)
		}
	}
}
