package main

import (
	"fmt"
	"slices"
	"strings"
)

// notes say how the tables are to be read, and what is remarkable in them. Only what
// is there is explained.
func (t *comparison) notes() (notes []string) {
	notes = append(notes, t.units(), t.limits())
	if text := t.legend(); text != "" {
		notes = append(notes, text)
	}
	if !t.twins && slices.ContainsFunc(t.columns, func(c column) bool { return c.paper }) {
		notes = append(notes, `The paper: table 1 of Desai, Qadeer, Seshia, "Systematic Testing of Asynchronous Reactive Systems", `+
			"ESEC/FSE 2015, with 60 GB and 2 hours for a search; * is where these were used up, # is not found in 5 hours. It "+
			"names the protocols and not the bugs, so the programs here are other ones: compare how strategies do within a row, and not figure with figure.")
		if t.has("PCT") {
			notes = append(notes, "PCT in the paper takes executions to have 5000 decisions; here it takes the length from the executions before.")
		}
	}
	return append(notes, t.remarks()...)
}

func (t *comparison) has(name string) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.name == name })
}

// units says what the figures are.
func (t *comparison) units() string {
	var b strings.Builder
	counted := names(t.columns, func(c column) unit { return c.unit })
	if t.twins {
		b.WriteString("The programs without the bugs: how much was explored, the least of all seeds. ")
	} else {
		if slices.Contains(counted, schedules) {
			b.WriteString("Schedules are counted with the failing one. ")
		}
		if slices.Contains(counted, states) {
			b.WriteString("States are the different ones that a search had reached ahead of the step that failed. ")
		}
		b.WriteString("A bug counts as found when its schedule fails again in a replay. ")
	}
	if t.seeds > 1 && !t.twins {
		fmt.Fprintf(&b, "Medians of %d seeds, by nearest rank. ", t.seeds)
	}
	once := names(slices.DeleteFunc(slices.Clone(t.columns), func(c column) bool { return c.seeded }), func(c column) string { return c.name })
	if len(once) > 0 {
		fmt.Fprintf(&b, "With one worker %s the same each time, and one run is all: %s.", map[bool]string{true: "this search does", false: "these searches do"}[len(once) == 1], strings.Join(once, ", "))
	}
	return strings.TrimSpace(b.String())
}

// limits says when a search was given up.
func (t *comparison) limits() string {
	limits := []string{"after " + t.budgets()}
	counted := names(t.columns, func(c column) unit { return c.unit })
	if slices.Contains(counted, schedules) {
		limits = append(limits, fmt.Sprintf("%d schedules", t.head.Schedules))
	}
	if slices.Contains(counted, states) {
		limits = append(limits, fmt.Sprintf("%d states", t.head.States), t.head.Memory+" of memory for states and frontier")
	}
	last := len(limits) - 1
	text := limits[0]
	if last > 0 {
		text = strings.Join(limits[:last], ", ") + " or " + limits[last]
	}
	return "A search was given up " + text + "."
}

// legend explains the marks that the tables have.
func (t *comparison) legend() string {
	shown := map[string]bool{}
	for _, c := range t.all() {
		text := c.text(exact)
		for _, mark := range []string{notRun, beyond, outOfRoom, all, strange, loose} {
			if strings.HasPrefix(text, mark) {
				shown[mark] = true
			}
		}
		if strings.Contains(text, "/") {
			shown["/"] = true
		}
		if c.column.paper && !t.twins && theirs(c.row, c.column, exact) == notRun {
			shown[notRun] = true
		}
	}
	beyondText := ">N: not found in N schedules or states, when the search was given up (the least of all seeds)"
	if t.twins {
		beyondText = ">N: nothing in N schedules or states, when the search was given up"
	}
	var parts []string
	for _, m := range []struct{ mark, text string }{
		{beyond, beyondText},
		{outOfRoom, "*N: memory was used up after N states"},
		{all, "all N: everything was explored, with N schedules or states"},
		{"/", "M/N behind a figure: found with M of N seeds"},
		{strange, "!: a failure came first that is not the bug's"},
		{loose, "?: a failure did not happen again"},
		{notRun, "-: not run yet, or not in the paper"},
	} {
		if shown[m.mark] {
			parts = append(parts, m.text)
		}
	}
	if parts == nil {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

// remarks name the cells of which more has to be known.
func (t *comparison) remarks() (notes []string) {
	where, order := map[string][]string{}, []string{}
	for _, c := range t.all() {
		for _, a := range c.attempts {
			var what string
			switch {
			case a.Result == failed:
				what = "Failed (" + a.Kind + "), though nothing should be found"
			case a.Result == otherKind:
				what = "Showed first as " + a.Kind + ", which the bug is not known for"
			case a.Result == notReproduced:
				what = "Failed (" + a.Kind + ") and did not do so again when it was replayed"
			case a.Result == exhausted && a.Bounded > 0:
				what = "Explored to the end, but for what is behind the step bound"
			default:
				continue
			}
			if where[what] == nil {
				order = append(order, what)
			}
			name := c.row.Bug.Name + " under " + c.column.name
			if c.column.seeded && len(c.attempts) > 1 {
				name += fmt.Sprintf(" with seed %d", a.Seed)
			}
			where[what] = append(where[what], name)
		}
	}
	for _, what := range order {
		notes = append(notes, what+": "+strings.Join(where[what], ", ")+".")
	}
	return notes
}
