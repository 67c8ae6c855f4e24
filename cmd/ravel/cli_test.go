package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"runtime"
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
		env, args := []string{"GOENV=off", "GOFLAGS="}, strings.Fields(command)
		if len(args) > 0 && strings.HasPrefix(args[0], "RAVEL_") {
			env, args = append(env, args[0]), args[1:]
		}
		r := ravel(t, dir, env, args...)
		fmt.Fprintf(&b, "%s%s%sexit %d\n\n", line, r.out, r.err, r.code)
		for l := range strings.Lines(r.out + r.err) {
			if l = strings.TrimSuffix(l, "\n"); len(l) > cli.Columns {
				t.Errorf("%sprints a line of %d columns: %s", line, len(l), l)
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
	t.Parallel()
	r := ravel(t, "", nil, "version")
	want := regexp.MustCompile(`^ravel       \S+
built with  go\S+
toolchain   go\S+
platform    \w+/\w+
support     tier [123]: .+
$`)
	if r.code != 0 || r.err != "" || !want.MatchString(r.out) {
		t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
	}
	r = ravel(t, "", nil, "version", "--json")
	var v versions
	if err := json.Unmarshal([]byte(r.out), &v); err != nil || r.code != 0 || r.err != "" {
		t.Fatalf("exit %d, %v, %s%s", r.code, err, r.out, r.err)
	}
	tier, support := tierOf(v.Toolchain, v.Platform)
	if v.Version == "" || v.BuiltWith != runtime.Version() || v.Platform != runtime.GOOS+"/"+runtime.GOARCH || v.Tier != tier || v.Support != support || tier == 0 {
		t.Errorf("%+v", v)
	}
}

func TestVersionWithoutGo(t *testing.T) {
	t.Parallel()
	r := ravel(t, "", []string{"PATH="}, "version")
	has(t, "output", r.out, `^toolchain   none$`, `^support     none without the go command: install Go`)
	if r.code != 0 || r.err != "" {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	r = ravel(t, "", []string{"PATH="}, "version", "--json")
	has(t, "output", r.out, `"toolchain": ""`, `"tier": 0`)
}

func TestTier(t *testing.T) {
	for _, c := range []struct {
		toolchain, platform string
		tier                int
		says                string
	}{
		{"go1.25", "linux/amd64", 1, "tier 1: tested with every change"},
		{"go1.26.8", "linux/amd64", 1, "tier 1"},
		{"go1.26-devel_x", "linux/amd64", 1, "tier 1"},
		{"go1.26rc1", "linux/amd64", 1, "tier 1"},
		{"go1.26.8", "darwin/arm64", 2, "tier 2: compiled with every change but not run; tested is linux/amd64"},
		{"go1.26.8", "linux/amd64p32", 3, "tier 3: this platform"},
		{"go1.26.8", "plan9/386", 3, "tier 3: this platform is not tested and may work; tested is linux/amd64"},
		{"go1.27.0", "linux/amd64", 3, "tier 3: this toolchain is not tested and may work; tested are go1.25 and go1.26"},
		{"devel go1.28-0123abc", "linux/amd64", 3, "tier 3: this toolchain"},
		{"go1.250", "linux/amd64", 3, "tier 3: this toolchain"},
		{"go1.24.13", "linux/amd64", 0, "none: Ravel needs Go 1.25 or newer"},
		{"go1.9", "linux/amd64", 0, "none: Ravel needs"},
		{"go1", "linux/amd64", 0, "none: Ravel needs"},
		{"", "linux/amd64", 0, "none without the go command: install"},
	} {
		tier, says := tierOf(c.toolchain, c.platform)
		if tier != c.tier || !strings.HasPrefix(says, c.says) {
			t.Errorf("%s on %s: %d, %s", c.toolchain, c.platform, tier, says)
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
