package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/systems/catalog"
)

type migrationCommand struct {
	Seeds    int     `default:"3" placeholder:"N" help:"How many seeds to try, from 1 on. By default 3."`
	Cap      *uint64 `placeholder:"N" help:"Most executions for a seed. By default 100000."`
	load     `set:"each=a seed"`
	Stress   time.Duration `default:"10s" placeholder:"T" help:"How long to look for each bug under load without control, at least; where the portfolio takes longer, as long. By default 10s, 0 is not at all."`
	Markdown bool          `help:"Print the table as Markdown, for documents."`
	JSON     bool          `help:"Print one line of JSON for each search."`
}

// migrationSystem is the system of the study's table.
const migrationSystem = "mtable"

// migrationStrategies are the columns: the two of the study, and ours. Two changes of priority are bugs of depth 3.
var migrationStrategies = []string{"random", "pct:3", "portfolio"}

// simplified is the one whose failures are simplified.
const simplified = "portfolio"

var migrationDefaults = head{Cap: 100_000}

// Validate implements the interface of the command-line library.
func (m *migrationCommand) Validate() error {
	switch {
	case m.Seeds < 1:
		return fmt.Errorf("--seeds=%d: want at least 1", m.Seeds)
	case m.Cap != nil && *m.Cap == 0:
		return errors.New("--cap=0: want at least 1")
	case m.Stress < 0:
		return fmt.Errorf("--stress=%v: want 0 or more", m.Stress)
	case m.Markdown && m.JSON:
		return errors.New("--markdown and --json exclude each other")
	}
	if err := m.check(); err != nil {
		return err
	}
	return cli.CheckSettings(nil, m.Time, "", "", m.Workers, nil)
}

// sought is one search for a bug: with one strategy, one seed, and one of the two tests.
type sought struct {
	trial
	Strategy string `json:"strategy"`
	Scripted bool   `json:"scripted,omitempty"` // by the test that was made for the bug

	// The context switches of the execution that was found, and the simplest failing one that was made of it.
	Switches       int `json:"switches,omitempty"`
	Shrunk         int `json:"shrunk,omitempty"` // steps
	ShrunkSwitches int `json:"shrunk_switches,omitempty"`
}

// pursuit is what is searched for, and how: a row of the table.
type pursuit struct {
	catalog.Entry
	scripted bool
}

// pursuits are the rows: each bug by the common test, and by one of its own if it has one.
func (m *migrationCommand) pursuits(s *shell) ([]pursuit, error) {
	entries, err := catalog.Find(s.systems, migrationSystem)
	var all []pursuit
	for _, e := range entries {
		all = append(all, pursuit{e, false})
		if e.Bug.Scripted != nil {
			all = append(all, pursuit{e, true})
		}
	}
	return all, err
}

// Run makes every search that has not been made.
func (m *migrationCommand) Run(s *shell) error {
	rows, err := m.pursuits(s)
	if err != nil {
		return err
	}
	given := head{Bench: "migration"}
	if m.Cap != nil {
		given.Cap = *m.Cap
	}
	rs, err := readResults[sought](m.Out, given, migrationDefaults)
	if err != nil {
		return err
	}
	defer rs.close()
	stop := false
	if m.Report {
		if rows = slices.DeleteFunc(rows, func(p pursuit) bool { return len(m.searches(rs, p, "")) == 0 }); len(rows) == 0 {
			return m.missing()
		}
	} else if stop, err = m.search(s, rs, rows); err != nil {
		return err
	}
	if err := m.show(s.out, rs, rows); err != nil {
		return err
	}
	if stop {
		done := 0
		for _, p := range rows {
			done += len(m.searches(rs, p, ""))
		}
		return s.interrupted(done, m.all(rows), m.Out, m.again())
	}
	return nil
}

// again is the command line that goes on.
func (m *migrationCommand) again() string {
	line := fmt.Sprintf("ravel bench migration --seeds=%d --stress=%v", m.Seeds, m.Stress)
	switch {
	case m.Markdown:
		line += " --markdown"
	case m.JSON:
		line += " --json"
	}
	return line + m.flags()
}

