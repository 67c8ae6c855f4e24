package main

import (
	"fmt"
	"math"
	"strings"
)

// significance is the probability below which a longer search is not put down to chance.
const significance = 0.01

// sized are the programs whose size is part of their name: those of which a published figure is for the same size.
var sized = []string{"reorder_3", "reorder_10", "reorder_100", "twostage", "twostage_100"}

// The verdicts on a bar, and on one program in it.
const (
	met      = "met"
	byChance = "met within chance"
	unmet    = "NOT MET"
	unknown  = "not known yet"
)

// A barResult is a bar with what became of it.
type barResult struct {
	Bar      string       `json:"bar"`
	Verdict  string       `json:"verdict"`
	Programs []barProgram `json:"programs"`
}

// barProgram is what became of a bar in one program.
type barProgram struct {
	Program string  `json:"program"`
	Verdict string  `json:"verdict"`
	Mean    float64 `json:"mean"`    // of surw, at least
	Against float64 `json:"against"` // the random walk's mean, at least, or the published one

	// P is the probability of a rank sum as high as SURW's if both were alike. It is there if the mean is higher than random's.
	P float64 `json:"p,omitempty"`
	// Low and High bound the mean, where it is compared with a published one.
	Low  float64 `json:"low,omitempty"`
	High float64 `json:"high,omitempty"`
}

// judge gives it the verdict of the worst program.
func (b *barResult) judge() {
	rank := map[string]int{met: 0, byChance: 1, unknown: 2, unmet: 3}
	b.Verdict = unknown
	for i, p := range b.Programs {
		if i == 0 || rank[p.Verdict] > rank[b.Verdict] {
			b.Verdict = p.Verdict
		}
	}
}

// bars are those of SURW, as far as its results are in the table.
func (t *samplersTable) bars() []barResult {
	all := []barResult{}
	if t.column("surw") && t.column("random") {
		b := barResult{Bar: "SURW takes at most as many schedules as the random walk, on every program"}
		for _, p := range t.programs {
			b.Programs = append(b.Programs, notLonger(t.at(p.Name, "surw"), t.at(p.Name, "random")))
		}
		b.judge()
		all = append(all, b)
	}
	if t.column("surw") {
		b := barResult{Bar: "SURW takes at most its published mean, where the size is part of the name"}
		for _, name := range sized {
			if c := t.at(name, "surw"); c != nil {
				b.Programs = append(b.Programs, asPublished(c))
			}
		}
		if b.Programs != nil {
			b.judge()
			all = append(all, b)
		}
	}
	return all
}

// notLonger compares the schedules of two strategies.
func notLonger(c, other *samplerCell) barProgram {
	b := barProgram{Program: c.program.Name, Verdict: unknown, Mean: hundredths(c.atLeast()), Against: hundredths(other.atLeast())}
	switch {
	case !c.complete() || !other.complete():
		return b
	case c.atLeast() <= other.atLeast():
		b.Verdict = met
		return b
	}
	b.P = longer(c.waits(math.Inf(1)), other.waits(math.Inf(1)))
	b.Verdict = unmet
	if b.P >= significance {
		b.Verdict = byChance
	}
	return b
}

// asPublished compares the schedules of a strategy with the mean that was published for it.
func asPublished(c *samplerCell) barProgram {
	figure, _ := c.figure()
	b := barProgram{Program: c.program.Name, Verdict: unknown, Mean: hundredths(c.atLeast()), Against: float64(figure.Mean)}
	if !c.complete() || figure.Found == 0 {
		return b
	}
	b.Low, b.High = interval(c.waits(float64(c.limit)))
	b.Low, b.High = hundredths(b.Low), hundredths(b.High)
	switch {
	case c.atLeast() <= b.Against:
		b.Verdict = met
	case b.Low <= b.Against:
		b.Verdict = byChance
	default:
		b.Verdict = unmet
	}
	return b
}

// hundredths rounds what goes into JSON, where there is no NaN.
func hundredths(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return roundTo(v, 100)
}

// barLines say what became of the bars, and of which programs more has to be known.
func barLines(all []barResult) (lines []string) {
	for i, b := range all {
		line := fmt.Sprintf("Bar %d: %s: %s.", i+1, b.Bar, b.Verdict)
		for _, group := range []struct{ verdict, text string }{
			{met, "The mean is at most that in %d of %d: %s."},
			{byChance, "It is higher in %d of %d, which chance can explain: %s."},
			{unmet, "It is higher in %d of %d: %s."},
			{unknown, "Searches are missing in %d of %d: %s."},
		} {
			var names []string
			for _, p := range b.Programs {
				if p.Verdict == group.verdict {
					names = append(names, p.text())
				}
			}
			if names != nil {
				line += " " + fmt.Sprintf(group.text, len(names), len(b.Programs), strings.Join(names, ", "))
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func (p *barProgram) text() string {
	switch {
	case p.Verdict == unknown, p.Verdict == met && p.High == 0:
		return p.Program
	case p.High > 0:
		return fmt.Sprintf("%s (%s, %s to %s, published %g)", p.Program, count(p.Mean), count(p.Low), count(p.High), p.Against)
	}
	return fmt.Sprintf("%s (%s, random %s, p = %.2g)", p.Program, count(p.Mean), count(p.Against), p.P)
}

// count is a number of schedules that need not be whole.
func count(v float64) string {
	if v < 9.95 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}
