package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/internal/gocontrol/overlay"
)

// end says what to do next when the tests did not run, and returns the exit code. What is wrong has been said, by the go
// command or by the tests.
func (s *shell) end(command string, b *build, v *verdict) error {
	switch {
	case v.interrupted:
		s.hint("interrupted")
	case v.goFailed && !v.started:
		s.hint("go test did not start: see its message above" + moduleAdvice() + "\n" + seeHelp(command))
	}
	if advice := b.libraryAdvice(v.broken); advice != "" {
		s.hint(advice)
	}
	for _, name := range v.unbuilt {
		if advice := packageAdvice(name); advice != "" {
			s.hint(advice)
		}
	}
	if !v.interrupted {
		for _, pkg := range v.silent {
			s.hint(pkg + " ended before its first test: see its last words above (its TestMain, an init function or a flag behind -- may have ended it)")
		}
	}
	return cli.AsError(v.code())
}

// packageAdvice says what may help when a package was not found; what does not build needs none, the compiler has spoken.
func packageAdvice(name string) string {
	local := strings.HasPrefix(name, ".") || filepath.IsAbs(name)
	if info, err := os.Stat(name); !local && err == nil && info.IsDir() {
		return fmt.Sprintf("did you mean ./%s?", filepath.ToSlash(name))
	}
	if !local {
		return ""
	}
	if advice := moduleAdvice(); advice != "" {
		return "no package " + name + advice
	}
	return fmt.Sprintf("no package %s: 'go list ./...' lists the packages there are from here", name)
}

// moduleAdvice is what to do outside a module; "" inside one.
func moduleAdvice() string {
	values, err := goEnv("GOMOD", "GOWORK")
	if err != nil || values[1] != "" && values[1] != "off" || values[0] != "" && values[0] != os.DevNull {
		return ""
	}
	return "; there is no go.mod in this folder or above: go to the folder of your module, or make one with 'go mod init'"
}

// libraryAdvice is what to do when packages of the standard library do not compile: then it is the overlay that does not
// fit them.
func (b *build) libraryAdvice(broken []string) string {
	if b.overlay == nil {
		return ""
	}
	for _, name := range broken {
		if b.overlay.Changes(name) {
			return fmt.Sprintf("package %s of %s does not compile with control of goroutines, which is made for %s: use one "+
				"of those (set GOTOOLCHAIN), or a newer Ravel%s", name, b.overlay.Toolchain.GOVERSION, overlay.Supported, doWithout)
		}
	}
	return ""
}
