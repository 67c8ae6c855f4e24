package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/coverage"
	"github.com/ravelgo/ravel/strategy"
)

// Coverage is what the executions of an exploration have visited of the machines and monitors that they ran: states, pairs of a
// state and an event, and transitions, with what is declared and was never visited. See docs/coverage.md.
type Coverage = coverage.Coverage

// coverage adds up what the workers have seen; those in other processes tell at the end of each round.
func (x *explorer) coverage() *Coverage {
	var all []*Coverage
	for _, w := range x.workers {
		all = append(all, w.eng.Coverage(), w.away.covered)
	}
	if x.crew != nil {
		for _, p := range x.crew.procs {
			all = append(all, p.covered)
		}
	}
	return coverage.Merge(all...)
}

// explored describes the exploration, for its coverage.
func (x *explorer) explored() coverage.Test {
	r, c := x.report, x.cfg
	return coverage.Test{
		Package: strings.TrimSuffix(c.pkg, "_test"), Name: c.test, Nth: max(1, c.number),
		Strategy: r.Strategy, Seed: r.Seed, Executions: r.Executions, Distinct: r.Distinct, AtLeast: r.DistinctAtLeast, States: r.States,
		Schedules: x.distinct.sample(), Drawn: x.drawing(), Exhausted: r.Exhausted && r.Within == "",
	}
}

// drawing says how the strategy comes by its executions. What is not known to draw each for itself does not.
func (x *explorer) drawing() coverage.Drawing {
	if x.report.Exhaustive {
		return coverage.Systematic
	}
	head, _, _ := strings.Cut(x.cfg.Strategy, ":")
	if !x.cfg.foreign && slices.Contains(independent, head) {
		return coverage.AtRandom
	}
	if _, ok := x.workers[0].strat.(*strategy.NonPreemptive); ok {
		return coverage.Systematic
	}
	return coverage.Adaptive
}

// independent are the strategies whose executions are drawn each for itself, once the first one has been profiled.
var independent = []string{"random", "pct", "fairpct", "pos", "urw", "surw"}

// missingMost is how many lines of what was never visited a summary has.
const missingMost = 3

// coverageLines are those of a summary. A run that has failed has stopped too early to say what is never visited.
func (r *Report) coverageLines() (lines []string) {
	c := r.Coverage
	if c == nil || r.Failure != nil {
		return nil
	}
	if states, pairs, moves := c.Ratios(); pairs.Declared > 0 {
		line := fmt.Sprintf("visited: %v states, %v pairs of state and event", states, pairs)
		if moves.Declared > 0 {
			line += fmt.Sprintf(", %v declared transitions", moves)
		}
		lines = append(lines, line)
	}
	var missing []string
	for i := range c.Machines {
		m := &c.Machines[i]
		for _, x := range m.Missing() {
			missing = append(missing, fmt.Sprintf("%s, %s (%s)", m.Name, x.What, x.Place.Base()))
		}
	}
	for i, s := range missing {
		if i == missingMost && len(missing) > i+1 {
			lines = append(lines, fmt.Sprintf("never visited: %d more; ravel cover lists them", len(missing)-i))
			break
		}
		lines = append(lines, "never visited: "+s)
	}
	for _, t := range c.Tests {
		if left := t.Left(); left != "" && !t.Exhausted {
			lines = append(lines, "schedules: "+left)
		}
	}
	return lines
}
