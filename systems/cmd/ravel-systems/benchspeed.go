package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/cli"
)

type speedCommand struct {
	Runs int  `default:"5" placeholder:"N" help:"How often everything is measured. By default 5."`
	JSON bool `help:"Print an object of JSON."`
}

// Validate implements the interface of the command-line library.
func (c *speedCommand) Validate() error {
	if c.Runs < 1 {
		return fmt.Errorf("--runs=%d: want at least 1", c.Runs)
	}
	return nil
}

// measured is a figure with its values, sorted. There are none if the machine has
// too few processors.
type measured struct {
	bars.Figure
	values []float64
	reason error // why there are none, if it is not that
}

func (m *measured) median() float64 {
	n := len(m.values)
	return (m.values[(n-1)/2] + m.values[n/2]) / 2
}

// Run measures everything, in turn.
func (c *speedCommand) Run(s *shell) error {
	figures, err := c.measure(s)
	if err != nil {
		return err
	}
	paces, err := c.measureSamplers(s)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeSpeedJSON(s.out, figures, paces, c.Runs)
	}
	if err := writeSpeed(s.out, figures, c.Runs); err != nil {
		return err
	}
	return writeSamplers(s.out, paces)
}

// measure takes the figures in turn, so that a noisy minute is nobody's alone.
func (c *speedCommand) measure(s *shell) ([]measured, error) {
	var figures []measured
	for _, f := range s.figures() {
		figures = append(figures, measured{Figure: f})
	}
	defer s.line.Clear()
	for run := range c.Runs {
		for i := range figures {
			f := &figures[i]
			if f.Cores > processors() {
				continue
			}
			s.line.Show(fmt.Sprintf("run %d of %d: %s", run+1, c.Runs, f.Name))
			v, err := f.Measure()
			var not *bars.NotMeasured
			if errors.As(err, &not) {
				f.reason = not
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("measuring %s: %w", f.Name, err)
			}
			f.values = append(f.values, v)
		}
	}
	for i := range figures {
		slices.Sort(figures[i].values)
	}
	return figures, nil
}

// processors is how many of them can be used.
func processors() int { return min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) }

// place says where it was measured, on a line of its own.
func place() string { return placeOf(runtime.Version(), runtime.GOOS, runtime.GOARCH, processors()) }

func placeOf(version, os, arch string, processors int) string {
	cores := "1 processor"
	if processors != 1 {
		cores = fmt.Sprintf("%d processors", processors)
	}
	return fmt.Sprintf("%s, %s/%s, %s", version, os, arch, cores)
}

// noise is how far apart the times of a figure may be on a quiet machine.
const noise = 1.5

// writeSpeed writes the table, and what the programs are.
func writeSpeed(w io.Writer, figures []measured, runs int) error {
	t := &table{heads: []string{"figure", "median", "min..max", "bar", "meets it"}, names: 30}
	var notes []string
	noisy := false
	for i := range figures {
		f := &figures[i]
		bar := "-"
		switch f.Want {
		case bars.AtMost:
			bar = "<= " + withUnit(f.Bar, f.Unit)
		case bars.AtLeast:
			bar = ">= " + withUnit(f.Bar, f.Unit)
		}
		notes = append(notes, f.Name+": "+f.Program+".")
		if len(f.values) == 0 {
			t.add(f.Name, "-", "-", bar, "-")
			if f.reason != nil {
				notes = append(notes, fmt.Sprintf("  %v.", f.reason))
				continue
			}
			notes = append(notes, fmt.Sprintf("  Not measured: it takes %d processors, and %d can be used.", f.Cores, processors()))
			continue
		}
		verdict := "yes"
		switch {
		case f.Want == bars.Nothing:
			verdict = "-"
		case !f.Meets(f.median()):
			verdict = "NO"
		}
		noisy = noisy || f.Unit != "" && f.values[len(f.values)-1] > noise*f.values[0]
		extent := figure(f.values[0]) + ".." + figure(f.values[len(f.values)-1])
		t.add(f.Name, withUnit(f.median(), f.Unit), extent, bar, verdict)
	}
	if err := t.writeText(w); err != nil {
		return err
	}
	busy := ""
	if noisy {
		busy = "Some times differ by half or more: the machine is busy. Measure when it is not.\n"
	}
	_, err := fmt.Fprintf(w, "\n%s\n%s, after a warm-up; joined steps under the random strategy.\n%s\n%s\n",
		place(), times(runs), busy, cli.Wrap(strings.Join(notes, "\n"), cli.Columns))
	return err
}

func times(runs int) string {
	if runs == 1 {
		return "One run"
	}
	return fmt.Sprintf("Medians of %d runs", runs)
}

// figure is a number with as many digits as mean something.
func figure(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v >= 100:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.01:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.4f", v)
}

func withUnit(v float64, unit string) string { return strings.TrimSpace(figure(v) + " " + unit) }

// writeSpeedJSON writes one object: the medians by the names of the figures, null
// where the machine has too few processors, the steps of the strategies, and where
// and how it was measured.
func writeSpeedJSON(w io.Writer, figures []measured, paces []paced, runs int) error {
	o := map[string]any{
		"go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH, "cpus": processors(), "runs": runs,
	}
	values := map[string][]float64{}
	for i := range figures {
		f := &figures[i]
		o[f.Name] = nil
		if len(f.values) == 0 {
			o["note"] = fmt.Sprintf("%s takes %d processors", f.Name, f.Cores)
			if f.reason != nil {
				o["note"] = fmt.Sprintf("%s: %v", f.Name, f.reason)
			}
			continue
		}
		o[f.Name] = roundTo(f.median(), 1e4)
		for _, v := range f.values {
			values[f.Name] = append(values[f.Name], roundTo(v, 1e4))
		}
	}
	o["values"] = values
	o["strategy_step_ns"] = samplersJSON(paces)
	return json.NewEncoder(w).Encode(o)
}
