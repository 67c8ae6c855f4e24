package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// The searches without control: as an ordinary test judges, and with the oracle of the searches under control.
const (
	loadOrdinary = "load"
	loadExact    = "load with reference"
)

var migrationLoads = []string{loadOrdinary, loadExact}

// loads reports whether the bug of a row is looked for under load.
func (m *migrationCommand) loads(p pursuit) bool {
	return m.Stress > 0 && !p.scripted && p.Bug.Load != nil
}

// stress makes the searches of a row without control that have not been made, each for as long as the portfolio took with
// the same seed, and no less than m.Stress. It returns true if it was interrupted.
func (m *migrationCommand) stress(ctx context.Context, s *shell, rs *results[sought], p pursuit) (stop bool, err error) {
	if !m.loads(p) {
		return false, nil
	}
	for _, how := range migrationLoads {
		for seed := uint64(1); seed <= uint64(m.Seeds); seed++ {
			budget := m.Stress
			for _, r := range m.searches(rs, p, simplified) {
				if r.Seed == seed {
					budget = max(budget, time.Duration(r.Seconds*float64(time.Second)))
				}
			}
			if slices.ContainsFunc(m.searches(rs, p, how), func(r sought) bool {
				return r.Seed == seed && (r.Result == found || r.Seconds >= thousandths(budget))
			}) {
				continue
			}
			if err := rs.open(); err != nil {
				return false, err
			}
			r := m.underLoad(ctx, s, p, how, seed, budget)
			if r == nil {
				return true, nil
			}
			if err := rs.keep(*r); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// underLoad makes one search without control. Nil means that it was interrupted.
func (m *migrationCommand) underLoad(ctx context.Context, s *shell, p pursuit, how string, seed uint64, budget time.Duration) *sought {
	s.line.Show(fmt.Sprintf("%s, %s, seed %d of %d: %v at most", p.Bug.Name, how, seed, m.Seeds, budget.Round(time.Second)))
	defer s.line.Clear()
	limited, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	l := p.Bug.Load(limited, how == loadOrdinary, seed)
	r := &sought{trial: trial{Bug: p.Path(), Seed: seed, Result: cut, Schedules: l.Runs, Seconds: thousandths(l.Elapsed)}, Strategy: how}
	switch {
	case l.Err != nil:
		r.Result, r.Steps = found, int(l.Length)
	case ctx.Err() != nil:
		return nil
	default:
		r.Seconds = max(r.Seconds, thousandths(budget))
	}
	return r
}

// loadTable is what control finds, and in what form, beside what load finds.
func (m *migrationCommand) loadTable(rs *results[sought], rows []pursuit) *table {
	t := &table{heads: []string{"bug", "buggy %", "s", "steps", "sw", "shrunk", "sw", "load s", "accesses", "ref s", "accesses"}, names: 8}
	for _, p := range rows {
		if p.scripted || p.Bug.Load == nil {
			continue
		}
		all := m.searches(rs, p, simplified)
		row := []string{p.Bug.Name, buggy(all)}
		add := func(of []sought, digits int, figure func(sought) float64) {
			var values []float64
			for _, r := range of {
				if r.Result == found {
					values = append(values, figure(r))
				}
			}
			row = append(row, middle(values, len(of), digits))
		}
		seconds := func(r sought) float64 { return r.Seconds }
		steps := func(r sought) float64 { return float64(r.Steps) }
		add(all, 1, seconds)
		add(all, 0, steps)
		add(all, 0, func(r sought) float64 { return float64(r.Switches) })
		add(all, 0, func(r sought) float64 { return float64(r.Shrunk) })
		add(all, 0, func(r sought) float64 { return float64(r.ShrunkSwitches) })
		for _, how := range migrationLoads {
			add(m.searches(rs, p, how), 2, seconds)
			add(m.searches(rs, p, how), 0, steps)
		}
		t.add(row...)
	}
	return t
}

// buggy is the percentage of buggy schedules. Each search ends with its first failure, so of n failures in all but the last
// count, and of the executions all but one: that estimate is unbiased (Haldane, "On a method of estimating frequencies",
// Biometrika 1945).
func buggy(all []sought) string {
	failures, executions := 0, uint64(0)
	for _, r := range all {
		executions += r.Schedules
		if r.Result == found {
			failures++
		}
	}
	if failures < 2 {
		return "-"
	}
	if executions == uint64(failures) {
		return "100"
	}
	return strconv.FormatFloat(100*float64(failures-1)/float64(executions-1), 'g', 2, 64)
}

// loadCaption explains the table.
func (m *migrationCommand) loadCaption() string {
	return fmt.Sprintf("With and without control, medians of the seeds 1 to %d. Buggy %% is the percentage of the schedules under the portfolio that fail, "+
		"s the seconds until one is found, steps its joined steps, sw the context switches among them; shrunk are the steps of the simplest failing execution that was made of it, "+
		"for which there are fewer switches first and then fewer steps, and sw its switches; it replays. "+
		"Load s are the seconds until an ordinary stress test notices the bug, on goroutines that nobody controls, "+
		"ref s those until one does that judges each access with the oracle of the searches under control; - is not found in the time of the portfolio, or in %v if that is less. "+
		"Accesses are those of the migration that went wrong, which cannot be replayed.", m.Seeds, m.Stress)
}
