package main

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// TestVerdict plays short runs of go test: words such as "run T", "fail T", "found T" are events of test T of a package;
// T is - for the package itself.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		run  string
		want int
	}{
		{"", cli.Clean},
		{"run T, passed T, pass T, pass -", cli.Clean},
		{"run T, found T, fail T, fail -", cli.Found},
		{"run T, fail T, fail -", cli.Found}, // a plain test
		{"run T, passed T, fail T, fail -", cli.Found},
		{"run T, not-reproduced T, fail T, fail -", cli.NotReproduced},
		{"run T, not-reproduced T/x, fail T/x, fail T, fail -", cli.NotReproduced},
		{"run T, misused T, fail T, fail -", cli.Usage},
		{"run T, misused T/x/y, fail T/x/y, fail T/x, fail T, fail -", cli.Usage},
		{"run T, misused T, not-reproduced T, fail T, fail -", cli.NotReproduced},
		{"run T, found T, not-reproduced T, passed T, fail T, fail -", cli.Found},
		{"run T, not-reproduced T, fail T, run U, found U, fail U, fail -", cli.Found},
		{"run T, not-reproduced T, fail T, run U, fail U, fail -", cli.Found},
		{"run T, not-reproduced T/x, fail T/x, fail T/y, fail T, fail -", cli.Found},
		{"run T, a-word-of-tomorrow T, fail T, fail -", cli.Found},
		{"run T, fail -", cli.Found}, // the process died in a test
		{"fail -", cli.Usage},        // it died before
		{"build-fail -, fail -", cli.Usage},
		{"interrupt, run T, fail T, fail -", cli.Usage},
		{"interrupt, run T, found T, fail T, fail -", cli.Found},
	} {
		v := &verdict{}
		for _, word := range strings.Split(c.run, ", ") {
			what, test, _ := strings.Cut(word, " ")
			e := event{Action: what, Package: "p", Test: strings.TrimPrefix(test, "-")}
			switch what {
			case "interrupt":
				v.interrupted = true
			case "run", "pass", "build-fail":
			case "fail":
				v.goFailed = true
			default:
				e.Action, e.Key, e.Value = "attr", "ravel.outcome", what
			}
			v.note(&e)
		}
		if got := v.code(); got != c.want {
			t.Errorf("%s: exit %d, want %d", c.run, got, c.want)
		}
	}
}
