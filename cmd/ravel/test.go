package main

import (
	"path/filepath"

	"github.com/ravelgo/ravel/internal/cli"
)

type testCommand struct {
	settings
	Run_ string `name:"run" placeholder:"REGEXP" help:"Only the tests that match, as in go test."`
	JSON bool   `name:"json" help:"Print the event stream of go test -json."`

	Packages []string `arg:"" optional:"" help:"Packages, as go test takes them. By default the one of this directory."`
}

// Help implements the interface of the command-line library.
func (*testCommand) Help() string {
	return `Flags for go test follow behind --:

  ravel test ./... --time 30s
  ravel test . --run TestWrites --strategy pct:3 -- -race

Exit codes: 0 nothing found, 1 a test failed, 2 usage or build error,
3 a failure that did not reproduce.`
}

// Run runs go test.
func (c *testCommand) Run(s *shell) error {
	args := []string{"-json", "-count=1"}
	if c.bounded() && !hasFlag(s.goFlags, "timeout") {
		args = append(args, "-timeout=0")
	}
	if c.Run_ != "" {
		args = append(args, "-run="+c.Run_)
	}
	args = append(append(args, c.Packages...), s.goFlags...)
	v, err := s.goTest("", c.environ(), args, c.JSON)
	if err != nil {
		return err
	}
	if v.code() == cli.Clean && !v.ravel && !c.JSON {
		s.hint("no Ravel test ran: a Ravel test is one that calls check.Test")
	}
	return cli.AsError(v.code())
}

type replayCommand struct {
	Run_ string `name:"run" placeholder:"REGEXP" help:"The test that a token belongs to. A file names its test itself."`
	JSON bool   `name:"json" help:"Print the event stream of go test -json."`

	Schedule string `arg:"" optional:"" name:"token|file" help:"What a failing test printed behind replay: or saved:."`
	Package  string `arg:"" optional:"" help:"The package of the test. By default the one that the file lies in, or this directory's."`
}

// Help implements the interface of the command-line library.
func (*replayCommand) Help() string {
	return `A file names its test; for a token say which test it belongs to:

  ravel replay testdata/ravel/TestWrites/monitor-1f0c2a9b.ravel
  ravel replay --run TestWrites rv1-IodfOfGb... ./store

Exit codes: 0 the execution passes, 1 it fails as recorded, 2 usage or build
error, 3 it no longer follows its schedule.`
}

// Run runs go test on one test and one schedule.
func (c *replayCommand) Run(s *shell) error {
	t, err := c.target()
	if err != nil {
		return err
	}
	args := append([]string{"-json", "-count=1", "-run=" + t.pattern, t.pkg}, s.goFlags...)
	v, err := s.goTest(t.dir, (&settings{}).environ(), args, c.JSON, "RAVEL_REPLAY="+t.schedule)
	if err != nil {
		return err
	}
	if v.code() == cli.Clean && !v.ravel {
		s.hint("no test ran: no Ravel test of " + filepath.ToSlash(t.pkg) + " matches " + t.pattern)
		return cli.Status(cli.Usage)
	}
	return cli.AsError(v.code())
}