// search makes the searches that have not been made. It returns true if it was interrupted.
func (m *migrationCommand) search(s *shell, rs *results[sought], rows []pursuit) (stop bool, err error) {
	ctx, release := s.interruptible()
	defer release()
	for _, p := range rows {
		for _, strategy := range migrationStrategies {
			done := map[uint64]bool{}
			for _, r := range m.searches(rs, p, strategy) {
				done[r.Seed] = r.Result != cut || !m.allows(r.Seconds)
			}
			for seed := uint64(1); seed <= uint64(m.Seeds); seed++ {
				if done[seed] {
					continue
				}
				if err := rs.open(); err != nil {
					return false, err
				}
				r, err := m.one(ctx, s, rs.head, p, strategy, seed)
				if err != nil || r == nil {
					return r == nil && err == nil, err
				}
				if err := rs.keep(*r); err != nil {
					return false, err
				}
			}
		}
		if stop, err := m.stress(ctx, s, rs, p); stop || err != nil {
			return stop, err
		}
	}
	return false, nil
}

// all is how many searches there are.
func (m *migrationCommand) all(rows []pursuit) int {
	n := 0
	for _, p := range rows {
		n += len(migrationStrategies)
		if m.loads(p) {
			n += len(migrationLoads)
		}
	}
	return n * m.Seeds
}

// one makes one search. Nil means that it was interrupted.
func (m *migrationCommand) one(ctx context.Context, s *shell, h head, p pursuit, strategy string, seed uint64) (*sought, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	set := settings{Schedules: &h.Cap, Time: m.Time, Strategy: strategy, Workers: m.Workers}
	cfg := set.apply(p.Bug.Settings)
	cfg.NoShrink, cfg.Seed, cfg.Seeded = strategy != simplified, seed, true
	body := p.Bug.Buggy
	if p.scripted {
		body = p.Bug.Scripted
	}
	title := fmt.Sprintf("%s, %s, seed %d of %d", p.Bug.Name, strategy, seed, m.Seeds)
	r, err := s.explore(ctx, title, p.Path(), cfg, body)
	if r == nil {
		return nil, err
	}
	one := &sought{trial: *judge(p.Entry, seed, cfg, r), Strategy: strategy, Scripted: p.scripted}
	if f := r.Failure; f != nil && !cfg.NoShrink {
		one.Switches, one.Shrunk, one.ShrunkSwitches = f.Found.Switches, f.Shrunk.Steps, f.Shrunk.Switches
	}
	return one, nil
}

// searches are the results of a row under a strategy, by seed, or under all if it is "".
func (m *migrationCommand) searches(rs *results[sought], p pursuit, strategy string) []sought {
	type which struct {
		strategy string
		seed     uint64
	}
	last := map[which]sought{}
	for _, r := range rs.rows {
		if r.Bug == p.Path() && r.Scripted == p.scripted && (strategy == "" || r.Strategy == strategy) &&
			1 <= r.Seed && r.Seed <= uint64(m.Seeds) {
			last[which{r.Strategy, r.Seed}] = r
		}
	}
	var all []sought
	for _, r := range last {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b sought) int {
		return cmp.Or(cmp.Compare(a.Strategy, b.Strategy), cmp.Compare(a.Seed, b.Seed))
	})
	return all
}

// show prints what is known, in the form that was asked for.
func (m *migrationCommand) show(w io.Writer, rs *results[sought], rows []pursuit) error {
	if m.JSON {
		out := json.NewEncoder(w)
		for _, p := range rows {
			for _, r := range m.searches(rs, p, "") {
				if err := out.Encode(r); err != nil {
					return err
				}
			}
		}
		return nil
	}
	write := (*table).writeText
	if m.Markdown {
		write = (*table).writeMarkdown
	}
	if err := write(m.table(rs, rows), w); err != nil {
		return err
	}
	text := "\n" + paragraph(fmt.Sprintf("Executions until a bug is found, and seconds, medians of the seeds 1 to %d; at most %d executions for a seed. "+
		"Study and PCT are the study's seconds under its random and its priority-based scheduling, on the machine of its authors; "+
		"- is not found in 100000 executions. Rows with * are tests that were made for the bug. "+
		"Steps are the joined steps of the failing execution under the portfolio, before anything is left out.", m.Seeds, rs.head.Cap)) + "\n"
	for _, note := range m.notes(rs, rows) {
		text += "\n" + paragraph(note) + "\n"
	}
	if _, err := io.WriteString(w, text+"\n"); err != nil {
		return err
	}
	if err := write(m.loadTable(rs, rows), w); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n"+paragraph(m.loadCaption())+"\n")
	return err
}
