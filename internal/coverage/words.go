package coverage

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// schedules prints how many different schedules and states each test has seen.
func (c *Coverage) schedules(b *strings.Builder) {
	if len(c.Tests) == 0 {
		return
	}
	b.WriteString("\nschedules\n")
	for _, t := range c.Tests {
		b.WriteString(hang("  "+t.Title()+": "+t.Text(), "    "))
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

// Text says how many different schedules there were, and how many are left.
func (t *Test) Text() string {
	plus := ""
	if t.AtLeast {
		plus = " or more"
	}
	s := fmt.Sprintf("%s%s of %s different", count(t.Distinct), plus, plural(t.Executions, "execution"))
	if t.States > 0 {
		s += fmt.Sprintf(", %s", plural(t.States, "state"))
	}
	if t.Exhausted {
		return s + "; nothing is left"
	}
	if left := t.Left(); left != "" {
		s += "; " + left
	}
	return s
}

// Left says how likely the next execution follows a new schedule, and how many of those there are at least. It is empty where
// there is no sample to estimate that from.
func (t *Test) Left() string {
	if t.Drawn == Systematic || t.Schedules.Units == 0 {
		return ""
	}
	n := t.Schedules
	s := fmt.Sprintf("the next one is new with probability %s (Good-Turing), at least %s schedules are left (Chao1)", probability(n.Next()), rough(n.Unseen()))
	if n.Units < t.Executions {
		s += fmt.Sprintf(", by the first %s", plural(n.Units, "execution"))
	}
	if t.Drawn == Adaptive {
		s += fmt.Sprintf("; only an indication, as %s does not draw executions independently", t.Strategy)
	}
	return s
}

// estimates prints what is left of pairs and transitions.
func (c *Coverage) estimates(b *strings.Builder) {
	if c.Executions == 0 || len(c.Machines) == 0 {
		return
	}
	pairs, moves := c.PairSample(), c.TransitionSample()
	b.WriteString("\nleft, by estimate\n")
	line := func(what string, s Sample) {
		b.WriteString(hang(fmt.Sprintf("  %s: %s seen, %s of them in one execution only; the next execution shows a new one with probability %s at most "+
			"(Good-Turing), as many executions again about %s, and at least %s can be reached (Chao2)",
			what, count(s.Seen), count(s.Once), probability(s.Next()), rough(s.More(s.Units)), rough(s.Unseen())), "    "))
	}
	line("pairs", pairs)
	line("transitions", moves)
	if note := c.assumptions(); note != "" {
		b.WriteString(hang("  "+note, "    "))
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
	return count(uint64(math.Round(math.Round(x/unit) * unit)))
}

// count writes a number with separators.
func count(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural[N int | uint64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return count(uint64(n)) + " " + what + "s"
}

func wrap(text string) string { return hang(text, "") }

// hang breaks a text into lines, of which all but the first begin with a margin.
func hang(text, margin string) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Split(text, " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case at+1+n > columns:
			b.WriteString("\n" + margin)
			at = utf8.RuneCountInString(margin)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String() + "\n"
}
