package main

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/catalog"
)

// attempt is one search for a bug.
type attempt struct {
	Column string `json:"column"`
	Twin   bool   `json:"twin,omitempty"` // in the program without the bug
	trial
	States  uint64  `json:"states,omitempty"`  // different ones, ahead of the step that failed
	Bounded uint64  `json:"bounded,omitempty"` // executions that were cut at the step bound
	Budget  float64 `json:"budget"`            // seconds
}

// How a search ended, besides what difficulty knows.
const (
	exhausted = "exhausted" // there was nothing left to explore
	memory    = "memory"    // it was used up
)

// search is something to be run.
type search struct {
	row    catalog.PaperEntry
	column column
	seed   uint64
}

// searches are all that belong to the tables, those of seed 1 first: an interrupt
// leaves something in every cell.
func (c *explorersCommand) searches(rows []catalog.PaperEntry, columns []column) (all []search) {
	for seed := uint64(1); seed <= uint64(c.Seeds); seed++ {
		for _, row := range rows {
			for _, column := range columns {
				if seed == 1 || column.seeded {
					all = append(all, search{row, column, seed})
				}
			}
		}
	}
	return all
}

// result is the last one of a search, or nil.
func (c *explorersCommand) result(rs *results[attempt], s search) *attempt {
	for i := len(rs.rows) - 1; i >= 0; i-- {
		if a := &rs.rows[i]; a.Bug == s.row.Path() && a.Column == s.column.name && a.Seed == s.seed && a.Twin == c.Twins {
			return a
		}
	}
	return nil
}

func (c *explorersCommand) done(rs *results[attempt], searches []search) (n int) {
	for _, s := range searches {
		if c.result(rs, s) != nil {
			n++
		}
	}
	return n
}

// try does what has not been done, or was cut after less time than there is now.
// It returns true if it was interrupted.
func (c *explorersCommand) try(s *shell, rs *results[attempt], searches []search) (stop bool, err error) {
	ctx, release := s.interruptible()
	defer release()
	for i, search := range searches {
		cfg := c.config(rs.head, search)
		if a := c.result(rs, search); a != nil {
			if a.Bound != cfg.Steps {
				return false, fmt.Errorf("--out: %s has results of %s with at most %d steps; now it has %d: name another file", c.Out, a.Bug, a.Bound, cfg.Steps)
			}
			if a.Result != cut || c.budget().Seconds() <= a.Budget {
				continue
			}
		}
		if err := rs.open(); err != nil {
			return false, err
		}
		title := fmt.Sprintf("%s %d/%d %s %s", bar(i, len(searches)), i, len(searches), search.row.Bug.Name, search.column.name)
		a, err := c.one(ctx, s, rs.head, search, cfg, title)
		if err != nil || a == nil {
			return a == nil && err == nil, err
		}
		if err := rs.keep(*a); err != nil {
			return false, err
		}
	}
	return false, nil
}

// bar shows how much is done.
func bar(done, all int) string {
	const wide = 10
	n := wide * done / all
	return "[" + strings.Repeat("#", n) + strings.Repeat(".", wide-n) + "]"
}

// config is how a bug is looked for. Whatever the strategy, program, step bound and
// budget are the same.
func (c *explorersCommand) config(h head, s search) check.Config {
	workers := 1
	if c.Workers != nil && s.column.seeded && s.column.unit == schedules {
		workers = *c.Workers
	}
	budget := c.budget()
	set := settings{Time: &budget, Strategy: s.column.spec(h.Memory), Workers: &workers}
	if s.column.unit == schedules {
		set.Schedules = &h.Schedules
	} else {
		most := uint64(math.MaxInt64) // the states are counted, see limited
		set.Schedules = &most
	}
	cfg := set.apply(s.row.Bug.Settings)
	if cfg.Steps == 0 {
		cfg.Steps = check.DefaultSteps
	}
	cfg.Seed, cfg.Seeded, cfg.NoShrink = s.seed, true, true
	return cfg
}

// one runs a search. Nil means that it was interrupted.
func (c *explorersCommand) one(ctx context.Context, s *shell, h head, search search, cfg check.Config, title string) (*attempt, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	var l *limited
	if search.column.unit == states {
		l = limit(&cfg, h.States)
	}
	body := search.row.Bug.Buggy
	if c.Twins {
		body = search.row.Bug.Correct
	}
	r, err := s.explore(ctx, title, search.row.Path(), cfg, body)
	if r == nil {
		return nil, err
	}
	a := &attempt{
		Column: search.column.name, Twin: c.Twins, trial: *judge(search.row.Entry, search.seed, cfg, r),
		States: r.States, Bounded: r.Bounded, Budget: cfg.Time.Seconds(),
	}
	switch {
	case c.Twins && (a.Result == found || a.Result == otherKind):
		a.Result = failed
	case a.Result != notFound:
	case l.usedUp():
		a.Result = memory
	case r.Exhausted, r.CutShort && r.States < h.States && search.column.unit == states:
		a.Result = exhausted // as far as the step bound allows
	}
	return a, nil
}
