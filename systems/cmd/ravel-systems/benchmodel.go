package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/internal/coverage"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/catalog"
)

type modelCommand struct {
	System    string         `arg:"" optional:"" help:"What to measure. By default every system that is cut into parts."`
	Schedules uint64         `default:"100" placeholder:"N" help:"Executions of each test, to see which machines there are. By default 100."`
	Time      *time.Duration `placeholder:"T" help:"How long to hunt each bug, such as 30s. By default 2m."`
	Markdown  bool           `help:"Print the tables as Markdown, for documents."`
	JSON      bool           `help:"Print one line of JSON for each system."`
}

// Validate implements the interface of the command-line library.
func (c *modelCommand) Validate() error {
	switch {
	case c.Schedules == 0:
		return errors.New("--schedules=0: want at least 1")
	case c.Markdown && c.JSON:
		return errors.New("--markdown and --json exclude each other")
	}
	return cli.CheckSettings(nil, c.Time, "", "", nil, nil)
}

// modeled are the figures of a system and its model.
type modeled struct {
	System      string   `json:"system"`
	Lines       int      `json:"lines"`       // of the system
	ModelLines  int      `json:"model_lines"` // of what was written to test it
	Machines    int      `json:"machines"`    // definitions of which the tests make machines, monitors excluded
	Monitors    int      `json:"monitors"`
	States      int      `json:"states"`
	Transitions int      `json:"transitions"` // between states, as declared or seen
	Handlers    int      `json:"handlers"`    // pairs of a state and an event that it handles
	Bugs        int      `json:"bugs"`        // seeded
	Found       int      `json:"found"`
	Slowest     float64  `json:"slowest_seconds"` // until a bug was found
	Missed      []string `json:"missed,omitempty"`
	Library     []string `json:"library,omitempty"` // packages of Ravel that the model is made with

	librarySize map[string]int
}

const modelHuntTime = 2 * time.Minute

// Run measures the systems, one after the other.
func (c *modelCommand) Run(s *shell) error {
	var all []*modeled
	ctx, release := s.interruptible()
	defer release()
	for i := range s.systems {
		if sys := &s.systems[i]; len(sys.Code.System) > 0 && (c.System == "" || c.System == sys.Name) {
			m, err := c.measure(ctx, s, sys)
			if err != nil {
				return err
			}
			if m == nil {
				return cli.Status(interrupted)
			}
			all = append(all, m)
		}
	}
	if len(all) == 0 {
		return c.unknown(s)
	}
	if c.JSON {
		for _, m := range all {
			if err := json.NewEncoder(s.out).Encode(m); err != nil {
				return err
			}
		}
		return nil
	}
	return c.show(s, all)
}

func (c *modelCommand) unknown(s *shell) error {
	var names []string
	for _, sys := range s.systems {
		if len(sys.Code.System) > 0 {
			names = append(names, sys.Name)
		}
	}
	return fmt.Errorf("bench model knows nothing of the parts of %q: the systems that are cut into parts are %s", c.System, strings.Join(names, ", "))
}

// measure is nil if it was interrupted.
func (c *modelCommand) measure(ctx context.Context, s *shell, sys *catalog.System) (*modeled, error) {
	m := &modeled{System: sys.Name, Bugs: len(sys.Bugs), librarySize: map[string]int{}}
	if err := m.count(ctx, sys.Code); err != nil {
		return nil, err
	}
	seen := map[string]*coverage.Machine{}
	for _, t := range sys.Tests {
		cfg := t.Settings
		cfg.Schedules, cfg.Seed, cfg.Seeded = c.Schedules, 1, true
		r, err := s.explore(ctx, sys.Name+"/"+t.Name, t.Name, cfg, t.Body)
		if r == nil {
			return nil, err
		}
		for i := range r.Coverage.Machines {
			m.see(seen, sys.Code, &r.Coverage.Machines[i])
		}
	}
	for _, b := range sys.Bugs {
		r, err := c.hunt(ctx, s, sys, b)
		if r == nil {
			return nil, err
		}
		if r.Failure != nil && r.Failure.Reproduced {
			m.Found++
			m.Slowest = max(m.Slowest, thousandths(r.Elapsed))
		} else {
			m.Missed = append(m.Missed, sys.Name+"/"+b.Name)
		}
	}
	return m, nil
}

