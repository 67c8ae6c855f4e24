package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/internal/observed"
	"github.com/ravelgo/ravel/trace"
)

type observeCommand struct {
	Run_    string `name:"run" default:"^TestObserve" placeholder:"REGEXP" help:"The tests that observe, ${default} by default."`
	Log     string `arg:"" name:"log" help:"What live.System.WriteTrace has written."`
	Package string `arg:"" optional:"" default:"." help:"The package whose tests know the monitors. By default the one of this directory."`
}

// Help implements the interface of the command-line library.
func (*observeCommand) Help() string {
	return `Has the monitors of a system listen to what its flight recorder has kept in
production. Monitors are Go code, so a test of yours names them; the command
runs it over the log:

  func TestObserve(t *testing.T) {
      observe.Test(t, observe.Options{
          Events:   &events, // as in live.Options.Notifications
          Monitors: []ravel.Monitor{LeaseOrderMonitor.New(&LeaseOrder{})},
      })
  }

  ravel observe flight.json ./lock

See https://pkg.go.dev/github.com/ravelgo/ravel/live/observe.

Exit codes: 0 no violation, 1 a specification is violated, 2 usage or build
error, 3 a violation that what is missing in the log may explain.`
}

// Validate implements the interface of the command-line library.
func (c *observeCommand) Validate() error { return checkPattern(c.Run_) }

// Run runs the tests over the log.
func (c *observeCommand) Run(s *shell) error {
	log, err := c.check()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ravel-observe-")
	if err != nil {
		return environmentError{err}
	}
	defer os.RemoveAll(dir)
	results := filepath.Join(dir, "results.jsonl")
	out, end, err := c.goTest(s, observed.LogVariable+"="+log, observed.ResultVariable+"="+results)
	if err != nil {
		return err
	}
	list, err := observed.Read(results)
	if err != nil {
		return environmentError{err}
	}
	for i, r := range list {
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		if len(list) > 1 {
			fmt.Fprintf(s.out, "%s: ", r.Test)
		}
		fmt.Fprint(s.out, r.Report)
	}
	return c.verdict(s, list, out, end)
}

// check finds out whether the log is one before anything is built.
func (c *observeCommand) check() (path string, err error) {
	f, err := os.Open(c.Log)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("there is no file %s: name what live.System.WriteTrace has written", c.Log)
	case err != nil:
		return "", environmentError{err}
	}
	defer f.Close()
	t, err := trace.ReadJSON(f)
	if err != nil {
		return "", environmentError{fmt.Errorf("%s: %w; live.System.WriteTrace writes logs", c.Log, err)}
	}
	if !t.Header.Encoded {
		return "", environmentError{fmt.Errorf("%s does not have its notifications in a form that programs can read: set live.Options.Notifications where it is recorded", c.Log)}
	}
	if path, err = filepath.Abs(c.Log); err != nil {
		return "", environmentError{err}
	}
	return path, nil
}

// goTest returns what the tests have printed, and how they ended.
func (c *observeCommand) goTest(s *shell, env ...string) (out []byte, end ending, err error) {
	args := append([]string{"test", "-count=1", "-run=" + c.Run_}, slices.Concat(s.goFlags, []string{c.Package})...)
	file, err := os.CreateTemp("", "ravel-observe-")
	if err != nil {
		return nil, end, environmentError{err}
	}
	defer os.Remove(file.Name())
	defer file.Close()
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = file, file
	s.line.Show("building and running the tests that observe ...")
	end, err = run(cmd, nil)
	s.line.Close()
	if err != nil {
		return nil, end, err
	}
	if out, err = os.ReadFile(file.Name()); err != nil {
		return nil, end, environmentError{err}
	}
	return out, end, nil
}

// verdict is the exit code. What go test has printed is shown if the reports do not say why it failed.
func (c *observeCommand) verdict(s *shell, list []observed.Result, out []byte, end ending) error {
	worst := 0
	for _, r := range list {
		worst = max(worst, r.Outcome)
	}
	if end.code != 0 && worst != observed.Violated {
		s.err.Write(out)
		return environmentError{fmt.Errorf("the tests of %s that observe have failed, see above", c.Package)}
	}
	switch {
	case len(list) == 0:
		return fmt.Errorf("no test of %s that matches %s has observed the log: write one that calls observe.Test", c.Package, c.Run_)
	case worst == observed.Violated:
		return cli.AsError(cli.Found)
	case worst == observed.Suspected:
		return cli.AsError(cli.NotReproduced)
	}
	return nil
}
