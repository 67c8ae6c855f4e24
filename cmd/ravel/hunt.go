package main

import (
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"
)

// The real systems have dependencies that users of the core shall not inherit, so they are a module of their own, with a
// command of their own.
const (
	coreModule     = "github.com/ravelgo/ravel"
	systemsModule  = coreModule + "/systems"
	systemsCommand = systemsModule + "/cmd/ravel-systems"
)

// delegatedCommand stands in the list of commands for one that the command of the systems carries out.
type delegatedCommand struct {
	Args []string `arg:"" optional:""`
}

// isDelegated reports whether the command of the systems carries it out. It gets the arguments as they are.
func isDelegated(command string) bool { return command == "hunt" || command == "bench" }

// systems builds the command of the systems and runs it.
func (s *shell) systems(args []string) error {
	s.line.Show("building the built-in systems ...")
	binary, err := s.buildSystems()
	s.line.Close()
	if err != nil {
		return err
	}
	cmd := exec.Command(binary, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, s.out, s.err
	end, err := run(cmd, nil)
	if err != nil {
		return err
	}
	return cli.AsError(end.code)
}

// buildSystems builds the command, from the workspace or the main module when they hold the systems, else from the
// module proxy, and returns its path. A build that is up to date costs nothing.
func (s *shell) buildSystems() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", environmentError{fmt.Errorf("no place to build %s: %w", systemsCommand, err)}
	}
	dir, from := "", "@"+release()
	if local := moduleDir(systemsModule); local != "" {
		from = local
	} else if dir, err = s.prepareModule(filepath.Join(cache, "ravel", "src-"+release()), release()); err != nil {
		return "", err
	}
	h := fnv.New32a()
	h.Write([]byte(from))
	binary := filepath.Join(cache, "ravel", fmt.Sprintf("ravel-systems-%08x", h.Sum32()))
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	return binary, s.goCommand(dir, "build", "-o", binary, systemsCommand)
}

// moduleDir is where a module of the current workspace or build list lies; "" if it is not one of them.
func moduleDir(module string) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// release is the version of the systems that belongs to this command.
func release() string {
	if v := version(); v != develVersion && !strings.Contains(v, "+dirty") {
		return v
	}
	return "latest"
}

// prepareModule makes a module of its own that needs the systems, as they cannot be installed directly: in the repository
// they replace the core.
func (s *shell) prepareModule(dir, version string) (string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", environmentError{err}
	}
	mod := filepath.Join(dir, "go.mod")
	if _, err := os.Stat(mod); err == nil && version != "latest" {
		return dir, nil
	}
	if err := os.WriteFile(mod, []byte("module ravel.local/systems\n\ngo 1.25.0\n"), 0o666); err != nil {
		return "", environmentError{err}
	}
	err := s.goCommand(dir, "get", coreModule+"@"+version, systemsModule+"@"+version, systemsCommand+"@"+version)
	if err != nil {
		os.Remove(mod)
		return "", err
	}
	return dir, nil
}

// goCommand runs the go command and shows its output only when it fails.
func (s *shell) goCommand(dir string, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	if dir != "" {
		cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS="+os.Getenv("GOFLAGS")+" -mod=mod")
	}
	out, err := cmd.CombinedOutput()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return errNoGo
	case err == nil:
		return nil
	}
	s.line.Close()
	s.err.Write(out)
	return environmentError{fmt.Errorf("go %s of %s failed, see above; inside a checkout of Ravel the systems are built from it, elsewhere from modules", args[0], systemsCommand)}
}
