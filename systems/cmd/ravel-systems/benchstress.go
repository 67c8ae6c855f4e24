package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/systems/catalog"
	"github.com/ravelgo/ravel/systems/vnext/deploy/drill"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
)

type stressCommand struct {
	Bugs     []string      `default:"none,V1,V2,V3,V4,V6,V7,V8,V9,V10,V12,V14,V15" placeholder:"BUG,..." help:"Bugs of system vnext, such as V1,V3; none is the correct code. By default those that a deployed cluster can show, and none."`
	Seeds    int           `default:"1" placeholder:"N" help:"How many seeds to try, from 1 on. By default 1."`
	Time     time.Duration `default:"2m" placeholder:"T" help:"How long to look for a bug with a seed, on each side. By default 2m."`
	Patience time.Duration `default:"20s" placeholder:"T" help:"How long the stress test waits for what must happen. By default 20s."`
	Workers  *int          `placeholder:"N" help:"Executions of the hunt side by side. By default one per processor."`
	Out      string        `placeholder:"FILE" help:"Append each result to this file, and skip what it has."`
	Report   bool          `help:"Show what the file has, and run nothing."`
	Markdown bool          `help:"Print the table as Markdown, for documents."`
	JSON     bool          `help:"Print one line of JSON for each result."`
}

const (
	stressSystem = "vnext"
	correctCode  = "none"
	stressSide   = "stress"
	ravelSide    = "ravel"
)

// stressed is what one side has found of a bug with one seed.
type stressed struct {
	Bug     string  `json:"bug"`
	Side    string  `json:"side"`
	Seed    uint64  `json:"seed"`
	Result  string  `json:"result"`
	Seconds float64 `json:"seconds"` // until it was noticed, or in vain
	Shows   string  `json:"shows,omitempty"`

	// Of the stress test. The last three are those of the round that failed, else of the last one.
	Rounds   int   `json:"rounds,omitempty"`
	Faults   int   `json:"faults,omitempty"`
	Messages int64 `json:"messages,omitempty"`
	Lines    int   `json:"lines,omitempty"`

	// Of the hunt: executions, and the simplest schedule that was made of what was found.
	Schedules uint64 `json:"schedules,omitempty"`
	Steps     int    `json:"steps,omitempty"`
	Switches  int    `json:"switches,omitempty"`
}

// Validate implements the interface of the command-line library.
func (c *stressCommand) Validate() error {
	switch {
	case c.Seeds < 1:
		return fmt.Errorf("--seeds=%d: want at least 1", c.Seeds)
	case c.Patience <= 0:
		return fmt.Errorf("--patience=%v: want a positive duration, such as 20s", c.Patience)
	case c.Markdown && c.JSON:
		return errors.New("--markdown and --json exclude each other")
	case c.Report && c.Out == "":
		return errors.New("--report goes with --out=FILE, which has the results")
	}
	return cli.CheckSettings(nil, &c.Time, "", "", c.Workers, nil)
}

// Run lets each side look for each bug.
func (c *stressCommand) Run(s *shell) error {
	rows, err := c.rows(s.systems)
	if err != nil {
		return err
	}
	rs, err := readResults[stressed](c.Out, head{Bench: "stress"}, head{})
	if err != nil {
		return err
	}
	defer rs.close()
	stop := false
	if c.Report {
		rows = slices.DeleteFunc(rows, func(r stressRow) bool { return len(c.results(rs, r, stressSide)) == 0 })
		if len(rows) == 0 {
			return fmt.Errorf("--report: %s has no results of these: without --report they are made", c.Out)
		}
	} else if stop, err = c.search(s, rs, rows); err != nil {
		return err
	}
	if err := c.show(s.out, rs, rows); err != nil || !stop {
		return err
	}
	return s.interrupted(len(rs.rows), 2*len(rows)*c.Seeds, c.Out, c.again())
}

// again is the command line that goes on.
func (c *stressCommand) again() string {
	line := fmt.Sprintf("ravel bench stress --bugs=%s --seeds=%d --time=%v --patience=%v", strings.Join(c.Bugs, ","), c.Seeds, c.Time, c.Patience)
	switch {
	case c.Markdown:
		line += " --markdown"
	case c.JSON:
		line += " --json"
	}
	return line + (&load{Workers: c.Workers, Out: c.Out}).flags()
}

// stressRow is a bug, in the catalog and in the processes. The correct code has no entry.
type stressRow struct {
	name     string
	entry    *catalog.Entry
	bugs     extmgr.Bugs
	nodeBugs extnode.Bugs
}