func (c *modelCommand) hunt(ctx context.Context, s *shell, sys *catalog.System, b catalog.Bug) (*check.Report, error) {
	limit := modelHuntTime
	if c.Time != nil {
		limit = *c.Time
	}
	cfg := (&settings{Time: &limit}).apply(b.Settings)
	cfg.NoShrink = true
	path := sys.Name + "/" + b.Name
	return s.explore(ctx, path, path, cfg, b.Buggy)
}

// see adds what a definition has that was not seen before. Definitions of the library are not the system's.
func (m *modeled) see(seen map[string]*coverage.Machine, code catalog.Code, d *coverage.Machine) {
	if !slices.Contains(code.System, d.Package) && !slices.Contains(code.Model, d.Package) {
		return
	}
	name := d.Package + "." + d.Name
	old := seen[name]
	if old == nil {
		old = &coverage.Machine{}
		seen[name] = old
		switch d.Kind {
		case coverage.IsMonitor:
			m.Monitors++
		default:
			m.Machines++
		}
		m.States += len(d.States)
	}
	for _, t := range d.Transitions {
		same := func(o coverage.Transition) bool {
			return o.From == t.From && o.Event == t.Event && o.To == t.To && o.Does == t.Does
		}
		if !slices.ContainsFunc(old.Transitions, same) {
			old.Transitions = append(old.Transitions, t)
			m.Transitions++
		}
	}
	for _, p := range d.Pairs {
		same := func(o coverage.Pair) bool { return o.State == p.State && o.Event == p.Event && o.Does == p.Does }
		if (p.Does == coverage.On || p.Does == coverage.Receive) && !slices.ContainsFunc(old.Pairs, same) {
			old.Pairs = append(old.Pairs, p)
			m.Handlers++
		}
	}
}

// The figures of the paper, for comparison.
const paperModels = "The case studies of Deligiannis and others (FAST 2016, Table 1), in the order lines of the system, lines of the model, machines, " +
	"transitions, handlers: vNext 19775, 684, 5, 11, 17; MigratingTable 2267, 2275, 3, 5, 10; Fabric with its user service 31959, 6534, 13, 21, 87."

func (c *modelCommand) show(s *shell, all []*modeled) error {
	t := &table{heads: []string{"system", "lines", "model", "machines", "monitors", "states", "trans.", "handlers", "found"}, names: 30}
	library := map[string]int{}
	var notes []string
	slowest := 0.0
	for _, m := range all {
		t.add(m.System, strconv.Itoa(m.Lines), strconv.Itoa(m.ModelLines), strconv.Itoa(m.Machines), strconv.Itoa(m.Monitors), strconv.Itoa(m.States),
			strconv.Itoa(m.Transitions), strconv.Itoa(m.Handlers), fmt.Sprintf("%d/%d", m.Found, m.Bugs))
		slowest = max(slowest, m.Slowest)
		for name, lines := range m.librarySize {
			library[name] = lines
		}
		if m.Missed != nil {
			notes = append(notes, "Not found in time: "+strings.Join(m.Missed, ", ")+".")
		}
	}
	var models []string
	for _, name := range slices.Sorted(maps.Keys(library)) {
		models = append(models, fmt.Sprintf("%s %d", name, library[name]))
	}
	notes = append([]string{
		"Lines with code of the packages that run in production, and of what was written to test them: harness, monitors, and models that only such systems need; the platform's, model/fabric, is in the rows of all its services. " +
			fmt.Sprintf("Machines, states, transitions and handlers are of definitions that %d executions of each test made use of, monitors included but for the machines. ", c.Schedules) +
			fmt.Sprintf("Found is how many of the seeded bugs the default strategy found, each in %.0f s at most.", slowest+0.5),
		"Models of the library that they share, in lines: " + strings.Join(models, ", ") + ".",
	}, notes...)
	notes = append(notes, paperModels)
	write := t.writeText
	if c.Markdown {
		write = t.writeMarkdown
	}
	if err := write(s.out); err != nil {
		return err
	}
	for _, n := range notes {
		if _, err := fmt.Fprint(s.out, "\n"+paragraph(n)+"\n"); err != nil {
			return err
		}
	}
	return nil
}
