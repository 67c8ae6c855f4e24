package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/catalog"
)

type explorersCommand struct {
	Files     []string       `arg:"" optional:"" name:"file" help:"With --report: files of results, shown as one."`
	Only      string         `placeholder:"NAMES" help:"Only these rows and columns, by name or pattern, separated by commas: 2pc_*,CR_1,RS,SES-*. A system is all its rows."`
	Seeds     int            `default:"5" placeholder:"N" help:"How many seeds to try, from 1 on. By default 5. What does not depend on the seed is run once."`
	Budget    *time.Duration `placeholder:"T" help:"Start no executions of a search after this time, such as 30s. By default 1m."`
	Schedules *uint64        `placeholder:"N" help:"Most executions of a search that samples. By default 1000000."`
	States    *uint64        `placeholder:"N" help:"Most states of a search that remembers them. By default 100000000."`
	Memory    string         `placeholder:"SIZE" help:"Memory of a search that remembers states. By default 512MiB."`
	Twins     bool           `help:"Explore the programs without the bugs, in which nothing may be found."`
	Workers   *int           `placeholder:"N" help:"Executions side by side, where the strategy samples; the others have one worker. By default 1."`
	Out       string         `placeholder:"FILE" help:"Append each result to this file, and skip what it has. Settings that are not given are those of the file."`
	Report    bool           `help:"Show what files have, and run nothing."`
	SVG       string         `name:"svg" placeholder:"FILE" help:"Plot the bugs found against schedules and states, for each strategy."`
	Markdown  bool           `help:"Print the tables as Markdown, for documents."`
	JSON      bool           `help:"Print one line of JSON for each bug, with every result."`
}

// The settings of results that begin, and the time for what is made now.
var explorersDefaults = head{Schedules: 1_000_000, States: 100_000_000, Memory: "512MiB"}

const defaultBudget = time.Minute

// Validate implements the interface of the command-line library.
func (c *explorersCommand) Validate() error {
	switch {
	case c.Seeds < 1:
		return fmt.Errorf("--seeds=%d: want at least 1", c.Seeds)
	case c.SVG != "" && c.Twins:
		return errors.New("--svg and --twins exclude each other: nothing is found in them")
	case c.Markdown && c.JSON:
		return errors.New("--markdown and --json exclude each other")
	case len(c.Files) > 0 && !c.Report:
		return fmt.Errorf("what is %s? Files of results go with --report, or with --out to add to one", c.Files[0])
	case len(c.Files) > 0 && c.Out != "":
		return errors.New("--out and files exclude each other: --report shows either")
	case c.Report && c.Out == "" && len(c.Files) == 0:
		return errors.New("--report goes with the names of files, which have the results")
	}
	if c.Budget != nil {
		if err := cli.CheckSetting("time", "--budget", c.Budget.String()); err != nil {
			return err
		}
	}
	if c.States != nil {
		if err := cli.CheckSetting("schedules", "--states", fmt.Sprint(*c.States)); err != nil {
			return err
		}
	}
	if c.Memory != "" {
		if _, err := strategy.Parse("ses:memory=" + c.Memory); err != nil {
			return fmt.Errorf("--memory=%s: want a size of at least 1MiB, such as 512MiB", c.Memory)
		}
	}
	return cli.CheckSettings(c.Schedules, nil, "", "", c.Workers, nil)
}

// Run runs every search, unless that has been done.
func (c *explorersCommand) Run(s *shell) error {
	all := catalog.InPaper(s.systems)
	if len(all) == 0 {
		return errors.New("the systems have no bug that the paper has: see ravel hunt")
	}
	rows, columns, err := choose(c.Only, all, columns())
	if err != nil {
		return err
	}
	rs, err := c.results()
	if err != nil {
		return err
	}
	defer rs.close()
	todo := c.searches(rows, columns)
	stop := false
	if !c.Report {
		if stop, err = c.try(s, rs, todo); err != nil {
			return err
		}
	}
	t := newComparison(rs, rows, columns, c)
	if c.Report && t.empty() {
		return fmt.Errorf("--report: there are no results of these in %s: without --report they are made", strings.Join(c.files(), ", "))
	}
	if err := c.show(s, t); err != nil {
		return err
	}
	if stop {
		return s.interrupted(c.done(rs, todo), len(todo), c.Out, c.again())
	}
	return cli.AsError(t.code())
}

// results are those of the file, or with --report of all of them.
func (c *explorersCommand) results() (*results[attempt], error) {
	if !c.Report {
		return readResults[attempt](c.Out, c.given(), explorersDefaults)
	}
	var all *results[attempt]
	for i, name := range c.files() {
		rs, err := readFile[attempt](name, c.given(), explorersDefaults)
		switch {
		case err != nil:
			return nil, fmt.Errorf("--report: %w", err)
		case i == 0:
			all = rs
		case rs.head != all.head:
			return nil, fmt.Errorf("--report: the results in %s and %s were made with different bounds on schedules, states or memory: show them one by one", c.files()[0], name)
		default:
			all.rows = append(all.rows, rs.rows...)
		}
	}
	return all, nil
}

func (c *explorersCommand) files() []string {
	if c.Out != "" {
		return []string{c.Out}
	}
	return c.Files
}

// given are the settings on the command line.
func (c *explorersCommand) given() head {
	h := head{Bench: "explorers", Memory: c.Memory}
	if c.Schedules != nil {
		h.Schedules = *c.Schedules
	}
	if c.States != nil {
		h.States = *c.States
	}
	return h
}

func (c *explorersCommand) budget() time.Duration {
	if c.Budget != nil {
		return *c.Budget
	}
	return defaultBudget
}

// again is the command line that goes on.
func (c *explorersCommand) again() string {
	line := fmt.Sprintf("ravel bench explorers --seeds=%d --budget=%v", c.Seeds, c.budget())
	if c.Only != "" {
		line += " --only=" + quoted(c.Only)
	}
	if c.Twins {
		line += " --twins"
	}
	if c.Workers != nil {
		line += fmt.Sprintf(" --workers=%d", *c.Workers)
	}
	if c.SVG != "" {
		line += " --svg=" + quoted(c.SVG)
	}
	switch {
	case c.Markdown:
		line += " --markdown"
	case c.JSON:
		line += " --json"
	}
	return line + " --out=" + quoted(c.Out)
}

// show prints the tables in the form that was asked for, and plots.
func (c *explorersCommand) show(s *shell, t *comparison) error {
	if c.SVG != "" && !t.empty() {
		if err := os.WriteFile(c.SVG, []byte(t.plot()), 0o666); err != nil {
			return fmt.Errorf("--svg: %w", err)
		}
	}
	if c.JSON {
		return t.writeJSON(s.out)
	}
	if t.empty() {
		return nil
	}
	return t.write(s.out, c.Markdown)
}
