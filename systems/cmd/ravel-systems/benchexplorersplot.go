package main

import (
	"fmt"
	"slices"
)

// inks are how the columns are drawn: strategies of a kind have a colour, and the
// line tells them apart. The colours differ for the colour-blind too.
var inks = map[string]ink{
	"RS": {"grey", ""}, "IRS": {"grey", dashed}, "PCT": {"grey", dotted},
	"SS-RR": {"blue", ""}, "SS-RTC": {"blue", dashed}, "SS-PRR": {"blue", dotted},
	"PB": {"grey", ""}, "SES-RR": {"blue", ""}, "SES-RTC": {"blue", dashed}, "SES-PRR": {"blue", dotted}, "SES-Custom": {"orange", ""},
	"POS": {"red", ""}, "SURW": {"red", dashed}, "Feedback": {"green", ""}, "Portfolio": {"orange", ""}, "DPOR": {"purple", ""},
}

// plot draws how many bugs each strategy has found after so many schedules, or
// states: for each bug the median counts, as in the tables.
func (t *comparison) plot() string {
	var panels []panel
	for _, u := range []unit{schedules, states} {
		p := panel{title: fmt.Sprintf("Bugs found after so many %s", u), axis: string(u), most: len(t.rows)}
		for _, c := range t.columns {
			if c.unit != u {
				continue
			}
			curve := curve{name: c.name, ink: inks[c.name]}
			known := false
			for _, r := range t.rows {
				cell := t.at(r, c)
				known = known || len(cell.attempts) > 0
				if n, ok := cell.median(); ok {
					curve.steps = append(curve.steps, max(n, 1)) // the axis has no 0
				}
			}
			if slices.Sort(curve.steps); known {
				p.curves = append(p.curves, curve)
			}
		}
		if p.curves != nil {
			panels = append(panels, p)
		}
	}
	about := fmt.Sprintf("%d bugs, medians of the seeds, a search given up after %s", len(t.rows), t.budgets())
	return drawPanels(panels, about)
}
