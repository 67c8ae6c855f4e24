package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"
)

// table has a row for each bug: what the stress test found, and what the hunt.
func (c *stressCommand) table(rs *results[stressed], rows []stressRow) *table {
	t := &table{heads: []string{"bug", "stress s", "rounds", "messages", "lines", "noticed as", "ravel s", "runs", "steps", "sw"}, names: 8}
	for _, row := range rows {
		under, hunted := c.results(rs, row, stressSide), c.results(rs, row, ravelSide)
		t.add(row.name,
			midst(under, 0, func(r stressed) float64 { return r.Seconds }),
			midst(under, 0, func(r stressed) float64 { return float64(r.Rounds) }),
			midst(under, 0, func(r stressed) float64 { return float64(r.Messages) }),
			midst(under, 0, func(r stressed) float64 { return float64(r.Lines) }),
			shows(under),
			midst(hunted, 1, func(r stressed) float64 { return r.Seconds }),
			midst(hunted, 0, func(r stressed) float64 { return float64(r.Schedules) }),
			midst(hunted, 0, func(r stressed) float64 { return float64(r.Steps) }),
			midst(hunted, 0, func(r stressed) float64 { return float64(r.Switches) }))
	}
	return t
}

// midst is the median of the seeds that found the bug, "-" if none did.
func midst(all []stressed, digits int, of func(stressed) float64) string {
	var values []float64
	for _, r := range all {
		if r.Result == found {
			values = append(values, of(r))
		}
	}
	return middle(values, len(values), digits)
}

// shows is how a bug showed, and with how many of the seeds if not with all.
func shows(all []stressed) string {
	var kinds []string
	n := 0
	for _, r := range all {
		if r.Result != found {
			continue
		}
		n++
		if !slices.Contains(kinds, r.Shows) {
			kinds = append(kinds, r.Shows)
		}
	}
	text := strings.Join(kinds, ", ")
	switch {
	case len(all) == 0:
		return "-"
	case n == 0:
		return "not found"
	case n < len(all):
		text += fmt.Sprintf(" (%d/%d)", n, len(all))
	}
	return text
}

// write prints the table and what it says.
func (c *stressCommand) write(w io.Writer, rs *results[stressed], rows []stressRow) error {
	t := c.table(rs, rows)
	write := t.writeText
	if c.Markdown {
		write = t.writeMarkdown
	}
	if err := write(w); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n%s", paragraph(c.caption()), c.notes(rs, rows))
	return err
}

func (c *stressCommand) caption() string {
	return fmt.Sprintf("Medians of the seeds 1 to %d that found the bug. Stress: the deployed binaries, a manager and five nodes as processes, "+
		"one cluster after the other under faults and load; seconds and rounds (clusters) until something was noticed, "+
		"and what a developer then has: the messages and log lines of the round that failed, which does not come again. "+
		"Ravel: a hunt in the bug's scenario; seconds and executions until it was found, and joined steps and context switches of the "+
		"schedule that was shrunk from it, which replays. The steps of a livelock end with 2500 steps of a fair schedule that prove it.", c.Seeds)
}

// notes say what was tried in vain.
func (c *stressCommand) notes(rs *results[stressed], rows []stressRow) string {
	var b strings.Builder
	for _, row := range rows {
		for _, side := range []string{stressSide, ravelSide} {
			seconds, rounds, schedules, n := 0.0, 0, uint64(0), 0
			for _, r := range c.results(rs, row, side) {
				if r.Result != found {
					n++
					seconds, rounds, schedules = seconds+r.Seconds, rounds+r.Rounds, schedules+r.Schedules
				}
			}
			what := fmt.Sprintf("%d rounds", rounds)
			if side == ravelSide {
				what = fmt.Sprintf("%d executions", schedules)
			}
			if n > 0 {
				fmt.Fprintf(&b, "%s\n", cli.Wrap(fmt.Sprintf("%s, %s: not found with %d of %d seeds, in %s and %.0f s.", row.name, side, n, c.Seeds, what, seconds), cli.Columns))
			}
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n" + b.String()
}
