package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/attr"
)

type envCommand struct {
	settings
	JSON bool `name:"json" help:"Print a JSON object, as go.testEnvVars of VS Code wants it."`
}

// Help implements the interface of the command-line library.
func (*envCommand) Help() string {
	return `With these variables a plain go test, such as an editor's, runs the tests as
ravel test does, but for control of goroutines. In a shell:

  eval "$(ravel env --time 30s)"
  go test ./...

Printed are GOFLAGS, the variables of the given flags, and the RAVEL_*
variables that are set. GOFLAGS keeps what it has, and gets -count=1, which
switches the test cache off. With --time or --schedules it gets -timeout=0 too,
as go test would end the tests after ten minutes.`
}

// Run prints the variables.
func (c *envCommand) Run(s *shell) error {
	vars, err := c.variables()
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(s.out, vars)
	}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		fmt.Fprintf(s.out, "export %s=%s\n", name, quote(vars[name]))
	}
	return nil
}

func (c *envCommand) variables() (map[string]string, error) {
	flags, err := goEnv("GOFLAGS")
	if err != nil {
		return nil, err
	}
	vars := map[string]string{"GOFLAGS": c.goFlags(flags[0])}
	for _, v := range append(os.Environ(), c.environ()...) {
		name, value, _ := strings.Cut(v, "=")
		if ours.MatchString(name) && name != attr.Variable && value != "" {
			vars[name] = value
		}
	}
	return vars, nil
}

var ours = regexp.MustCompile(`^` + variablePrefix + `[A-Z0-9_]+$`)

// goFlags adds to GOFLAGS what ravel test gives go test.
func (c *envCommand) goFlags(flags string) string {
	fields := strings.Fields(flags)
	if !hasFlag(fields, "count") {
		flags += " -count=1"
	}
	if c.bounded() && !hasFlag(fields, "timeout") {
		flags += " -timeout=0"
	}
	return strings.TrimSpace(flags)
}

var harmless = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// quote writes a text so that a shell reads it as one word.
func quote(s string) string {
	if harmless.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// goEnv asks the go command for some of its variables.
func goEnv(names ...string) ([]string, error) { return goEnvIn("", names...) }

// goEnvIn asks the go command that runs in dir.
func goEnvIn(dir string, names ...string) ([]string, error) {
	cmd := exec.Command("go", append([]string{"env"}, names...)...)
	cmd.Dir = dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, errNoGo
	case errors.As(err, &exit):
		return nil, environmentError{fmt.Errorf("go env: %s", strings.TrimSpace(string(exit.Stderr)))}
	case err != nil:
		return nil, environmentError{fmt.Errorf("running go env: %w", err)}
	}
	values := strings.Split(string(out), "\n")
	return values[:len(names)], nil
}

// writeJSON writes an indented object.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
