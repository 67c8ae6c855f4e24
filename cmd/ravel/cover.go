package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/internal/coverage/statediagram"
)

type coverCommand struct {
	settings
	control
	Run_    string `name:"run" placeholder:"REGEXP" help:"Only the tests that match, as in go test."`
	Machine string `placeholder:"REGEXP" help:"Only the machines and monitors whose names match, such as '^vnext[.]'."`
	Diagram string `placeholder:"mermaid|dot" help:"Print state diagrams instead of the table, in the language of Mermaid or Graphviz."`
	Cover   string `placeholder:"FILE" help:"Save the coverage too, for ravel cover FILE..."`

	What []string `arg:"" optional:"" name:"packages|files" help:"Packages, as go test takes them, or files that --cover has saved. By default the package of this directory."`
}

// Help implements the interface of the command-line library.
func (*coverCommand) Help() string {
	return `What tests have visited of their machines and monitors: states, pairs of a state
and an event, transitions; what is declared and was never visited; and how much
is left by estimate. The tests run as under ravel test, and what they print goes
to the standard error. Files are not run but added up:

  ravel cover ./...                              the tests of a module
  ravel test ./... --cover monday.json           saved beside other reports
  ravel cover monday.json tuesday.json           both together
  ravel cover ./kv --diagram mermaid > kv.mmd    state diagrams
  ravel cover ./kv --machine '[.]Server$'        of one machine

Exit codes: those of ravel test; 0 for files.`
}

// Validate implements the interface of the command-line library.
func (c *coverCommand) Validate() error {
	if err := checkPattern(c.Run_); err != nil {
		return err
	}
	if _, err := regexp.Compile(c.Machine); err != nil {
		return fmt.Errorf("--machine=%s: %w", c.Machine, err)
	}
	if diagrams[c.Diagram] == nil && c.Diagram != "" {
		return fmt.Errorf("--diagram=%s: there are mermaid and dot", c.Diagram)
	}
	if err := c.control.Validate(); err != nil {
		return err
	}
	return c.settings.Validate()
}

var diagrams = map[string]func(io.Writer, *coverage.Coverage) error{"mermaid": statediagram.Mermaid, "dot": statediagram.DOT}

// Run shows coverage, of files or of tests that it runs.
func (c *coverCommand) Run(s *shell) error {
	files, err := c.files()
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return c.run(s)
	}
	if len(s.goFlags) > 0 {
		return errors.New("files are not run: there is nothing that would take flags of go test")
	}
	all, err := loadCoverage(files)
	if err != nil {
		return err
	}
	if c.Cover != "" {
		if err := saveCoverage(c.Cover, all); err != nil {
			return err
		}
	}
	return c.show(s.out, all)
}

// files are the arguments, if they are files.
func (c *coverCommand) files() (files []string, err error) {
	for _, name := range c.What {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			files = append(files, name)
		}
	}
	if len(files) > 0 && len(files) < len(c.What) {
		return nil, fmt.Errorf("%s is a file, and there are arguments that are none: either packages are run or files are added up", files[0])
	}
	return files, nil
}

// run runs tests.
func (c *coverCommand) run(s *shell) error {
	t := &testCommand{settings: c.settings, control: c.control, Run_: c.Run_, Packages: c.What}
	t.reports.Cover = c.Cover
	t.reports.also = func(_ io.Writer, g *gathered) error {
		all := coverageOf(g)
		if len(all.Tests) == 0 {
			s.hint("no test was explored, so there is nothing to show: a Ravel test is one that calls check.Test")
			return nil
		}
		return c.show(s.out, all)
	}
	aside := *s
	aside.out = s.err
	return t.Run(&aside)
}

// show prints coverage as it is asked for.
func (c *coverCommand) show(w io.Writer, all *coverage.Coverage) error {
	chosen, err := all.Matching(c.Machine)
	if err != nil {
		return err
	}
	if len(chosen.Machines) == 0 && c.Machine != "" {
		return fmt.Errorf("--machine=%s: no machine or monitor that was run is called so", c.Machine)
	}
	if draw := diagrams[c.Diagram]; draw != nil {
		return draw(w, chosen)
	}
	dir, _ := os.Getwd()
	_, err = io.WriteString(w, chosen.Text(coverage.TextOptions{Dir: dir}))
	return err
}

// coverageOf adds up what the tests have left.
func coverageOf(g *gathered) *coverage.Coverage {
	var list []*coverage.Coverage
	for i := range g.explored {
		list = append(list, g.explored[i].Coverage)
	}
	return coverage.Merge(list...)
}

// writeCoverage writes a file for ravel cover.
func writeCoverage(w io.Writer, g *gathered) error {
	all := coverageOf(g)
	if len(all.Tests) == 0 {
		return errNothing
	}
	return all.WriteJSON(w)
}

func loadCoverage(files []string) (*coverage.Coverage, error) {
	var list []*coverage.Coverage
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, environmentError{err}
		}
		c, err := coverage.Decode(text)
		if err != nil {
			return nil, environmentError{fmt.Errorf("%s: %w; ravel test --cover FILE writes one", name, err)}
		}
		list = append(list, c)
	}
	return coverage.Merge(list...), nil
}

func saveCoverage(name string, c *coverage.Coverage) error {
	f, err := os.Create(name)
	if err != nil {
		return environmentError{fmt.Errorf("--cover: %w", err)}
	}
	err = c.WriteJSON(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return environmentError{fmt.Errorf("--cover: %w", err)}
	}
	return nil
}