func (c *stressCommand) rows(systems []catalog.System) ([]stressRow, error) {
	var rows []stressRow
	for _, name := range c.Bugs {
		if name == correctCode {
			rows = append(rows, stressRow{name: name})
			continue
		}
		entries, err := catalog.Find(systems, stressSystem+"/"+name)
		if err != nil {
			return nil, fmt.Errorf("--bugs: %w, or %s for the correct code", err, correctCode)
		}
		row := stressRow{name: name, entry: &entries[0]}
		n, err := strconv.Atoi(strings.TrimPrefix(name, "V"))
		if err != nil {
			return nil, fmt.Errorf("--bugs: %s has no number", name)
		}
		if bug := extmgr.Bugs(1) << (n - 1); (extmgr.Config{Bugs: bug}).Validate() == nil {
			row.bugs = bug
		} else {
			row.nodeBugs = extnode.Bugs(1) << (n - 1)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// search makes what has not been made. It returns true if it was interrupted.
func (c *stressCommand) search(s *shell, rs *results[stressed], rows []stressRow) (stop bool, err error) {
	ctx, release := s.interruptible()
	defer release()
	s.line.Show("building extmgrd and extnoded ...")
	stress, clean, err := s.stress(ctx)
	s.line.Clear()
	if err != nil {
		return false, err
	}
	defer clean()
	for _, row := range rows {
		for seed := uint64(1); seed <= uint64(c.Seeds); seed++ {
			for _, side := range []string{stressSide, ravelSide} {
				has := func(r stressed) bool { return r.Seed == seed }
				if side == ravelSide && row.entry == nil || slices.ContainsFunc(c.results(rs, row, side), has) {
					continue
				}
				if err := rs.open(); err != nil {
					return false, err
				}
				r, err := c.one(ctx, s, stress, row, side, seed)
				if err != nil {
					return false, err
				}
				if ctx.Err() != nil {
					return true, nil
				}
				if err := rs.keep(*r); err != nil {
					return false, err
				}
			}
		}
	}
	return false, nil
}

// one lets one side look for a bug with one seed.
func (c *stressCommand) one(ctx context.Context, s *shell, stress stressRun, row stressRow, side string, seed uint64) (*stressed, error) {
	title := fmt.Sprintf("%s, %s, seed %d of %d", row.name, side, seed, c.Seeds)
	if side == ravelSide {
		return c.hunt(ctx, s, title, row, seed)
	}
	s.line.Show(fmt.Sprintf("%s: %v at most", title, c.Time))
	defer s.line.Clear()
	limited, cancel := context.WithTimeout(ctx, c.Time)
	defer cancel()
	result, err := stress(limited, drill.Config{Bugs: row.bugs, NodeBugs: row.nodeBugs, Patience: c.Patience}, seed)
	if err != nil {
		return nil, fmt.Errorf("the stress test of %s cannot go on: %w", row.name, err)
	}
	r := &stressed{
		Bug: stressSystem + "/" + row.name, Side: side, Seed: seed, Result: cut, Seconds: thousandths(result.Elapsed),
		Rounds: result.Rounds, Faults: result.Faults, Messages: result.Messages, Lines: result.Lines,
	}
	if result.Failure != nil {
		r.Result, r.Shows = found, result.Failure.Kind
	}
	return r, nil
}

// hunt looks for a bug as ravel hunt does. Nil means that it was interrupted.
func (c *stressCommand) hunt(ctx context.Context, s *shell, title string, row stressRow, seed uint64) (*stressed, error) {
	set := settings{Time: &c.Time, Workers: c.Workers}
	cfg := set.apply(row.entry.Bug.Settings)
	cfg.Seed, cfg.Seeded = seed, true
	cfg.ShrinkTime, cfg.ShrinkSteps = huntShrinkTime, huntShrinkSteps
	report, err := s.explore(ctx, title, row.entry.Path(), cfg, row.entry.Bug.Buggy)
	if report == nil {
		return nil, err
	}
	t := judge(*row.entry, seed, cfg, report)
	r := &stressed{Bug: row.entry.Path(), Side: ravelSide, Seed: seed, Result: t.Result, Seconds: t.Seconds, Shows: t.Kind, Schedules: t.Schedules}
	if f := report.Failure; f != nil {
		r.Steps, r.Switches = f.Shrunk.Steps, f.Shrunk.Switches
	}
	return r, nil
}

// results are those of one side for a bug, by seed.
func (c *stressCommand) results(rs *results[stressed], row stressRow, side string) []stressed {
	var all []stressed
	for _, r := range rs.rows {
		if r.Bug == stressSystem+"/"+row.name && r.Side == side && 1 <= r.Seed && r.Seed <= uint64(c.Seeds) {
			all = append(all, r)
		}
	}
	return all
}

// show prints what is known, in the form that was asked for.
func (c *stressCommand) show(w io.Writer, rs *results[stressed], rows []stressRow) error {
	if !c.JSON {
		return c.write(w, rs, rows)
	}
	out := json.NewEncoder(w)
	for _, row := range rows {
		for _, side := range []string{stressSide, ravelSide} {
			for _, r := range c.results(rs, row, side) {
				if err := out.Encode(r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
