package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/systems/catalog"
)

type shrinkCommand struct {
	Path     string        `arg:"" optional:"" name:"system/bug" help:"What to look for. By default every bug of every system."`
	Seeds    int           `default:"3" placeholder:"N" help:"How many seeds to try, from 1 on. By default 3."`
	Cap      *uint64       `placeholder:"N" help:"Most executions for a seed. By default 1000000."`
	Strategy string        `placeholder:"NAME" help:"Exploration strategy; see ravel strategies. By default portfolio."`
	Replays  int           `default:"100" placeholder:"N" help:"How often each schedule is replayed. By default 100."`
	Within   time.Duration `placeholder:"T" help:"When to end the shrinking of a failure at the latest, such as 1m. By default as in tests, 4.5s."`
	load     `set:"each=a seed"`
	Markdown bool `help:"Print the table as Markdown, for documents."`
	JSON     bool `help:"Print one line of JSON for each failure."`
}

// The settings of results that begin.
var shrinkDefaults = head{Strategy: "portfolio", Cap: 1_000_000}

// Validate implements the interface of the command-line library.
func (c *shrinkCommand) Validate() error {
	switch {
	case c.Seeds < 1:
		return fmt.Errorf("--seeds=%d: want at least 1", c.Seeds)
	case c.Within < 0:
		return fmt.Errorf("--within=%v: want a positive time", c.Within)
	case c.Replays < 1:
		return fmt.Errorf("--replays=%d: want at least 1", c.Replays)
	case c.Cap != nil && *c.Cap == 0:
		return errors.New("--cap=0: want at least 1")
	case c.Markdown && c.JSON:
		return errors.New("--markdown and --json exclude each other")
	}
	if err := c.check(); err != nil {
		return err
	}
	return cli.CheckSettings(nil, c.Time, c.Strategy, "", c.Workers, nil)
}

// Run shrinks one failure for each bug and seed, unless that has been done.
func (c *shrinkCommand) Run(s *shell) error {
	entries, err := catalog.Find(s.systems, c.Path)
	if err != nil {
		return err
	}
	given := head{Bench: "shrink", Strategy: c.Strategy}
	if c.Cap != nil {
		given.Cap = *c.Cap
	}
	rs, err := readResults[shrunk](c.Out, given, shrinkDefaults)
	if err != nil {
		return err
	}
	defer rs.close()
	stop := false
	if c.Report {
		entries = slices.DeleteFunc(entries, func(e catalog.Entry) bool { return len(c.shrunk(rs, e)) == 0 })
		if len(entries) == 0 {
			return c.missing()
		}
	} else if stop, err = c.try(s, rs, entries); err != nil {
		return err
	}
	if err := c.show(s.out, rs, entries); err != nil {
		return err
	}
	done, lost := 0, false
	for _, e := range entries {
		all := c.shrunk(rs, e)
		done += len(all)
		lost = lost || slices.ContainsFunc(all, func(r shrunk) bool { return r.Result == notReproduced || r.Same < r.Replays })
	}
	switch {
	case stop:
		return s.interrupted(done, len(entries)*c.Seeds, c.Out, c.again())
	case lost:
		return cli.Status(cli.NotReproduced)
	}
	return nil
}

// again is the command line that goes on.
func (c *shrinkCommand) again() string {
	line := "ravel bench shrink"
	if c.Path != "" {
		line += " " + c.Path
	}
	line += fmt.Sprintf(" --seeds=%d --replays=%d", c.Seeds, c.Replays)
	if c.Within > 0 {
		line += fmt.Sprintf(" --within=%v", c.Within)
	}
	switch {
	case c.Markdown:
		line += " --markdown"
	case c.JSON:
		line += " --json"
	}
	return line + c.flags()
}

// try does what has not been done. It returns true if it was interrupted.
func (c *shrinkCommand) try(s *shell, rs *results[shrunk], entries []catalog.Entry) (stop bool, err error) {
	ctx, release := s.interruptible()
	defer release()
	for _, e := range entries {
		done := map[uint64]bool{}
		for _, r := range c.shrunk(rs, e) {
			done[r.Seed] = r.Result != cut || !c.allows(r.Seconds)
		}
		for seed := uint64(1); seed <= uint64(c.Seeds); seed++ {
			if done[seed] {
				continue
			}
			if err := rs.open(); err != nil {
				return false, err
			}
			r, err := c.one(ctx, s, rs.head, e, seed)
			if err != nil || r == nil {
				return r == nil && err == nil, err
			}
			if err := rs.keep(*r); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// one finds a bug, shrinks its failure and replays what came of it. Nil means that it was interrupted.
func (c *shrinkCommand) one(ctx context.Context, s *shell, h head, e catalog.Entry, seed uint64) (*shrunk, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	set := settings{Schedules: &h.Cap, Time: c.Time, Strategy: h.Strategy, Workers: c.Workers}
	cfg := set.apply(e.Bug.Settings)
	cfg.Seed, cfg.Seeded, cfg.ShrinkTime = seed, true, c.Within
	r, err := s.explore(ctx, fmt.Sprintf("%s, seed %d of %d", e.Path(), seed, c.Seeds), e.Path(), cfg, e.Bug.Buggy)
	if r == nil {
		return nil, err
	}
	one := &shrunk{trial: *judge(e, seed, cfg, r)}
	if one.Result != found {
		return one, nil
	}
	one.fill(r.Failure)
	one.Replays = c.Replays
	for range c.Replays {
		if ctx.Err() != nil {
			return nil, nil
		}
		same, err := replayed(e, r.Failure)
		if err != nil {
			return nil, err
		}
		if same {
			one.Same++
		}
	}
	return one, nil
}

// shrunk are the results for a bug, by seed; of two for a seed the later one.
func (c *shrinkCommand) shrunk(rs *results[shrunk], e catalog.Entry) (all []shrunk) {
	bySeed := map[uint64]shrunk{}
	for _, r := range rs.rows {
		if r.Bug == e.Path() && 1 <= r.Seed && r.Seed <= uint64(c.Seeds) {
			bySeed[r.Seed] = r
		}
	}
	for _, r := range bySeed {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b shrunk) int { return cmp.Compare(a.Seed, b.Seed) })
	return all
}

// show prints what is known, in the form that was asked for.
func (c *shrinkCommand) show(w io.Writer, rs *results[shrunk], entries []catalog.Entry) error {
	if c.JSON {
		out := json.NewEncoder(w)
		for _, e := range entries {
			for _, r := range c.shrunk(rs, e) {
				if err := out.Encode(r); err != nil {
					return err
				}
			}
		}
		return nil
	}
	t, notes := c.table(rs, entries)
	write := t.writeText
	if c.Markdown {
		write = t.writeMarkdown
	}
	if err := write(w); err != nil {
		return err
	}
	text := ""
	for _, n := range notes {
		text += "\n" + paragraph(n) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}
