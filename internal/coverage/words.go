package coverage

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/prose"
)

const testFormat = "%-36s %11s %11s %8s %10s"

// schedules prints how many different schedules and states each test has seen, and how many are left by estimate.
func (c *Coverage) schedules(b *strings.Builder) {
	if len(c.Tests) == 0 {
		return
	}
	row(b, testFormat, "test", "executions", "different", "next new", "left")
	var notes []string
	note := func(is bool, text string) {
		if is && !slices.Contains(notes, text) {
			notes = append(notes, text)
		}
	}
	for _, t := range c.Tests {
		next, left := "-", "-"
		switch {
		case t.Exhausted:
			next, left = "0", "0"
		case t.estimable():
			next, left = probability(t.Schedules.Next()), ">= "+rough(t.Schedules.Unseen())
		}
		distinct := prose.Count(t.Distinct)
		if t.AtLeast {
			distinct += "+"
		}
		mark := ""
		switch {
		case t.Exhausted:
		case t.Drawn == Adaptive && t.estimable():
			mark = "*"
		}
		row(b, testFormat, short(t.Title(), 35)+mark, prose.Count(t.Executions), distinct, next, left)
		if t.States > 0 {
			fmt.Fprintf(b, "  %s\n", prose.Plural(t.States, "different state"))
		}
		note(t.estimable() && !t.Exhausted, "next new: probability that the next execution follows a new schedule (Good-Turing); left: schedules not seen (Chao1).")
		note(mark == "*", "* only an indication: the strategy does not draw its executions independently.")
		note(t.Drawn == Systematic && !t.Exhausted, "-: executions of a systematic search are no sample to estimate from.")
		note(t.AtLeast, "+: there was no memory left to tell all schedules apart; the estimate is by the executions before.")
	}
	for _, n := range notes {
		b.WriteString(hang(n, "  "))
	}
}

// Title names the exploration.
func (t *Test) Title() string {
	name := t.Name
	if base := baseOf(t.Package); base != "" {
		name = base + "." + name
	}
	if t.Nth > 1 {
		name += fmt.Sprintf(" (%d)", t.Nth)
	}
	return name
}

// estimable reports whether there is a sample.
func (t *Test) estimable() bool { return t.Drawn != Systematic && t.Schedules.Units > 1 }

// Left says how likely the next execution follows a new schedule, and how many of those there are at least. It is empty where
// there is no sample to estimate that from.
func (t *Test) Left() string {
	if !t.estimable() {
		return ""
	}
	n := t.Schedules
	s := fmt.Sprintf("the next is new with probability %s (Good-Turing), at least %s are left (Chao1)", probability(n.Next()), rough(n.Unseen()))
	if n.Once == 0 {
		s = "nothing hints at others (Good-Turing, Chao1)"
	}
	if n.Units < t.Executions {
		s += fmt.Sprintf(", by the first %s", prose.Plural(n.Units, "execution"))
	}
	if t.Drawn == Adaptive {
		s += "; only an indication under " + t.Strategy
	}
	return s
}

const sampleFormat = "%-20s %10s %10s %10s %10s %12s"

// estimates prints what is left of pairs and transitions.
func (c *Coverage) estimates(b *strings.Builder) {
	if c.Executions < 2 || len(c.Machines) == 0 {
		return
	}
	b.WriteByte('\n')
	row(b, sampleFormat, "by estimate", "seen", "once", "next new", "doubled", "left")
	for _, l := range []struct {
		what string
		s    Sample
	}{{"pairs", c.PairSample()}, {"transitions", c.TransitionSample()}} {
		row(b, sampleFormat, l.what, prose.Count(l.s.Seen), prose.Count(l.s.Once), probability(l.s.Next()), "+"+rough(l.s.More(l.s.Units)), ">= "+rough(l.s.Unseen()))
	}
	b.WriteString(hang("once: seen in one execution only; next new: how many new ones the next execution shows on average (Good-Turing); "+
		"doubled: how many new ones as many executions again would show; left: how many can be reached and were not (Chao2).", "  "))
	if note := c.assumptions(); note != "" {
		b.WriteString(hang(note, "  "))
	}
}

// assumptions says what the estimates of pairs assume, and whether it holds.
func (c *Coverage) assumptions() string {
	var why []string
	drawn := map[Drawing]bool{}
	for _, t := range c.Tests {
		drawn[t.Drawn] = true
	}
	if drawn[Systematic] {
		why = append(why, "some executions are of a systematic search, which is no sample")
	}
	if drawn[Adaptive] {
		why = append(why, "some are of a strategy that does not draw executions independently")
	}
	if len(c.Tests) > 1 {
		why = append(why, "they are of several tests")
	}
	if len(why) == 0 {
		return ""
	}
	return "The estimates assume executions drawn at random, each for itself, from one test. They are only indications here: " + strings.Join(why, "; ") + "."
}

// probability prints one with two digits.
func probability(p float64) string {
	switch {
	case p == 0:
		return "0"
	case p < 0.0001:
		return "<0.0001"
	}
	return fmt.Sprintf("%.2g", p)
}

// rough prints an estimate: it is not known to more than two digits.
func rough(x float64) string {
	if x < 0.05 {
		return "0"
	}
	if x < 10 {
		return fmt.Sprintf("%.2g", x)
	}
	if x > 1e15 {
		return fmt.Sprintf("%.1e", x)
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-1)
	return prose.Count(uint64(math.Round(math.Round(x/unit) * unit)))
}

// hang breaks a text into lines, of which all but the first begin with a margin.
func hang(text, margin string) string { return prose.Wrap(text, columns, "", margin) + "\n" }
