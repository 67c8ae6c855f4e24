package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/cli"
)

// writeLive writes the tables, and what the programs are.
func writeLive(w io.Writer, rows []liveRow, at livePlace) error {
	costs := &table{heads: []string{"program", ravelLive, protoActor, "bare", "ratio", "bar", "meets"}, names: 16}
	delays := &table{heads: []string{"latency, us", ravelLive, "p99", protoActor, "p99", "bare", "p99"}, names: 16}
	var notes []string
	noisy := false
	for i := range rows {
		row := &rows[i]
		notes = append(notes, fmt.Sprintf("%s: %s.", row.name, row.text))
		if row.figures[0].unit == "us" {
			cells := []string{row.name}
			for _, contender := range row.contenders() {
				for _, f := range row.figures {
					cells = append(cells, figure(medianOf(row.values[f.name][contender])))
				}
			}
			delays.add(cells...)
			continue
		}
		for _, f := range row.figures {
			costs.add(row.cells(f)...)
			noisy = noisy || row.noisy(f)
		}
	}
	if err := costs.writeText(w); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if err := delays.writeText(w); err != nil {
		return err
	}
	busy := ""
	if noisy {
		busy = "Some times differ by half or more: the machine is busy. Measure when it is not.\n"
	}
	caption := "Each sample is a process of its own. The first table has the time for an event, or to create a machine, and memory. " +
		"Ratio: live to protoactor, the median of the ratios of each run. Bars are for the ratio, and for bytes of live."
	_, err := fmt.Fprintf(w, "\n%s\n%s.\n%s\n%s\n%s\n", placeOf(at.Go, at.OS, at.Arch, at.CPUs), times(at.Runs), busy, paragraph(caption), cli.Wrap(strings.Join(notes, "\n"), cli.Columns))
	return err
}

// cells is the row of a figure in the first table.
func (r *liveRow) cells(f liveFigure) []string {
	values := r.values[f.name]
	cells := []string{r.name + ", " + f.unit}
	for _, contender := range r.contenders() {
		cells = append(cells, figure(medianOf(values[contender])))
	}
	bar, verdict := "-", "-"
	if f.want != bars.Nothing {
		bar, verdict = "<= "+figure(f.bar), "yes"
		if !f.meets(values) {
			verdict = "NO"
		}
	}
	return append(cells, figure(values.ratio()), bar, verdict)
}

// meets reports whether a figure is as good as it should be.
func (f *liveFigure) meets(values liveFigures) bool {
	return f.want == bars.Nothing || f.of(values) <= f.bar
}

// noisy reports whether the times of somebody are too far apart.
func (r *liveRow) noisy(f liveFigure) bool {
	for _, v := range r.values[f.name] {
		if slices.Max(v) > noise*slices.Min(v) {
			return true
		}
	}
	return false
}

// liveLine is a figure in JSON.
type liveLine struct {
	Program string               `json:"program"`
	Figure  string               `json:"figure"`
	Medians map[string]float64   `json:"medians"`
	Ratio   float64              `json:"ratio"`
	Bar     *float64             `json:"bar,omitempty"`
	BarOf   string               `json:"bar_of,omitempty"`
	Meets   *bool                `json:"meets,omitempty"`
	Values  map[string][]float64 `json:"values"`
}

// writeLiveJSON writes a line for each figure, and one for where and how it was measured.
func writeLiveJSON(w io.Writer, rows []liveRow, runs int) error {
	out := json.NewEncoder(w)
	for i := range rows {
		for _, f := range rows[i].figures {
			values := rows[i].values[f.name]
			line := liveLine{Program: rows[i].name, Figure: f.name, Medians: map[string]float64{}, Ratio: roundTo(values.ratio(), 1e4), Values: values}
			for contender, v := range values {
				line.Medians[contender] = medianOf(v)
			}
			if f.want != bars.Nothing {
				meets := f.meets(values)
				line.Bar, line.BarOf, line.Meets = &f.bar, "ratio", &meets
				if f.unit == small.unit {
					line.BarOf = ravelLive
				}
			}
			if err := out.Encode(line); err != nil {
				return err
			}
		}
	}
	return out.Encode(livePlaceHere(runs))
}

func livePlaceHere(runs int) livePlace {
	return livePlace{Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: processors(), Runs: runs}
}
