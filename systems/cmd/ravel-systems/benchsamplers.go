package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/systems/sct"
	"github.com/ravelgo/ravel/systems/sct/trials"
)

type samplersCommand struct {
	Programs  string  `placeholder:"REGEXP" help:"Only the programs of package sct whose whole name matches, such as 'reorder_.*'. By default all."`
	Samplers  string  `placeholder:"NAMES" help:"Strategies, separated by commas; see ravel strategies. By default random,pct:3,pct:10,pos,urw,surw,portfolio."`
	Trials    int     `default:"20" placeholder:"N" help:"Searches with each strategy for each bug. By default 20."`
	Schedules *uint64 `placeholder:"N" help:"Most executions of a search. By default 10000."`
	Seed      string  `placeholder:"N" help:"What the seeds of the searches are made of: a number. By default 1."`
	load      `set:"each=a search"`
	Markdown  bool `help:"Print the tables as Markdown, for documents."`
	JSON      bool `help:"Print one line of JSON for each program, with every result, and one for the bars."`
}

// The settings of results that begin: those of the published figures.
var samplersDefaults = head{Schedules: sct.SearchLimit, Seed: "1"}

var samplerNames = []string{"random", "pct:3", "pct:10", "pos", "urw", "surw", "portfolio"}

// Validate implements the interface of the command-line library.
func (c *samplersCommand) Validate() error {
	switch {
	case c.Trials < 1:
		return fmt.Errorf("--trials=%d: want at least 1", c.Trials)
	case c.Markdown && c.JSON:
		return errors.New("--markdown and --json exclude each other")
	case c.Seed == "random":
		return errors.New("--seed=random: want a number, so that the results can be made again")
	}
	if err := c.check(); err != nil {
		return err
	}
	if _, err := c.programs(); err != nil {
		return err
	}
	if _, err := c.samplers(); err != nil {
		return err
	}
	return cli.CheckSettings(c.Schedules, c.Time, "", c.Seed, c.Workers, nil)
}

// programs are those that were asked for.
func (c *samplersCommand) programs() ([]sct.Program, error) {
	all := sct.All()
	if c.Programs == "" {
		return all, nil
	}
	re, err := regexp.Compile("^(?:" + c.Programs + ")$")
	if err != nil {
		return nil, fmt.Errorf("--programs=%s: %w", c.Programs, err)
	}
	some := slices.DeleteFunc(slices.Clone(all), func(p sct.Program) bool { return !re.MatchString(p.Name) })
	if len(some) == 0 {
		names := make([]string, len(all))
		for i, p := range all {
			names[i] = p.Name
		}
		return nil, fmt.Errorf("--programs=%s matches no whole name of a program; there are %s", c.Programs, strings.Join(names, ", "))
	}
	return some, nil
}

// samplers are the names of the strategies that were asked for.
func (c *samplersCommand) samplers() ([]string, error) {
	if c.Samplers == "" {
		return samplerNames, nil
	}
	var names []string
	for _, name := range strings.Split(c.Samplers, ",") {
		if _, err := strategy.Parse(name); err != nil {
			return nil, fmt.Errorf("--samplers: %w", err)
		}
		if slices.Contains(names, name) {
			return nil, fmt.Errorf("--samplers: %s is there twice", name)
		}
		names = append(names, name)
	}
	return names, nil
}

// Run does every search, unless that has been done.
func (c *samplersCommand) Run(s *shell) error {
	programs, err := c.programs()
	if err != nil {
		return err
	}
	samplers, err := c.samplers()
	if err != nil {
		return err
	}
	rs, err := readResults[sampled](c.Out, c.given(), samplersDefaults)
	if err != nil {
		return err
	}
	defer rs.close()
	todo := c.searches(programs, samplers)
	stop := false
	if !c.Report {
		if stop, err = c.try(s, rs, todo); err != nil {
			return err
		}
	}
	t := newSamplersTable(c, rs, programs, samplers)
	if c.Report && t.empty() {
		return c.missing()
	}
	if err := t.show(s.out, c); err != nil {
		return err
	}
	if stop {
		return s.interrupted(t.done(), len(todo), c.Out, c.again())
	}
	if t.any(func(r sampled) bool { return r.Outcome == trials.NotReproduced }) {
		return cli.Status(cli.NotReproduced)
	}
	return nil
}

// given are the settings on the command line.
func (c *samplersCommand) given() head {
	h := head{Bench: "samplers"}
	if c.Schedules != nil {
		h.Schedules = *c.Schedules
	}
	if c.Seed != "" {
		n, _ := strconv.ParseUint(c.Seed, 0, 64) // it has been checked
		h.Seed = strconv.FormatUint(n, 10)
	}
	return h
}

// again is the command line that goes on.
func (c *samplersCommand) again() string {
	line := fmt.Sprintf("ravel bench samplers --trials=%d", c.Trials)
	if c.Programs != "" {
		line += " --programs=" + quoted(c.Programs)
	}
	if c.Samplers != "" {
		line += " --samplers=" + c.Samplers
	}
	switch {
	case c.Markdown:
		line += " --markdown"
	case c.JSON:
		line += " --json"
	}
	return line + c.flags()
}

// publishedNames are the names of strategies in published figures.
var publishedNames = map[string]string{"random": "random", "pct:3": "PCT3", "pos": "POS", "urw": "URW", "surw": "SURW"}

// heading is the name of a strategy in a table.
func heading(sampler string) string { return cmp.Or(headings[sampler], sampler) }

var headings = map[string]string{"pct:3": "PCT3", "pct:10": "PCT10", "pos": "POS", "urw": "URW", "surw": "SURW"}
