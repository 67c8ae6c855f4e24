package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/strategy"
)

type strategiesCommand struct{}

// Run lists the shelf.
func (*strategiesCommand) Run(s *shell) error {
	var b strings.Builder
	for _, e := range strategy.List() {
		fmt.Fprintf(&b, "%-14s %s\n", e.Usage, e.Summary)
	}
	_, err := fmt.Fprint(s.out, cli.Wrap(b.String(), cli.Columns))
	return err
}

type versionCommand struct{}

// Run shows what bug reports need.
func (*versionCommand) Run(s *shell) error {
	toolchain := "none: the go command was not found"
	if out, err := exec.Command("go", "env", "GOVERSION").Output(); err == nil {
		toolchain = strings.TrimSpace(string(out))
	}
	tier := tierOf(toolchain, runtime.GOOS+"/"+runtime.GOARCH)
	_, err := fmt.Fprintf(s.out, "ravel      %s\nbuilt with %s\ntoolchain  %s\nplatform   %s/%s\nsupport    %s\n",
		version(), runtime.Version(), toolchain, runtime.GOOS, runtime.GOARCH, tier)
	return err
}

const develVersion = "(devel)"

// version is the version of the module that this command was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Path != coreModule {
		return develVersion
	}
	return info.Main.Version
}

// What the gate (.ci/run) runs, and what it only compiles.
var (
	testedToolchains  = []string{"go1.25", "go1.26"}
	testedPlatforms   = []string{"linux/amd64"}
	compiledPlatforms = []string{"linux/arm64", "darwin/arm64", "windows/amd64"}
)

// tierOf says how well a toolchain and a platform are supported.
func tierOf(toolchain, platform string) string {
	if !matches(testedToolchains, toolchain) {
		return "tier 3: this toolchain is not tested; " + strings.Join(testedToolchains, " and ") + " are"
	}
	switch {
	case matches(testedPlatforms, platform):
		return "tier 1: tested with every change"
	case matches(compiledPlatforms, platform):
		return "tier 2: compiled with every change, not run"
	}
	return "tier 3: this platform is not tested"
}

// matches reports whether one of the names is the given one, or the given one with a patch version.
func matches(names []string, given string) bool {
	for _, n := range names {
		if rest, ok := strings.CutPrefix(given, n); ok && (rest == "" || !isDigit(rest[0])) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
