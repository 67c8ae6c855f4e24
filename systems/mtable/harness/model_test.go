package harness

import (
	"testing"

	"github.com/anishathalye/porcupine"

	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// done is a call that has returned before the next one begins.
func done(b table.Batch, results ...table.Result) porcupine.Operation {
	return porcupine.Operation{Input: historyInput{Partition: "p", Batch: b}, Output: historyOutput{Results: results}}
}

func failed(b table.Batch, s table.Status) porcupine.Operation {
	return porcupine.Operation{Input: historyInput{Partition: "p", Batch: b}, Output: historyOutput{Failed: s}}
}

func seen(f table.Filter, rows ...table.Entity) porcupine.Operation {
	return porcupine.Operation{Input: historyInput{Partition: "p", Filter: f}, Output: historyOutput{Rows: rows}}
}

func lost(b table.Batch) porcupine.Operation {
	return porcupine.Operation{Input: historyInput{Partition: "p", Batch: b}, Output: linear.Pending{}}
}

// The model takes what a migrating table may do, and nothing else. Row 0 is there at first, with ETag o1.
func TestModel(t *testing.T) {
	row := func(etag table.ETag, v string) table.Entity {
		return table.Entity{Key: key("0"), ETag: etag, Properties: table.Properties{"v": table.Text(v)}}
	}
	props := func(v string) table.Properties { return row("", v).Properties }
	insert := table.Batch{table.Insert(key("0"), props("2"))}
	replace := func(m table.IfMatch) table.Batch { return table.Batch{table.Replace(key("0"), props("2"), m)} }
	remove := table.Batch{table.Delete(key("0"), table.AnyETag())}
	var all table.Filter
	type ops = []porcupine.Operation
	for _, test := range []struct {
		name string
		ops  ops
		want bool
	}{
		{"the row", ops{seen(all, row("o1", "1"))}, true},
		{"another ETag without a write", ops{seen(all, row("o1", "1")), seen(all, row("n1", "1"))}, true},
		{"an ETag that it had", ops{seen(all, row("n1", "1")), seen(all, row("o1", "1"))}, false},
		{"other properties", ops{seen(all, row("o1", "2"))}, false},
		{"no row", ops{seen(all)}, false},
		{"a row that does not match", ops{seen(happy(true), row("o1", "1"))}, false},
		{"none that matches", ops{seen(happy(true))}, true},
		{"a replacement", ops{done(replace(table.Exactly("o1")), table.Result{Status: 204, ETag: "n1"}), seen(all, row("n1", "2"))}, true},
		{"a replacement of a version that was", ops{seen(all, row("n1", "1")), done(replace(table.Exactly("o1")), table.Result{Status: 204, ETag: "n2"})}, false},
		{"a replacement of no version", ops{done(replace(table.Exactly(bogus)), table.Result{Status: 204, ETag: "n1"})}, false},
		{"a refusal, and the version is there", ops{failed(replace(table.Exactly("o1")), 412), seen(all, row("o1", "1"))}, false},
		{"a refusal, and another version is", ops{failed(replace(table.Exactly("o1")), 412), seen(all, row("n1", "1"))}, true},
		{"a refusal of any version", ops{failed(replace(table.AnyETag()), 412)}, false},
		{"an insertion", ops{done(insert, table.Result{Status: 201, ETag: "n1"})}, false},
		{"a conflict", ops{failed(insert, 409)}, true},
		{"an insertion after a deletion", ops{done(remove, table.Result{Status: 204}), done(insert, table.Result{Status: 201, ETag: "n1"})}, true},
		{"with an ETag of before", ops{done(remove, table.Result{Status: 204}), done(insert, table.Result{Status: 201, ETag: "o1"})}, false},
		{"a deletion with an ETag", ops{done(remove, table.Result{Status: 204, ETag: "n1"})}, false},
		{"a write without an ETag", ops{done(replace(table.AnyETag()), table.Result{Status: 204})}, false},
		{"another status", ops{done(replace(table.AnyETag()), table.Result{Status: 201, ETag: "n1"})}, false},
		{"no result", ops{done(replace(table.AnyETag()))}, false},
		{"a deletion that fails", ops{failed(remove, 404)}, false},
		{"a second one", ops{done(remove, table.Result{Status: 204}), failed(remove, 404)}, true},
		{"a lost replacement", ops{lost(replace(table.AnyETag())), seen(all, row("n1", "2"))}, true},
		{"a lost one that never was", ops{lost(replace(table.AnyETag())), seen(all, row("o1", "1"))}, true},
		{"a lost one, and something else", ops{lost(replace(table.AnyETag())), seen(all, row("n1", "3"))}, false},
		{"a merge", ops{done(table.Batch{table.Merge(key("0"), table.Properties{"w": table.Text("x")}, table.AnyETag())},
			table.Result{Status: 204, ETag: "n1"}), seen(all, row("n1", "1"))}, false},
	} {
		m := model([]table.Entity{row("o1", "1")})
		for i := range test.ops {
			test.ops[i].ClientId, test.ops[i].Call, test.ops[i].Return = i, int64(2*i), int64(2*i+1)
			if test.ops[i].Output == any(linear.Pending{}) {
				test.ops[i].Return = 1000
			}
		}
		if got := porcupine.CheckOperations(m, test.ops); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
