package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/systems/catalog"
)

// table shows for each bug the median failure of its seeds, by its switches before shrinking, and what the notes have to say.
func (c *shrinkCommand) table(rs *results[shrunk], entries []catalog.Entry) (*table, []string) {
	t := &table{heads: []string{"bug", "steps", "to", "switches", "to", "faults", "to", "tries", "s", "token", "same"}, names: 30}
	var ratios, steps, seconds []float64
	var late, other []string
	replays, same, slowest := 0, 0, shrunk{}
	for _, e := range entries {
		var all []shrunk
		for _, r := range c.shrunk(rs, e) {
			if r.Result != found {
				other = append(other, fmt.Sprintf("%s, seed %d: %s", r.Bug, r.Seed, r.Result))
				continue
			}
			all = append(all, r)
			ratios, steps, seconds = append(ratios, fraction(r.Before.Switches, r.After.Switches)), append(steps, fraction(r.Before.Steps, r.After.Steps)), append(seconds, r.Took)
			replays, same = replays+r.Replays, same+r.Same
			if r.Took > slowest.Took {
				slowest = r
			}
			if r.Cut == "time" {
				late = append(late, fmt.Sprintf("%s, seed %d", r.Bug, r.Seed))
			}
		}
		if len(all) > 0 {
			t.add(shrunkRow(e, all)...)
		}
	}
	if len(ratios) == 0 {
		return t, nil
	}
	notes := []string{
		fmt.Sprintf("Joined steps, context switches and faults of the failing execution as %s found it and after shrinking, the schedules that were "+
			"tried for that, seconds, and the characters of the token: medians of the seeds 1 to %d. Same is how many of the replays "+
			"followed the shrunk schedule to the same failure.", rs.head.Strategy, c.Seeds),
		fmt.Sprintf("Of the switches %.0f%% are left in the median of all %d failures, of the steps %.0f%%. Shrinking took %.1f s in the median, at most %.1f s (%s, seed %d). "+
			"%d of %d replays failed in the same way.",
			100*median(ratios), len(ratios), 100*median(steps), median(seconds), slowest.Took, slowest.Bug, slowest.Seed, same, replays),
	}
	if len(late) > 0 {
		notes = append(notes, "Ended by the clock: "+strings.Join(late, "; ")+".")
	}
	if len(other) > 0 {
		notes = append(notes, "Nothing to shrink: "+strings.Join(other, "; ")+".")
	}
	return t, notes
}

// shrunkRow is the row of a bug.
func shrunkRow(e catalog.Entry, all []shrunk) []string {
	number := func(of func(shrunk) float64, digits int) string {
		var values []float64
		for _, r := range all {
			values = append(values, of(r))
		}
		return strconv.FormatFloat(median(values), 'f', digits, 64)
	}
	replays, same := 0, 0
	for _, r := range all {
		replays, same = replays+r.Replays, same+r.Same
	}
	token := number(func(r shrunk) float64 { return float64(r.Token) }, 0)
	if token == "0" {
		token = "file"
	}
	return []string{
		e.Path(),
		number(func(r shrunk) float64 { return float64(r.Before.Steps) }, 0), number(func(r shrunk) float64 { return float64(r.After.Steps) }, 0),
		number(func(r shrunk) float64 { return float64(r.Before.Switches) }, 0), number(func(r shrunk) float64 { return float64(r.After.Switches) }, 0),
		number(func(r shrunk) float64 { return float64(r.Before.Faults) }, 0), number(func(r shrunk) float64 { return float64(r.After.Faults) }, 0),
		number(func(r shrunk) float64 { return float64(r.Tries) }, 0), number(func(r shrunk) float64 { return r.Took }, 1), token,
		fmt.Sprintf("%d/%d", same, replays),
	}
}

// median is the middle one of the values, of an even number the upper one.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
