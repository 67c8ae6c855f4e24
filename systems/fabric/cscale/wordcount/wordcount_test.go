package wordcount_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
)

// count takes what the sources of a job have through its stages and operators, without partitions and batches.
func count(j wordcount.Job) []stream.Item {
	library := j.Library()
	var items []stream.Item
	for p := range max(j.Sources, 1) {
		lines, _, _ := library[wordcount.Lines].Source(p, max(j.Sources, 1)).Read(0, int(j.Lines))
		lines = stream.Process(library[wordcount.Lines].Stages, lines, 1)
		if j.Parsers > 0 {
			lines = stream.Process(library[wordcount.Words].Stages, lines, 1)
		}
		items = append(items, lines...)
	}
	op := library[wordcount.Counts].Operator()
	var out []stream.Item
	emit := func(it stream.Item) { out = append(out, it) }
	for _, it := range items {
		op.Take(it, emit)
	}
	op.Advance(stream.End, emit)
	return out
}

// What is expected is what comes out when nothing is distributed.
func TestExpected(t *testing.T) {
	for _, j := range []wordcount.Job{
		{Lines: 1},
		{Lines: 20, Words: 3, Vocabulary: 4, Window: 5, Jitter: 3, Sources: 3},
		{Lines: 20, Words: 3, Vocabulary: 4, Window: 5, Sources: 2, Parsers: 2, Counters: 2},
	} {
		g := j.Graph()
		if err := g.Check(j.Library()); err != nil {
			t.Error(err)
		}
		got, want := count(j), j.Expected()
		if !slices.Equal(got, want) {
			t.Errorf("%+v: %v, want %v", j, got, want)
		}
		var words int64
		for _, it := range want {
			words += it.Value
		}
		if n := j.Lines * int64(max(j.Words, 1)*max(j.Sources, 1)); words != n {
			t.Errorf("%+v: %d words, want %d", j, words, n)
		}
	}
}

// No line is earlier than its source has promised.
func TestPromises(t *testing.T) {
	j := wordcount.Job{Lines: 500, Jitter: 7}
	source := j.Library()[wordcount.Lines].Source(0, 1)
	promised, early := stream.Begin, map[int64]bool{}
	for at := int64(0); at < j.Lines; {
		items, next, watermark := source.Read(at, 1)
		if items[0].Time < promised {
			t.Errorf("line %d has time %d behind watermark %d", at, items[0].Time, promised)
		}
		early[at-items[0].Time] = true
		at, promised = next, watermark
	}
	if len(early) != 8 {
		t.Errorf("lines are %v too early, want each of 0 to 7", fmt.Sprint(early))
	}
}
