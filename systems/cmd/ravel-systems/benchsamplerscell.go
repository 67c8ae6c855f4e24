package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/ravelgo/ravel/systems/sct"
	"github.com/ravelgo/ravel/systems/sct/trials"
)

// samplerCell is what a strategy did with a program, or what is known of it so far.
type samplerCell struct {
	program sct.Program
	sampler string
	results []sampled // by trial
	trials  int       // there should be
	limit   uint64    // schedules of a search
}

// found are the schedules of the trials that found the bug.
func (c *samplerCell) found() (counts []float64) {
	for _, r := range c.results {
		if r.Outcome == trials.Found {
			counts = append(counts, float64(r.Schedules))
		}
	}
	return counts
}

// complete reports whether every trial has been run, to its end.
func (c *samplerCell) complete() bool {
	return len(c.results) == c.trials && !slices.ContainsFunc(c.results, func(r sampled) bool { return r.Outcome == trials.Cut })
}

// waits are the schedules of all trials; those that did not find the bug count as beyond.
func (c *samplerCell) waits(beyond float64) []float64 {
	counts := c.found()
	for len(counts) < len(c.results) {
		counts = append(counts, beyond)
	}
	return counts
}

// atLeast is the mean of all trials, if those that did not find the bug had found it in the last schedule that they had.
func (c *samplerCell) atLeast() float64 { return mean(c.waits(float64(c.limit))) }

// text is the mean of the schedules of those trials that found the bug, as in published tables, and how many did if not all.
func (c *samplerCell) text() string {
	found := c.found()
	switch n := len(found); {
	case len(c.results) == 0:
		return notRun
	case n == 0 && c.complete():
		return sct.Figure{}.String()
	case n == c.trials:
		return roundMean(found)
	case n == 0:
		return fmt.Sprintf("(0/%d)", len(c.results))
	case c.complete():
		return fmt.Sprintf("%s (%d)", roundMean(found), n)
	default:
		return fmt.Sprintf("%s (%d/%d)", roundMean(found), n, len(c.results))
	}
}

func roundMean(counts []float64) string { return count(mean(counts)) }

// theirs is what was published for the strategy and a program of that name.
func (c *samplerCell) theirs() string {
	f, ok := c.figure()
	if !ok {
		return notRun
	}
	return f.String()
}

func (c *samplerCell) figure() (sct.Figure, bool) {
	f, ok := c.program.Published[cmp.Or(publishedNames[c.sampler], c.sampler)]
	return f, ok
}

func mean(list []float64) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
