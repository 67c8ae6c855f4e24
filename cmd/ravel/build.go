package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
	"github.com/ravelgo/ravel/internal/inject"
)

// build is how the go command builds tests: which one, where, with which flags.
type build struct {
	dir     string // where the go command runs; "" is here
	goFlags goArgs // GOFLAGS
	user    goArgs // of the user, for go test; without -C, and without what is in flags
	pkgs    []string
	env     []string // to be added to the environment

	overlay *overlay.Overlay // nil without control of goroutines
	flags   []string         // that go with it
}

// plan says how to build the packages from dir with the user's flags. With control of goroutines, that is an overlay over
// the standard library, and what it needs.
func (s *shell) plan(dir string, pkgs []string, c *control) (*build, error) {
	b := &build{dir: dir, user: parseGoArgs(s.goFlags), pkgs: pkgs, env: c.variables()}
	// The go command wants -C to be first, where ours are.
	if len(b.user) > 0 && b.user[0].name == "C" {
		if to := b.user[0].value; filepath.IsAbs(to) {
			b.dir = to
		} else {
			b.dir = filepath.Join(dir, to)
		}
		b.user = b.user[1:]
	}
	if c.Race {
		b.user = slices.Concat(parseGoArgs([]string{"-race"}), b.user)
	}
	if len(pkgs) == 0 {
		b.pkgs = b.user.packages()
	}
	if !c.wanted() {
		return b, nil
	}
	vars, err := goEnvIn(b.dir, "GOFLAGS", "GOMOD", "GOWORK")
	if err != nil {
		return nil, err
	}
	b.goFlags = parseGoArgs(splitQuoted(vars[0]))
	ordinary, err := c.ordinary()
	if err != nil {
		return nil, err
	}
	if err := b.makeOverlay(ordinary != "off"); err != nil {
		return nil, err
	}
	listed := b.list()
	if err := listed.fit(); err != nil {
		return nil, err
	}
	says, err := b.timers(b.mainFile(vars[1], vars[2]), listed)
	if err != nil {
		return nil, err
	}
	says = append(says, b.goleak(listed)...)
	if tc := b.overlay.Toolchain; tc.Newer() {
		says = append(says, fmt.Sprintf("%s is newer than what control of goroutines is tested with, %s. It is tried: each "+
			"test that needs it tests it first", tc.GOVERSION, overlay.Supported))
	}
	for _, text := range says {
		s.hint(text)
	}
	return b, nil
}

// flag is the value of a build flag that counts: the command line's, else that of GOFLAGS.
func (b *build) flag(name string) string {
	if len(b.user.only(name)) > 0 {
		return b.user.last(name)
	}
	return b.goFlags.last(name)
}

// makeOverlay makes the overlay, with the explorer of ordinary tests if they are to be explored.
func (b *build) makeOverlay(ordinary bool) error {
	if err := b.refuse(); err != nil {
		return err
	}
	tc, err := overlay.FindToolchain(context.Background(), "", b.dir, nil)
	if err != nil {
		return environmentError{withoutPrefix(err)}
	}
	if err := refuseToolchain(tc); err != nil {
		return err
	}
	cfg := overlay.Config{Dir: b.dir, User: b.flag("overlay")}
	if ordinary {
		if cfg.Packages, err = inject.Files(); err != nil {
			return environmentError{err}
		}
		cfg.Testdeps = inject.Explorer
	}
	o, err := overlay.GenerateFor(tc, cfg)
	if err != nil {
		return uncontrollable("goroutines cannot be put under control: %w", withoutPrefix(err))
	}
	// What the user said is in the overlay, and in its flags.
	both := slices.Concat(b.goFlags, b.user)
	b.overlay, b.flags = &o, o.BuildFlags(both.on("race"), both.values("gcflags")...)
	if len(both.only("ldflags")) == 0 {
		b.flags = append(b.flags, keepSymbols)
	}
	b.user = b.user.without("overlay", "gcflags")
	b.env = append(b.env, o.Env...)
	if both.on("race") {
		b.env = append(b.env, raceVariable+"="+raceOptions(os.Getenv(raceVariable)))
	}
	return nil
}

// keepSymbols keeps the symbol table, which go test leaves out: by it a report names the package variables that executions
// leave changed for each other.
const keepSymbols = "-ldflags=-s=0"

// withoutPrefix is an error of package overlay without the name of the package.
func withoutPrefix(err error) error {
	return fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "overlay: "))
}

// command is the go command with a verb that builds packages.
func (b *build) command(verb string, args ...string) *exec.Cmd {
	var cmd *exec.Cmd
	if b.overlay == nil {
		cmd = exec.Command("go", append([]string{verb}, args...)...)
	} else {
		cmd = b.overlay.Command(context.Background(), nil, verb, args...)
	}
	cmd.Dir, cmd.Env = b.dir, append(os.Environ(), b.env...)
	return cmd
}

// runs reports whether tests run, and are not only built or named.
func (b *build) runs() bool {
	return !b.user.on("c") && !b.user.on("n") && b.user.last("list") == ""
}
