package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/systems/sct"
	"github.com/ravelgo/ravel/systems/sct/trials"
)

// samplersTable has the results by program and strategy.
type samplersTable struct {
	head     head
	trials   int
	programs []sct.Program
	samplers []string
	cells    map[[2]string]*samplerCell // by program and strategy
}

func newSamplersTable(c *samplersCommand, rs *results[sampled], programs []sct.Program, samplers []string) *samplersTable {
	t := &samplersTable{head: rs.head, trials: c.Trials, programs: programs, samplers: samplers, cells: map[[2]string]*samplerCell{}}
	last := map[sampledKey]sampled{} // of two results of a search the later one
	for _, r := range rs.rows {
		last[r.sampledKey] = r
	}
	for _, p := range programs {
		for _, s := range samplers {
			cell := &samplerCell{program: p, sampler: s, trials: c.Trials, limit: rs.head.Schedules}
			for trial := 1; trial <= c.Trials; trial++ {
				if r, ok := last[sampledKey{p.Name, s, trial}]; ok {
					cell.results = append(cell.results, r)
				}
			}
			t.cells[[2]string{p.Name, s}] = cell
		}
	}
	return t
}

// at is nil if the table has no such cell.
func (t *samplersTable) at(program, sampler string) *samplerCell {
	return t.cells[[2]string{program, sampler}]
}

func (t *samplersTable) column(sampler string) bool { return slices.Contains(t.samplers, sampler) }

// done is how many results there are.
func (t *samplersTable) done() (n int) {
	for _, c := range t.cells {
		n += len(c.results)
	}
	return n
}

func (t *samplersTable) empty() bool { return t.done() == 0 }

// any reports whether there is such a result.
func (t *samplersTable) any(is func(sampled) bool) bool {
	for _, c := range t.cells {
		if slices.ContainsFunc(c.results, is) {
			return true
		}
	}
	return false
}

// show prints what is known, in the form that was asked for.
func (t *samplersTable) show(w io.Writer, c *samplersCommand) error {
	switch {
	case c.JSON:
		return t.writeJSON(w)
	case t.empty():
		return nil
	case c.Markdown:
		return t.writeMarkdown(w)
	}
	return t.writeText(w)
}

const rff = "RFF"

// shown are the programs of which there are results.
func (t *samplersTable) shown() []sct.Program {
	return slices.DeleteFunc(slices.Clone(t.programs), func(p sct.Program) bool {
		return !slices.ContainsFunc(t.samplers, func(s string) bool { return len(t.at(p.Name, s).results) > 0 })
	})
}

