package catalog_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/catalog"
)

// Names go into paths, tables and file names, summaries into lists of 80
// columns.
func TestNames(t *testing.T) {
	name := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)
	seen := map[string]bool{}
	once := func(path string) {
		if seen[strings.ToLower(path)] {
			t.Errorf("%s is listed twice", path)
		}
		seen[strings.ToLower(path)] = true
	}
	for _, s := range catalog.Systems() {
		if !name.MatchString(s.Name) || s.Summary == "" || len(s.Bugs) == 0 {
			t.Errorf("system %q: name, summary %q or bugs are missing", s.Name, s.Summary)
		}
		for _, b := range s.Bugs {
			path := s.Name + "/" + b.Name
			if !name.MatchString(b.Name) || b.Summary == "" || strings.Contains(b.Summary, "\n") {
				t.Errorf("%s: name or summary %q", path, b.Summary)
			}
			once("bug " + path)
			if len(b.Shows) == 0 || b.Buggy == nil || b.Correct == nil {
				t.Errorf("%s is incomplete", path)
			}
		}
		if len(s.Tests) == 0 {
			t.Errorf("%s has no tests of what is correct", s.Name)
		}
		for _, test := range s.Tests {
			path := s.Name + "/" + test.Name
			if !name.MatchString(test.Name) || test.Summary == "" || strings.Contains(test.Summary, "\n") || test.Body == nil {
				t.Errorf("%s: name or summary %q is wrong, or there is no body", path, test.Summary)
			}
			once("test " + path)
		}
	}
}

func TestFind(t *testing.T) {
	systems := []catalog.System{
		{Name: "one", Bugs: []catalog.Bug{{Name: "A"}, {Name: "B"}}},
		{Name: "two", Bugs: []catalog.Bug{{Name: "A"}}},
	}
	tests := []struct {
		path string
		want string // paths, or the error
	}{
		{"", "one/A one/B two/A"},
		{"one", "one/A one/B"},
		{"one/B", "one/B"},
		{"two/A", "two/A"},
		{"One", `there is no system "One": did you mean one?`},
		{"three", `there is no system "three": the systems are one, two`},
		{"three/A", `there is no system "three": the systems are one, two`},
		{"one/b", `there is no bug "b" in one: did you mean B?`},
		{"one/C", `there is no bug "C" in one: the bugs are A, B`},
		{"one/", `there is no bug "" in one: the bugs are A, B`},
		{"/A", `there is no system "": the systems are one, two`},
		{"one/A/B", `there is no bug "A/B" in one: the bugs are A, B`},
	}
	for _, test := range tests {
		entries, err := catalog.Find(systems, test.path)
		got := ""
		if err != nil {
			got = err.Error()
		}
		for i, e := range entries {
			if i > 0 {
				got += " "
			}
			got += e.Path()
		}
		if got != test.want {
			t.Errorf("Find(%q): %s, want %s", test.path, got, test.want)
		}
	}
}

func TestFindTests(t *testing.T) {
	systems := []catalog.System{
		{Name: "one", Tests: []catalog.Test{{Name: "A"}, {Name: "B"}}},
		{Name: "two", Bugs: []catalog.Bug{{Name: "A"}}},
	}
	tests := []struct {
		systems []catalog.System
		path    string
		want    string // paths, or the error
	}{
		{systems, "", "one/A one/B"},
		{systems, "one", "one/A one/B"},
		{systems, "one/B", "one/B"},
		{systems, "one/b", `there is no test "b" in one: did you mean B?`},
		{systems, "one/C", `there is no test "C" in one: the tests are A, B`},
		{systems, "three", `there is no system "three": the systems are one, two`},
		{systems, "two", "there are no tests in two"},
		{systems, "two/A", "there are no tests in two"},
		{systems[1:], "", "there are no tests in any system"},
	}
	for _, test := range tests {
		entries, err := catalog.FindTests(test.systems, test.path)
		var got []string
		for _, e := range entries {
			got = append(got, e.Path())
		}
		if err != nil {
			got = append(got, err.Error())
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("FindTests(%q): %s, want %s", test.path, got, test.want)
		}
	}
}

// Nothing is found in the tests without bugs. That is a first look: ravel bench
// correct explores them for as long as one likes.
func TestCorrect(t *testing.T) {
	entries, err := catalog.FindTests(catalog.Systems(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(strings.ReplaceAll(e.Path(), "/", "_"), func(t *testing.T) {
			cfg := e.Test.Settings
			cfg.Schedules, cfg.Workers = 30, 1
			if r := explore(t, e.Path(), cfg, e.Test.Body); r.Failure != nil {
				t.Error(r.Failure.Sentence())
			}
		})
	}
}

// Every bug shows as it should, replays, and is not found in its twin by twice as
// many executions, or a thousand.
func TestHunts(t *testing.T) {
	systems := catalog.Systems()
	entries, err := catalog.Find(systems, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Run(strings.ReplaceAll(e.Path(), "/", "_"), func(t *testing.T) {
			cfg := e.Bug.Settings
			cfg.Schedules, cfg.NoShrink = 100_000, true
			r := explore(t, e.Path(), cfg, e.Bug.Buggy)
			switch f := r.Failure; {
			case f == nil:
				t.Fatal("not found: ", r.Summary())
			case !f.Reproduced:
				t.Fatal("not reproduced: ", f.Sentence())
			case !slices.Contains(e.Bug.Shows, failure.Of(f.Err).Kind()):
				t.Errorf("%s; it should show as %v", f.Sentence(), e.Bug.Shows)
			}
			cfg.Schedules = min(2*(r.Failure.Execution+1), 1000)
			if r := explore(t, e.Path(), cfg, e.Bug.Correct); r.Failure != nil {
				t.Errorf("in the correct twin: %s", r.Failure.Sentence())
			}
		})
	}
}

func explore(t *testing.T, name string, cfg check.Config, body func(*check.T)) *check.Report {
	t.Helper()
	r, err := check.Explore(name, cfg, body)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
