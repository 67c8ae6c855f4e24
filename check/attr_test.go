package check_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/internal/attr"
)

func init() {
	children["Telling"] = func(t *testing.T) {
		said := 0
		check.Test(t, passing, func(c *check.Config) { c.Progress = func(check.Progress) { said++ } })
		if said == 0 {
			t.Error("the test's own Progress was not called")
		}
	}
	children["FlakyOutcome"] = func(t *testing.T) {
		n := 0
		check.Test(t, func(t *check.T) { n++; t.Assert(n != 50, "the fiftieth") }, check.Serial())
	}
}

// Whoever asks is told how tests end, in attributes; nobody else is.
func TestOutcomes(t *testing.T) {
	token := tokenOf(t, "LastWins")
	for _, c := range []struct {
		child    string
		settings []string
		want     attr.Outcome
	}{
		{"Passing", nil, attr.Passed},
		{"LastWins", nil, attr.Found},
		{"LastWins", []string{"-ravel.replay=" + token}, attr.Found},
		{"FlakyOutcome", nil, attr.NotReproduced},
		{"Nondeterministic", nil, attr.NotReproduced},
		{"OptionWorkers", nil, attr.Misused},
		{"Passing", []string{"-ravel.steps=none"}, attr.Misused},
		{"Passing", []string{"-ravel.replay=" + token}, attr.Misused},
		{"Passing", []string{"-ravel.replay=rv1-"}, attr.Misused},
	} {
		dir := t.TempDir()
		line := "=== ATTR  " + c.child + " ravel.outcome " + string(c.want) + "\n"
		r := runChild(t, dir, c.child, append(c.settings, "-test.v", "RAVEL_ATTR=outcome")...)
		r.ours(t)
		if strings.Count(r.out, "=== ATTR") != 1 || !strings.Contains(r.out, line) {
			t.Errorf("%s %s, want %s:\n%s", c.child, c.settings, c.want, r.out)
		}
		if r := runChild(t, t.TempDir(), c.child, append(c.settings, "-test.v")...); strings.Contains(r.out, "ATTR") {
			t.Errorf("%s %s tells nobody:\n%s", c.child, c.settings, r.out)
		}
	}
}

// Progress is told to those who ask for it, beside what the test wants to be told itself.
func TestProgressAttributes(t *testing.T) {
	r := runChild(t, t.TempDir(), "Telling", "-ravel.time=1200ms", "-ravel.workers=1", "-test.v", "RAVEL_ATTR=progress")
	r.ours(t)
	told := 0
	var last attr.Progress
	for line := range strings.Lines(r.out) {
		value, ok := strings.CutPrefix(line, "=== ATTR  Telling ravel.progress ")
		if !ok {
			continue
		}
		told++
		p, err := attr.ParseProgress(value)
		if err != nil || p.Executions <= last.Executions || p.Steps <= last.Steps || p.Elapsed <= last.Elapsed {
			t.Errorf("%v after %v, %v", p, last, err)
		}
		last = p
	}
	if told < 2 || r.code != 0 || !strings.Contains(r.out, "ravel.outcome passed") {
		t.Errorf("exit code %d, %d words of progress:\n%s", r.code, told, r.out)
	}
	r = runChild(t, t.TempDir(), "Telling", "-ravel.time=600ms", "-test.v", "RAVEL_ATTR=outcome")
	if strings.Contains(r.out, "ravel.progress") {
		t.Errorf("nobody has asked for it:\n%s", r.out)
	}
	r = runChild(t, t.TempDir(), "SlowBug", "-test.v", "RAVEL_ATTR=progress")
	r.has(t, `^=== ATTR  SlowBug ravel\.progress \d+ \d+ \d+ true$`, `ravel\.outcome found$`)
}
