package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/ravelgo/ravel/systems/catalog"
)

// table is the study's table with ours beside it.
func (m *migrationCommand) table(rs *results[sought], rows []pursuit) *table {
	heads := []string{"bug", "study", "PCT"}
	for _, strategy := range migrationStrategies {
		heads = append(heads, strategy, "s")
	}
	t := &table{heads: append(heads, "steps"), names: 8}
	for _, p := range rows {
		row := append([]string{rowName(p)}, studied(p)...)
		steps := ""
		for _, strategy := range migrationStrategies {
			var executions, seconds, length []float64
			all := m.searches(rs, p, strategy)
			for _, r := range all {
				if r.Result == found {
					executions = append(executions, float64(r.Schedules))
					seconds = append(seconds, r.Seconds)
					length = append(length, float64(r.Steps))
				}
			}
			row = append(row, middle(executions, len(all), 0), middle(seconds, len(seconds), 1))
			steps = middle(length, len(length), 0)
		}
		t.add(append(row, steps)...)
	}
	return t
}

// studied are the seconds of the study, in the row of the test by which they were measured.
func studied(p pursuit) []string {
	row, ok := catalog.StudiedBug(p.Bug.Name)
	if !ok || row.Scripted != p.scripted {
		return []string{"", ""}
	}
	cells := make([]string, 2)
	for i, s := range []float64{row.Random, row.PCT} {
		if cells[i] = "-"; s > 0 {
			cells[i] = strconv.FormatFloat(s, 'f', -1, 64)
		}
	}
	return cells
}

// middle is the median of those searches that were successful, with their share if there were others.
func middle(values []float64, of, digits int) string {
	if len(values) == 0 {
		return "-"
	}
	slices.Sort(values)
	text := strconv.FormatFloat(values[len(values)/2], 'f', digits, 64)
	if len(values) < of {
		text += fmt.Sprintf(" (%d/%d)", len(values), of)
	}
	return text
}

// notes say what the table has no room for: the slowest search of each strategy, and the searches that were cut.
func (m *migrationCommand) notes(rs *results[sought], rows []pursuit) (notes []string) {
	for _, strategy := range migrationStrategies {
		searches, successes, slowest := 0, 0, sought{}
		for _, p := range rows {
			for _, r := range m.searches(rs, p, strategy) {
				searches++
				if r.Result == found {
					successes++
					if r.Seconds > slowest.Seconds {
						slowest = r
					}
				}
			}
		}
		if successes > 0 {
			notes = append(notes, fmt.Sprintf("%s: %d of %d searches found their bug, the slowest after %.1f s (%s, seed %d, %d executions).",
				strategy, successes, searches, slowest.Seconds, slowest.Bug, slowest.Seed, slowest.Schedules))
		}
	}
	if note := m.studyNote(rs, rows); note != "" {
		notes = append(notes, note)
	}
	for _, p := range rows {
		for _, strategy := range migrationStrategies {
			var executions []uint64
			for _, r := range m.searches(rs, p, strategy) {
				if r.Result == cut {
					executions = append(executions, r.Schedules)
				}
			}
			if len(executions) > 0 {
				notes = append(notes, fmt.Sprintf("%s, %s: %d of the seeds were cut by --time, after %d to %d executions.",
					rowName(p), strategy, len(executions), slices.Min(executions), slices.Max(executions)))
			}
		}
	}
	return notes
}

// studyNote says how the portfolio fares with the study's own bugs by the common test alone: all seeds together.
func (m *migrationCommand) studyNote(rs *results[sought], rows []pursuit) string {
	bugs, searches, successes, total, slowest := 0, 0, 0, 0.0, 0.0
	for _, p := range rows {
		if _, ok := catalog.StudiedBug(p.Bug.Name); !ok || p.scripted {
			continue
		}
		bugs++
		for _, r := range m.searches(rs, p, simplified) {
			searches++
			total, slowest = total+r.Seconds, max(slowest, r.Seconds)
			if r.Result == found {
				successes++
			}
		}
	}
	if searches == 0 {
		return ""
	}
	return fmt.Sprintf("The study's %d bugs by the common test, %s: %d of %d searches found their bug, in %.1f s together, the slowest in %.1f s.",
		bugs, simplified, successes, searches, total, slowest)
}

// rowName is the bug, with a mark if the test was made for it.
func rowName(p pursuit) string {
	if p.scripted {
		return p.Bug.Name + " *"
	}
	return p.Bug.Name
}
