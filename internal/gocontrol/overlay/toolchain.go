package overlay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// A Toolchain is what an overlay is made for.
type Toolchain struct {
	GOROOT     string
	GOVERSION  string // as go1.26.8
	GOOS       string
	GOARCH     string
	GOMODCACHE string
}

// First and last supported minor release.
const (
	minMinor = 25
	maxMinor = 27
)

// FindToolchain asks the go command in goCommand ("" means "go") for the toolchain that it uses in dir with env. An
// empty dir is the current directory, a nil env the current environment.
func FindToolchain(ctx context.Context, goCommand, dir string, env []string) (Toolchain, error) {
	if goCommand == "" {
		goCommand = "go"
	}
	cmd := exec.CommandContext(ctx, goCommand, "env", "-json", "GOROOT", "GOVERSION", "GOOS", "GOARCH", "GOMODCACHE")
	cmd.Dir = dir
	cmd.Env = env
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && len(exit.Stderr) > 0 {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
		}
		return Toolchain{}, fmt.Errorf("overlay: asking %s for its toolchain: %w", goCommand, err)
	}
	var tc Toolchain
	if err := json.Unmarshal(out, &tc); err != nil {
		return Toolchain{}, fmt.Errorf("overlay: reading the output of %s env: %w", goCommand, err)
	}
	return tc, nil
}

// minor returns N of Go 1.N, or an error if the toolchain cannot be supported whatever its files look like.
func (tc Toolchain) minor() (int, error) {
	release, _, _ := strings.Cut(tc.GOVERSION, " ")
	lang := version.Lang(release)
	n, err := strconv.Atoi(strings.TrimPrefix(lang, "go1."))
	switch {
	case lang == "" || err != nil:
		return 0, fmt.Errorf("overlay: toolchain %q is not a release of Go: use Go 1.%d to 1.%d (set GOTOOLCHAIN)",
			tc.GOVERSION, minMinor, maxMinor)
	case n < minMinor:
		return 0, fmt.Errorf("overlay: %s is not supported: use Go 1.%d to 1.%d (set GOTOOLCHAIN, as GOTOOLCHAIN=go1.%d.0)",
			tc.GOVERSION, minMinor, maxMinor, maxMinor-1)
	case tc.GOARCH == "wasm":
		return 0, fmt.Errorf("overlay: GOARCH=wasm is not supported: build for another platform")
	}
	if _, err := os.Stat(tc.GOROOT); err != nil {
		return 0, fmt.Errorf("overlay: GOROOT of %s: %w", tc.GOVERSION, err)
	}
	return n, nil
}
