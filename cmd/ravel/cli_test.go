package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// TestCommandLine runs every command line of the golden file and compares what it prints and its exit code.
func TestCommandLine(t *testing.T) {
	script, err := os.ReadFile("testdata/commandline.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var b strings.Builder
	for line := range strings.Lines(string(script)) {
		command, ok := strings.CutPrefix(line, "$ ravel")
		if !ok {
			continue
		}
		var env []string
		args := strings.Fields(command)
		if len(args) > 0 && strings.HasPrefix(args[0], "RAVEL_") {
			env, args = args[:1], args[1:]
		}
		r := ravel(t, dir, env, args...)
		fmt.Fprintf(&b, "%s%s%sexit %d\n\n", line, r.out, r.err, r.code)
		for l := range strings.Lines(r.out + r.err) {
			if l = strings.TrimSuffix(l, "\n"); len(l) > cli.Columns {
				t.Errorf("%sprints a line of %d cli.Columns: %s", line, len(l), l)
			}
			if strings.Contains(l, "\x1b") {
				t.Errorf("%sprints colours into a pipe", line)
			}
		}
		if strings.HasPrefix(r.err, "ravel: ") != (r.code != 0) {
			t.Errorf("%sexit code %d and on the standard error: %s", line, r.code, r.err)
		}
	}
	golden(t, "commandline.txt", b.String())
}

func TestVersion(t *testing.T) {
	r := ravel(t, "", nil, "version")
	want := regexp.MustCompile(`^ravel      \S+
built with go\S+
toolchain  go\S+
platform   \w+/\w+
support    tier [123]: .+
$`)
	if r.code != 0 || r.err != "" || !want.MatchString(r.out) {
		t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
	}
}

func TestVersionWithoutGo(t *testing.T) {
	r := ravel(t, "", []string{"PATH="}, "version")
	if r.code != 0 || !strings.Contains(r.out, "toolchain  none") || !strings.Contains(r.out, "tier 3") {
		t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
	}
}

func TestTestWithoutGo(t *testing.T) {
	r := ravel(t, "", []string{"PATH="}, "test", ".")
	if r.code != cli.Usage || !strings.Contains(r.err, "install Go") {
		t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
	}
}

func TestTier(t *testing.T) {
	for _, c := range []struct{ toolchain, platform, want string }{
		{"go1.25", "linux/amd64", "tier 1"},
		{"go1.26.8", "linux/amd64", "tier 1"},
		{"go1.26-devel_x", "linux/amd64", "tier 1"},
		{"go1.26.8", "darwin/arm64", "tier 2"},
		{"go1.26.8", "plan9/386", "tier 3"},
		{"go1.27.0", "linux/amd64", "tier 3"},
		{"go1.250", "linux/amd64", "tier 3"},
	} {
		if got := tierOf(c.toolchain, c.platform); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s on %s: %s, want %s", c.toolchain, c.platform, got, c.want)
		}
	}
}

// The gate does what the tiers promise.
func TestTiersAreWhatTheGateRuns(t *testing.T) {
	gate, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range compiledPlatforms {
		if !strings.Contains(string(gate), p) {
			t.Errorf(".ci/run does not compile for %s", p)
		}
	}
	if !strings.Contains(string(gate), "GOTOOLCHAIN="+testedToolchains[0]+".") {
		t.Errorf(".ci/run does not test with %s", testedToolchains[0])
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"short", "short"},
		{"a line that is too long for it", "a line that is too\n  long for it"},
		{"a  b ccccc ddddd eeeee fffff", "a  b ccccc ddddd\n   eeeee fffff"},
		{"one\n  two three four five six", "one\n  two three four\n    five six"},
		{"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b"},
	} {
		if got := cli.Wrap(c.in, 20); got != c.want {
			t.Errorf("cli.Wrap(%q) = %q, want %q", c.in, got, c.want)
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
		{"-args -timeout=3s", false},
		{"", false},
	} {
		if got := hasFlag(strings.Fields(c.flags), "timeout"); got != c.want {
			t.Errorf("hasFlag(%q) = %v", c.flags, got)
		}
	}
}
