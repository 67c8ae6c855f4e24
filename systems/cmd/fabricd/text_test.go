package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// randomText returns lines of all lengths up to some blocks, the last one perhaps without an end.
func randomText(rnd *rand.Rand, block int) string {
	var b strings.Builder
	for range rnd.IntN(30) {
		n := rnd.IntN(4)
		if rnd.IntN(3) == 0 {
			n = rnd.IntN(3 * block)
		}
		b.WriteString(strings.Repeat("x", n))
		b.WriteByte('\n')
	}
	return b.String() + strings.Repeat("y", rnd.IntN(3))
}

// Each line of a text is read by one partition, once, however many there are and however the lines lie in the blocks.
// Positions go on, and no line is earlier than what was promised. Reading from a position again gives the same.
func TestSource(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	name := filepath.Join(t.TempDir(), "text")
	for range 150 {
		block := 1 + rnd.IntN(9)
		data := randomText(rnd, block)
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := openText(name)
		if err != nil {
			t.Fatal(err)
		}
		x.block = int64(block)
		var got []stream.Item
		partitions, most := 1+rnd.IntN(4), 1+rnd.IntN(5)
		for p := range partitions {
			got = append(got, drain(t, x.source(p, partitions), most)...)
		}
		slices.SortFunc(got, func(a, b stream.Item) int { return int(a.Time - b.Time) })
		at := 0
		for line := range strings.Lines(data) {
			if len(got) == 0 || got[0] != (stream.Item{Time: int64(at), Text: line}) {
				t.Fatalf("%q in blocks of %d, %d partitions: the line at %d is missing or wrong: %v", data, block, partitions, at, got)
			}
			at, got = at+len(line), got[1:]
		}
		if len(got) > 0 || x.size != int64(len(data)) {
			t.Fatalf("%q: more was read: %v, %d bytes", data, got, x.size)
		}
		if err := x.file.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// drain reads a source to its end.
func drain(t *testing.T, s stream.Source, most int) (all []stream.Item) {
	t.Helper()
	promised := stream.Begin
	for at := int64(0); promised != stream.End; {
		items, next, watermark := s.Read(at, most)
		again, _, _ := s.Read(at, most)
		switch {
		case !slices.Equal(items, again):
			t.Fatalf("from %d: %v, and %v", at, items, again)
		case next < at || watermark < promised || len(items) > most || len(items) == 0 && watermark != stream.End:
			t.Fatalf("from %d: %d items, position %d, watermark %d behind %d", at, len(items), next, watermark, promised)
		}
		for _, it := range items {
			if it.Time < promised {
				t.Fatalf("from %d: item %v behind watermark %d", at, it, promised)
			}
		}
		all = append(all, items...)
		at, promised = next, watermark
	}
	return all
}

// A text that changes ends the replica that reads it, which is better than a wrong count.
func TestTextChanges(t *testing.T) {
	name := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(name, []byte("a\nb\nc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := openText(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = x.file.Close() }()
	if err := os.Truncate(name, 3); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("it reads on")
		}
	}()
	drain(t, x.source(0, 1), 10)
}

// Texts that differ have names that differ, and one text has one name.
func TestKind(t *testing.T) {
	dir := t.TempDir()
	kinds := map[string]string{}
	for file, data := range map[string]string{"1": "a b\n", "2": "a c\n", "3": "a b\n\n", "4": "a b\n"} {
		name := filepath.Join(dir, file)
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		x, err := openText(name)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := kinds[x.kind()]; ok && other != data {
			t.Errorf("%q and %q are both %s", data, other, x.kind())
		}
		kinds[x.kind()] = data
		if err := x.file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(kinds) != 3 {
		t.Errorf("%d names of 3 texts: %v", len(kinds), kinds)
	}
}
