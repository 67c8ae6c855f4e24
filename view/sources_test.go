package view

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
)

func TestDiskReadsGoFilesOnly(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"a.go": "one\r\ntwo\n", "secret.txt": "no", "big.go": strings.Repeat("x", maxSource+1)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.go"), 0o777); err != nil {
		t.Fatal(err)
	}
	if lines, ok := (Disk{}).Lines(filepath.Join(dir, "a.go")); !ok || strings.Join(lines, "|") != "one|two" {
		t.Errorf("a.go: %q, %v", lines, ok)
	}
	for _, name := range []string{"secret.txt", "big.go", "folder.go", "missing.go"} {
		if _, ok := (Disk{}).Lines(filepath.Join(dir, name)); ok {
			t.Errorf("%s is read", name)
		}
	}
	if _, ok := (Disk{}).Lines("sources_test.go"); ok {
		t.Error("a relative name is read: relative to what?")
	}
}

func TestSnippetsJoinAndEnd(t *testing.T) {
	at := func(lines ...int) (list []failure.Place) {
		for _, n := range lines {
			list = append(list, failure.Place{File: "/src/a.go", Line: n})
		}
		return list
	}
	for _, c := range []struct {
		lines []int
		want  []int // first and number of lines of each snippet
	}{
		{[]int{1}, []int{1, 7}},
		{[]int{50, 55, 50}, []int{44, 18}},
		{[]int{20, 80}, []int{14, 13, 74, 13}},
		{[]int{100}, []int{94, 7}},
		{[]int{500, 0, -1}, nil},
	} {
		var got []int
		for _, s := range snippets(file{"/src/a.go", numbered(100)}, at(c.lines...))["/src/a.go"] {
			got = append(got, s.First, len(s.Lines))
		}
		if len(got) != len(c.want) {
			t.Errorf("%v: %v, want %v", c.lines, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%v: %v, want %v", c.lines, got, c.want)
			}
		}
	}
	many := snippets(file{"/src/a.go", numbered(3 * maxLines)}, func() []failure.Place {
		var list []failure.Place
		for n := 1; n <= 3*maxLines; n += 5 {
			list = append(list, at(n)...)
		}
		return list
	}())
	if n := len(many["/src/a.go"][0].Lines); n != maxLines {
		t.Errorf("%d lines, want the limit of %d", n, maxLines)
	}
	long := snippets(file{"/src/a.go", []string{strings.Repeat("ä", maxLineBytes)}}, at(1))
	if n := len(long["/src/a.go"][0].Lines[0]); n > maxLineBytes+3 {
		t.Errorf("a line of %d bytes", n)
	}
}
