package main

import (
	"slices"
	"strings"
	"testing"
)

func TestParseGoArgs(t *testing.T) {
	for _, c := range []struct{ args, packages, tags, race string }{
		{"", "", "", ""},
		{"-race ./a ./b", "./a ./b", "", "true"},
		{"-tags x -race=false ./a", "./a", "x", "false"},
		{"--tags=x,y -run -race", "", "x,y", ""},
		{"./a -race ./b", "./a", "", "true"}, // ./b is for the test binary
		{"-mine ./a -race", "", "", "true"},  // ./a may be the value of -mine
		{"-race -args ./a -tags x", "", "", "true"},
		{"-- ./a", "", "", ""},
		{"-test.run x ./a -tags", "./a", "", ""},
		{"-C dir -v ./a", "./a", "", ""},
	} {
		args := strings.Fields(c.args)
		a := parseGoArgs(args)
		if got := strings.Join(a.packages(), " "); got != c.packages || a.last("tags") != c.tags || a.last("race") != c.race {
			t.Errorf("%q: packages %q, -tags %q, -race %q", c.args, got, a.last("tags"), a.last("race"))
		}
		if got := a.words(); !slices.Equal(got, args) {
			t.Errorf("of %q is left %q", args, got)
		}
		if a.on("race") != (c.race == "true") {
			t.Errorf("%q: -race is %v", c.args, a.on("race"))
		}
	}
	a := parseGoArgs(strings.Fields("-gcflags=-N -v -gcflags all=-l -args -gcflags=-m"))
	if got := a.values("gcflags"); !slices.Equal(got, []string{"-N", "all=-l"}) {
		t.Errorf("-gcflags are %q", got)
	}
	if got := strings.Join(a.without("gcflags").words(), " "); got != "-v -args -gcflags=-m" {
		t.Errorf("without -gcflags: %q", got)
	}
	if got := strings.Join(a.only("v").words(), " "); got != "-v" {
		t.Errorf("only -v: %q", got)
	}
}

func TestSplitQuoted(t *testing.T) {
	for in, want := range map[string][]string{
		"":                             nil,
		"  -race\t-v ":                 {"-race", "-v"},
		`'-gcflags=-N -l' "-tags=a b"`: {"-gcflags=-N -l", "-tags=a b"},
		`-x='y'`:                       {"-x='y'"},
		`'cut off`:                     {"cut off"},
	} {
		if got := splitQuoted(in); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestHasFlag(t *testing.T) {
	for _, c := range []struct {
		flags string
		want  bool
	}{
		{"-timeout=3s", true},
		{"--timeout 3s", true},
		{"-test.timeout 3s", true},
		{"-race -timeout 3s", true},
		{"-race", false},
		{"-run -timeout", false},
		{"-args -timeout=3s", false},
		{"", false},
	} {
		if got := hasFlag(strings.Fields(c.flags), "timeout"); got != c.want {
			t.Errorf("hasFlag(%q) = %v", c.flags, got)
		}
	}
}

func TestWithoutVerbose(t *testing.T) {
	for _, c := range []struct {
		flags, rest string
		verbose     bool
	}{
		{"", "", false},
		{"-race -v -short", "-race -short", true},
		{"--v", "", true},
		{"-test.v=true", "", true},
		{"-v=false -run v", "-run v", false},
		{"-run v -vet=off", "-run v -vet=off", false},
		{"-run -v", "-run -v", false},
		{"-race -args -v", "-race -args -v", false},
	} {
		rest, verbose := withoutVerbose(strings.Fields(c.flags))
		if got := strings.Join(rest, " "); got != c.rest || verbose != c.verbose {
			t.Errorf("of %q is left %q, verbose: %v", c.flags, got, verbose)
		}
	}
}