// writeMarkdown prints one table. Ours and the published figure share a cell.
func (t *samplersTable) writeMarkdown(w io.Writer) error {
	tab := &table{heads: []string{"program", "fails"}}
	for _, s := range t.samplers {
		tab.heads = append(tab.heads, heading(s))
	}
	tab.heads = append(tab.heads, rff+", published")
	for _, p := range t.shown() {
		row := []string{p.Name, failingShare(p)}
		for _, s := range t.samplers {
			cell := t.at(p.Name, s)
			text := cell.text()
			if theirs := cell.theirs(); theirs != notRun {
				text += " / " + theirs
			}
			row = append(row, text)
		}
		tab.add(append(row, rffFigure(p))...)
	}
	if err := tab.writeMarkdown(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	if err := t.totals().writeMarkdown(w); err != nil {
		return err
	}
	return t.writeNotes(w)
}

// writeText prints tables that a terminal has room for.
func (t *samplersTable) writeText(w io.Writer) error {
	type pair struct {
		heads [2]string
		cells func(p sct.Program) [2]string
	}
	var pairs []pair
	for _, s := range t.samplers {
		pairs = append(pairs, pair{[2]string{heading(s), "publ."}, func(p sct.Program) [2]string {
			c := t.at(p.Name, s)
			return [2]string{c.text(), c.theirs()}
		}})
	}
	pairs = append(pairs, pair{[2]string{rff + " publ.", "fails"}, func(p sct.Program) [2]string {
		return [2]string{rffFigure(p), failingShare(p)}
	}})
	const wide = 3 // pairs side by side
	for part := range slices.Chunk(pairs, wide) {
		tab := &table{heads: []string{"program"}, names: 18}
		for _, c := range part {
			tab.heads = append(tab.heads, c.heads[:]...)
		}
		for _, p := range t.shown() {
			row := []string{p.Name}
			for _, c := range part {
				cells := c.cells(p)
				row = append(row, cells[:]...)
			}
			tab.add(row...)
		}
		if err := tab.writeText(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	if err := t.totals().writeText(w); err != nil {
		return err
	}
	return t.writeNotes(w)
}

// failingShare is the share of the schedules that fail, if it is known.
func failingShare(p sct.Program) string {
	failing, ok := new(big.Rat).SetString(p.Failing.Failing)
	all, known := new(big.Rat).SetString(p.Failing.Schedules)
	if !ok || !known || all.Sign() == 0 {
		return notRun
	}
	f, _ := failing.Quo(failing, all).Float64()
	return fmt.Sprintf("%.3g", f)
}

// rffFigure is what was published of RFF.
func rffFigure(p sct.Program) string {
	f, ok := p.Published[rff]
	if !ok {
		return notRun
	}
	return f.String()
}

// totals is the table of the programs whose bugs were found at all, and in every trial.
func (t *samplersTable) totals() *table {
	tab := &table{heads: []string{"strategy", "programs", "in any", "in all", "publ. in any", "publ. in all"}, names: 16}
	for _, s := range t.samplers {
		programs, any, all := 0, 0, 0
		for _, p := range t.programs {
			c := t.at(p.Name, s)
			if len(c.results) > 0 {
				programs++
			}
			if n := len(c.found()); n > 0 {
				any++
				if n == t.trials {
					all++
				}
			}
		}
		row := []string{heading(s), fmt.Sprint(programs), fmt.Sprint(any), fmt.Sprint(all), notRun, notRun}
		if f, ok := sct.PublishedTotals[cmp.Or(publishedNames[s], heading(s))]; ok {
			row[4], row[5] = fmt.Sprint(f.Any), fmt.Sprint(f.All)
		}
		tab.add(row...)
	}
	return tab
}

// writeNotes says how the tables are to be read, and what became of the bars.
func (t *samplersTable) writeNotes(w io.Writer) error {
	notes := append([]string{t.caption()}, t.remarks()...)
	bars := t.bars()
	notes = append(notes, barLines(bars)...)
	if len(bars) > 0 {
		notes = append(notes, t.rules())
	}
	for _, n := range notes {
		if _, err := fmt.Fprintf(w, "\n%s\n", paragraph(n)); err != nil {
			return err
		}
	}
	return nil
}

func (t *samplersTable) caption() string {
	return fmt.Sprintf("Schedules until the first failure, the failing one and those that profile included: the mean of "+
		"the trials that found it, of %d trials with at most %d schedules each; in brackets how many found it, if not all did. "+
		"Behind it what was published for the C program of that name; -: nothing was. RFF was not run. Fails: the share of all "+
		"schedules that fail, where they have been counted. In any, in all: in how many programs the bug was found in any trial, "+
		"and in all of them; published are those of %d programs, most of which are others.", t.trials, t.head.Schedules, sct.PublishedPrograms)
}

func (t *samplersTable) rules() string {
	return fmt.Sprintf("How this was judged: a trial that did not find the bug counts with %d schedules in a mean, and as longer than "+
		"all others in a comparison. A higher mean than that of the random walk counts as longer if the one-sided exact rank test of "+
		"Wilcoxon gives p < %g, for each program alone: of %d comparisons of equals %.1f would be taken for longer. A published mean "+
		"is compared with the 95 %% bootstrap interval of ours; it is a mean of 20 trials too, so it is itself uncertain by about a fifth.",
		t.head.Schedules, significance, len(t.programs), significance*float64(len(t.programs)))
}

// remarks name the results that are not what they should be.
func (t *samplersTable) remarks() (notes []string) {
	for _, o := range []struct {
		outcome trials.Outcome
		text    string
	}{
		{trials.NotReproduced, "A failure did not happen again"},
		{trials.Cut, "Cut by --time"},
	} {
		var where []string
		for _, p := range t.programs {
			for _, s := range t.samplers {
				n := 0
				kind := ""
				for _, r := range t.at(p.Name, s).results {
					if r.Outcome == o.outcome {
						n++
						kind = r.Kind
					}
				}
				if n > 0 {
					if kind != "" {
						kind = ", " + kind
					}
					where = append(where, fmt.Sprintf("%s under %s (%d of %d%s)", p.Name, heading(s), n, t.trials, kind))
				}
			}
		}
		if where != nil {
			notes = append(notes, o.text+": "+strings.Join(where, ", ")+".")
		}
	}
	return notes
}

// samplersLine is a program in JSON.
type samplersLine struct {
	Program   string                        `json:"program"`
	Failing   string                        `json:"failing,omitempty"`   // schedules that fail, and
	Schedules string                        `json:"schedules,omitempty"` // how many there are
	Random    string                        `json:"random,omitempty"`    // probability that a random walk fails
	Samplers  map[string]samplerJSON        `json:"samplers"`
	Published map[string]publishedFigureRow `json:"published,omitempty"`
}

type samplerJSON struct {
	Trials  int             `json:"trials"`
	Found   int             `json:"found"`
	Mean    *float64        `json:"mean"` // of those that found it; null if none did
	Results []trials.Result `json:"results"`
}

type publishedFigureRow struct {
	Mean  int `json:"mean"`
	Found int `json:"found"`
}

func (t *samplersTable) writeJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	for _, p := range t.shown() {
		l := samplersLine{
			Program: p.Name, Failing: p.Failing.Failing, Schedules: p.Failing.Schedules, Random: p.Failing.Random,
			Samplers: map[string]samplerJSON{}, Published: map[string]publishedFigureRow{},
		}
		for _, s := range t.samplers {
			c := t.at(p.Name, s)
			found := c.found()
			j := samplerJSON{Trials: len(c.results), Found: len(found), Results: []trials.Result{}}
			if len(found) > 0 {
				m := hundredths(mean(found))
				j.Mean = &m
			}
			for _, r := range c.results {
				j.Results = append(j.Results, r.Result)
			}
			l.Samplers[s] = j
		}
		for name, f := range p.Published {
			l.Published[name] = publishedFigureRow(f)
		}
		if err := out.Encode(l); err != nil {
			return err
		}
	}
	return out.Encode(map[string][]barResult{"bars": t.bars()})
}
