package prose_test

import (
	"testing"

	"github.com/ravelgo/ravel/internal/prose"
)

func TestCount(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 12345: "12,345", 999_999: "999,999", 1_000_000: "1,000,000",
		1<<64 - 1: "18,446,744,073,709,551,615",
	} {
		if got := prose.Count(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{0: "0 steps", 1: "1 step", 2: "2 steps", 5000: "5,000 steps"} {
		if got := prose.Plural(n, "step"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
		if got := prose.Plural(uint64(n), "step"); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestWrap(t *testing.T) {
	for name, tt := range map[string]struct {
		text        string
		width       int
		first, rest string
		want        string
	}{
		"nothing":                  {"", 10, "> ", "  ", "> "},
		"fits":                     {"one two", 7, "", "", "one two"},
		"one too many":             {"one two3", 7, "", "", "one\ntwo3"},
		"margins count":            {"one two", 8, "- ", "  ", "- one\n  two"},
		"lines are kept":           {"one\n\ntwo", 10, "- ", "  ", "- one\n  \n  two"},
		"a wide word":              {"a extraordinary b", 5, "", " ", "a\n extraordinary\n b"},
		"a wide word comes first":  {"extraordinary b", 5, "", " ", "extraordinary\n b"},
		"characters and not bytes": {"äöü äöü", 7, "", "", "äöü äöü"},
		"spaces are kept":          {"a  b", 10, "", "", "a  b"},
	} {
		if got := prose.Wrap(tt.text, tt.width, tt.first, tt.rest); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
