package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/cli"
)

// samplerTime is how long the samples of a strategy take in a run, if executions
// are short.
const samplerTime = 80 * time.Millisecond

// paced is a strategy with what was measured of it.
type paced struct {
	bars.Sampler
	bars.Pace
}

// meets reports whether its steps are as fast as they should be.
func (p *paced) meets() bool {
	for size, bar := range p.Bars {
		if bar > 0 && p.Engine[size].Ratio > bar {
			return false
		}
	}
	return true
}

// measureSamplers measures the strategies, one after the other: each has the
// random walk beside it.
func (c *speedCommand) measureSamplers(s *shell) ([]paced, error) {
	defer s.line.Clear()
	var all []paced
	for _, sampler := range s.samplers() {
		s.line.Show("strategy " + sampler.Name)
		p, err := sampler.Measure(time.Duration(c.Runs) * samplerTime)
		if err != nil {
			return nil, fmt.Errorf("measuring the steps of strategies: %w", err)
		}
		all = append(all, paced{sampler, p})
	}
	return all, nil
}

// writeSamplers writes the table of the strategies, and what it means.
func writeSamplers(w io.Writer, all []paced) error {
	heads := []string{"strategy"}
	for _, n := range bars.SizeOps {
		heads = append(heads, fmt.Sprintf("%d ops", n), "ratio", "bare")
	}
	t := &table{heads: append(heads, "bars", "meets"), names: 16}
	for i := range all {
		p := &all[i]
		row := []string{p.Name}
		var bounds []string
		for size, bar := range p.Bars {
			row = append(row, figure(p.Engine[size].Nanoseconds), figure(p.Engine[size].Ratio), figure(p.Bare[size].Ratio))
			bound := "-"
			if bar > 0 {
				bound = fmt.Sprint("<=", bar)
			}
			bounds = append(bounds, bound)
		}
		verdict := "yes"
		if !p.meets() {
			verdict = "NO"
		}
		t.add(append(row, strings.Join(bounds, " "), verdict)...)
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if err := t.writeText(w); err != nil {
		return err
	}
	notes := []string{
		"Nanoseconds of a step under a strategy, of all that an execution takes, and the ratio to the random walk, which " +
			"takes turns with it; medians. Bare is the ratio without the engine: of the picks and callbacks alone.",
		"The program: " + bars.SamplerProgram + ".",
		"faults: the random walk with faults on offer.",
	}
	_, err := fmt.Fprintf(w, "\n%s\n", cli.Wrap(strings.Join(notes, "\n"), cli.Columns))
	return err
}

// samplersJSON returns the nanoseconds and ratios by strategy.
func samplersJSON(all []paced) map[string]map[string]float64 {
	o := map[string]map[string]float64{}
	for i := range all {
		p := &all[i]
		v := map[string]float64{}
		for size, n := range bars.SizeOps {
			v[fmt.Sprint("ops", n)] = roundTo(p.Engine[size].Nanoseconds, 1e4)
			v[fmt.Sprint("ratio", n)] = roundTo(p.Engine[size].Ratio, 1e4)
			v[fmt.Sprint("bare_ops", n)] = roundTo(p.Bare[size].Nanoseconds, 1e4)
			v[fmt.Sprint("bare_ratio", n)] = roundTo(p.Bare[size].Ratio, 1e4)
		}
		o[p.Name] = v
	}
	return o
}
