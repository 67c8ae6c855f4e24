package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"

	"github.com/ravelgo/ravel/internal/cli"
)

type testCommand struct {
	settings
	control
	reports
	Run_ string `name:"run" placeholder:"REGEXP" help:"Only the tests that match, as in go test."`
	JSON bool   `name:"json" help:"Print the event stream of go test -json."`

	Packages []string `arg:"" optional:"" help:"Packages, as go test takes them. By default the one of this directory."`
}

// Help implements the interface of the command-line library.
func (*testCommand) Help() string {
	return `This is go test without its cache, and with every test explored in which
something can happen in another order: it is run along many schedules, and one
that fails says how to run its schedule again. The tests need not know of Ravel.

Tests are built with an overlay over the standard library, which puts their
goroutines under control. Toolchains or flags that it does not fit are refused;
--control=off builds without it, --ordinary=off explores Ravel tests only.

  ravel test                             the tests of this folder
  ravel test ./... --time 30s            all tests of the module, for longer
  ravel test ./... --race                data races as well
  ravel test --run TestWrites -- -cover  flags of go test follow behind --

Settings that are not given are those of the RAVEL_* variables (RAVEL_TIME is
--time), else those of the test.

Exit codes: 0 nothing found, 1 a test failed, 2 usage or build error,
3 a failure that did not reproduce.`
}

// Validate implements the interface of the command-line library.
func (c *testCommand) Validate() error {
	if err := checkPattern(c.Run_); err != nil {
		return err
	}
	if err := c.control.Validate(); err != nil {
		return err
	}
	return c.settings.Validate()
}

// checkPattern finds out what every test binary would refuse.
func checkPattern(run string) error {
	if _, err := regexp.Compile(run); err != nil {
		return fmt.Errorf("--run=%s: %w", run, err)
	}
	return nil
}

// Run runs go test.
func (c *testCommand) Run(s *shell) error {
	var args []string
	if c.bounded() && !hasFlag(s.goFlags, "timeout") {
		args = append(args, "-timeout=0")
	}
	if c.Run_ != "" {
		args = append(args, "-run="+c.Run_)
	}
	b, err := s.plan("", c.Packages, &c.control)
	if err != nil {
		return err
	}
	rep, err := c.reports.begin()
	if err != nil {
		return err
	}
	defer rep.close()
	v, err := s.goTest(b, c.environ(), append(args, c.Packages...), c.JSON, rep)
	if err != nil {
		return err
	}
	if !c.JSON && b.runs() {
		switch text := v.ordinary(); {
		case text != "":
			s.hint(text)
		case v.code() == cli.Clean && !v.ravel:
			s.hint("no test was explored: a Ravel test is one that calls check.Test, and beside those --ordinary=all explores others")
		}
	}
	if err := rep.end(s, c.JSON); err != nil {
		return err
	}
	return s.end("test", b, v)
}

type replayCommand struct {
	control
	leaks
	reports
	cli.Face
	Run_ string `name:"run" placeholder:"REGEXP" help:"The test that a token belongs to. A file names its test itself."`
	JSON bool   `name:"json" help:"Print the event stream of go test -json."`

	Schedule string `arg:"" optional:"" name:"token|file" help:"What a failing test printed behind replay: or saved:."`
	Package  string `arg:"" optional:"" help:"The package of the test. By default the one that the file lies in, or this directory's."`
}

// Help implements the interface of the command-line library.
func (*replayCommand) Help() string {
	return `A failing test saves its schedule in a file and prints a token of it when it
is short. A file names its test; for a token say which test it belongs to:

  ravel replay testdata/ravel/TestWrites/monitor-1f0c2a9b.ravel
  ravel replay --run TestWrites rv1-IodfOfGb... ./store

With --format the trace goes to standard output, and what the test prints to
standard error:

  ravel replay --run TestWrites rv1-IodfOfGb... --format mermaid > t.mmd

Flags of go test follow behind --, as in ravel test.

Exit codes: 0 the execution passes, 1 it fails as recorded, 2 usage or build
error, 3 it no longer follows its schedule.`
}

// Validate implements the interface of the command-line library.
func (c *replayCommand) Validate() error {
	if err := checkPattern(c.Run_); err != nil {
		return err
	}
	if err := errors.Join(c.leaks.Validate(), c.Face.Validate()); err != nil {
		return err
	}
	if c.JSON && c.Alone() {
		return errors.New("--json and --format both want standard output: name a file for the trace with --output")
	}
	return c.control.Validate()
}

// Run runs go test on one test and one schedule.
func (c *replayCommand) Run(s *shell) error {
	t, err := c.target()
	if err != nil {
		return err
	}
	c.Race = c.Race || t.race
	b, err := s.plan(t.dir, []string{t.pkg}, &c.control)
	if err != nil {
		return err
	}
	s = c.reports.showsFace(s, &c.Face)
	rep, err := c.reports.begin()
	if err != nil {
		return err
	}
	defer rep.close()
	v, err := s.goTest(b, append(c.leaks.environ(), "RAVEL_REPLAY="+t.schedule), []string{"-run=" + t.pattern, t.pkg}, c.JSON, rep)
	if err != nil {
		return err
	}
	if v.code() == cli.Clean && !v.ravel {
		s.hint("no test ran: no Ravel test of " + filepath.ToSlash(t.pkg) + " matches " + t.pattern)
		return cli.Status(cli.Usage)
	}
	if err := rep.end(s, c.JSON); err != nil {
		return err
	}
	return s.end("replay", b, v)
}
