package main

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/strategy"
)

type strategiesCommand struct{}

// Help implements the interface of the command-line library.
func (*strategiesCommand) Help() string {
	return `Choose one with --strategy, as in ravel test --strategy pct:3, or with
check.Strategy in a test.`
}

// Run lists the shelf.
func (*strategiesCommand) Run(s *shell) error {
	var b strings.Builder
	for _, e := range strategy.List() {
		fmt.Fprintf(&b, "%-14s %s\n", e.Usage, e.Summary)
	}
	b.WriteString("\noptions, behind the parameters and after a comma:\n")
	for _, o := range strategy.Options() {
		fmt.Fprintf(&b, "%-14s %s (%s)\n", o.Usage, o.Summary, strings.Join(o.Of, ", "))
	}
	_, err := fmt.Fprint(s.out, cli.Wrap(b.String(), cli.Columns))
	return err
}

type versionCommand struct {
	JSON bool `name:"json" help:"Print one JSON object."`
}

// Help implements the interface of the command-line library.
func (*versionCommand) Help() string {
	return `The toolchain is that of the go command in this folder; tests run with it.

Tier 1 is tested with every change, tier 2 is compiled with every change,
tier 3 is neither. Put what this command prints into a bug report.`
}

// versions is what a bug report needs.
type versions struct {
	Version   string `json:"version"`
	BuiltWith string `json:"builtWith"`
	Toolchain string `json:"toolchain"` // "" without a go command
	Platform  string `json:"platform"`
	Tier      int    `json:"tier"`
	Support   string `json:"support"`
}

// Run shows what bug reports need.
func (c *versionCommand) Run(s *shell) error {
	v := versions{Version: version(), BuiltWith: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if values, err := goEnv("GOVERSION"); err == nil {
		v.Toolchain = values[0]
	}
	v.Tier, v.Support = tierOf(v.Toolchain, v.Platform)
	if c.JSON {
		return writeJSON(s.out, v)
	}
	text := fmt.Sprintf("ravel       %s\nbuilt with  %s\ntoolchain   %s\nplatform    %s\nsupport     %s\n",
		v.Version, v.BuiltWith, cmp.Or(v.Toolchain, "none"), v.Platform, v.Support)
	_, err := io.WriteString(s.out, cli.Wrap(text, cli.Columns))
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

// tierOf says how well a toolchain and a platform are supported. Tier 0 is not at all.
func tierOf(toolchain, platform string) (tier int, support string) {
	switch {
	case toolchain == "":
		return 0, "none without the go command: install Go 1.25 or newer and put it on the PATH"
	case tooOld(toolchain):
		return 0, "none: Ravel needs Go 1.25 or newer"
	case !matches(testedToolchains, toolchain):
		return 3, "tier 3: this toolchain is not tested and may work; tested are " + strings.Join(testedToolchains, " and ")
	case slices.Contains(testedPlatforms, platform):
		return 1, "tier 1: tested with every change"
	case slices.Contains(compiledPlatforms, platform):
		return 2, "tier 2: compiled with every change but not run; tested is " + strings.Join(testedPlatforms, " and ")
	}
	return 3, "tier 3: this platform is not tested and may work; tested is " + strings.Join(testedPlatforms, " and ")
}

var oldToolchain = regexp.MustCompile(`^go1($|\.(\d|1\d|2[0-4])($|\D))`)

func tooOld(toolchain string) bool { return oldToolchain.MatchString(toolchain) }

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
