package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/cli"
)

type statesCommand struct {
	Only     string `placeholder:"NAME" help:"Only this program, with the number behind a slash for one size of it, such as twophase or twophase/5."`
	Workers  *int   `placeholder:"N" help:"Workers that share each search. By default 1."`
	Out      string `placeholder:"FILE" help:"Append each result to this file, and skip what it has."`
	Report   bool   `help:"Show what the file has, and run nothing."`
	Markdown bool   `help:"Print the counts, which are the same on every machine, as Markdown for documents."`
	JSON     bool   `help:"Print one line of JSON for each program."`
}

// Validate implements the interface of the command-line library.
func (c *statesCommand) Validate() error {
	switch {
	case c.Markdown && c.JSON:
		return errors.New("--markdown and --json exclude each other")
	case c.Report && c.Out == "":
		return errors.New("--report goes with --out=FILE, which has the results")
	}
	return cli.CheckSettings(nil, nil, "", "", c.Workers, nil)
}

// statesRow is what was counted and measured of a program. States in a second are those of each worker.
type statesRow struct {
	Program            string   `json:"program"`
	States             uint64   `json:"states"`
	Generated          uint64   `json:"generated"`
	StatesPerSecond    float64  `json:"states_per_second"`
	GeneratedPerSecond float64  `json:"generated_per_second"`
	BytesPerState      float64  `json:"bytes_per_state"`
	StartUp            uint64   `json:"start_up"`
	Rewound            uint64   `json:"rewound"`
	Workers            int      `json:"workers"`
	Seconds            float64  `json:"seconds"`
	Notes              []string `json:"notes,omitempty"`
}

// statesEntry is a program of a size.
type statesEntry struct {
	bars.StateProgram
	size int
}

func (e *statesEntry) name() string { return e.String(e.size) }

// Run explores every program, unless that has been done.
func (c *statesCommand) Run(s *shell) error {
	entries, err := c.entries()
	if err != nil {
		return err
	}
	rs, err := readResults[statesRow](c.Out, head{Bench: "states"}, head{})
	if err != nil {
		return err
	}
	defer rs.close()
	if !c.Report {
		if err := c.explore(s, rs, entries); err != nil {
			return err
		}
	}
	var rows []statesRow
	for _, e := range entries {
		if r := c.row(rs, e); r != nil {
			rows = append(rows, *r)
		}
	}
	if len(rows) == 0 {
		return fmt.Errorf("--report: %s has no results of these: without --report they are made", c.Out)
	}
	if c.JSON {
		out := json.NewEncoder(s.out)
		for i := range rows {
			if err := out.Encode(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return c.show(s.out, entries, rows)
}

// entries are the programs that were asked for.
func (c *statesCommand) entries() ([]statesEntry, error) {
	var entries []statesEntry
	var names []string
	for _, p := range bars.StatePrograms() {
		names = append(names, p.Name)
		for _, n := range p.Sizes {
			if e := (statesEntry{p, n}); c.Only == "" || c.Only == p.Name || c.Only == e.name() {
				entries = append(entries, e)
			}
		}
	}
	if len(entries) > 0 {
		return entries, nil
	}
	for _, p := range bars.StatePrograms() {
		if name, _, _ := strings.Cut(c.Only, "/"); name == p.Name {
			return nil, fmt.Errorf("--only=%s: the sizes of %s are %s", c.Only, p.Name, strings.Trim(fmt.Sprint(p.Sizes), "[]"))
		}
	}
	return nil, fmt.Errorf("--only=%s: there is no such program: they are %s", c.Only, strings.Join(names, ", "))
}

// row is the last result of a program with so many workers, nil if there is none. Without --workers a report has any.
func (c *statesCommand) row(rs *results[statesRow], e statesEntry) *statesRow {
	for i := len(rs.rows) - 1; i >= 0; i-- {
		if r := &rs.rows[i]; r.Program == e.name() && (r.Workers == c.workers() || c.Report && c.Workers == nil) {
			return r
		}
	}
	return nil
}

func (c *statesCommand) workers() int {
	if c.Workers == nil {
		return 1
	}
	return *c.Workers
}

// explore explores what has not been.
func (c *statesCommand) explore(s *shell, rs *results[statesRow], entries []statesEntry) error {
	defer s.line.Clear()
	if err := rs.open(); err != nil {
		return err
	}
	for _, e := range entries {
		if c.row(rs, e) != nil {
			continue
		}
		s.line.Show(e.name())
		x, err := e.Explore(e.size, c.workers())
		if err != nil {
			return err
		}
		if err := rs.keep(statesRow{
			Program: x.Program, States: x.States, Generated: x.Generated, StartUp: x.StartUp, Rewound: x.Rewound,
			StatesPerSecond: roundTo(x.StatesPerSecond(), 1), GeneratedPerSecond: roundTo(x.GeneratedPerSecond(), 1),
			BytesPerState: roundTo(x.BytesPerState(), 10), Workers: x.Workers, Seconds: roundTo(x.Elapsed.Seconds(), 1e4), Notes: x.Notes,
		}); err != nil {
			return err
		}
	}
	return nil
}

// soon is how many seconds a search takes at least, of which the table says how many states it explored in one: in less, the
// executions that a run begins with, to find out whether the program is deterministic, count for too much.
const soon = 0.5

// show writes the table, and what the programs are.
func (c *statesCommand) show(w io.Writer, entries []statesEntry, rows []statesRow) error {
	if c.Markdown {
		return writeCounts(w, entries, rows)
	}
	t := &table{heads: []string{"program", "states", "stateright", "generated", "generated/s", "bytes/state"}, names: 30}
	var notes, remarks []string
	for i := range rows {
		r := &rows[i]
		e := entryOf(entries, r.Program)
		if note := e.Name + ": " + e.What + "."; len(notes) == 0 || notes[len(notes)-1] != note {
			notes = append(notes, note)
		}
		rate := "-"
		if r.Seconds >= soon {
			rate = short(uint64(r.GeneratedPerSecond))
		}
		t.add(r.Program, decimal(r.States), e.published(), decimal(r.Generated), rate, fmt.Sprintf("%.0f", r.BytesPerState))
		remarks = append(remarks, e.remarks(r)...)
	}
	if err := t.writeText(w); err != nil {
		return err
	}
	texts := append([]string{"All states of each program, by the strategy states" + workersOf(rows) + ". Stateright: what the tests of its " +
		"examples assert, where they are of the same program. Generated: how often a state was reached, and how often in a second " +
		"of the wall clock, by each worker, unless it was over too soon. Bytes are those of the set of states."}, remarks...)
	for _, text := range texts {
		if _, err := fmt.Fprintf(w, "\n%s\n", paragraph(text)); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n", cli.Wrap(strings.Join(notes, "\n"), cli.Columns))
	return err
}

// writeCounts writes what does not depend on the machine, for a document.
func writeCounts(w io.Writer, entries []statesEntry, rows []statesRow) error {
	t := &table{heads: []string{"program", "start-up", "states", "generated", "stateright", "its example"}}
	for i := range rows {
		r := &rows[i]
		e := entryOf(entries, r.Program)
		t.add(r.Program, decimal(r.StartUp), decimal(r.States), decimal(r.Generated), e.published(), cmp.Or(e.Example, "-"))
	}
	return t.writeMarkdown(w)
}

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// published is the number of states that stateright has.
func (e *statesEntry) published() string {
	if n := e.Published[e.size]; n > 0 {
		return decimal(n)
	}
	return "-"
}

// remarks say whether a bar is met, and what the report had to say.
func (e *statesEntry) remarks(r *statesRow) (texts []string) {
	if bar := e.Bars[e.size]; bar > 0 {
		verdict := "it is met"
		if r.GeneratedPerSecond < bar {
			verdict = "it is NOT met; measure when nothing else runs"
		}
		texts = append(texts, fmt.Sprintf("The bar of %s is at least %s generated in a second: %s.", r.Program, short(uint64(bar)), verdict))
	}
	for _, n := range r.Notes {
		texts = append(texts, fmt.Sprintf("In %s: %s.", r.Program, n))
	}
	return texts
}

func entryOf(entries []statesEntry, name string) *statesEntry {
	for i := range entries {
		if entries[i].name() == name {
			return &entries[i]
		}
	}
	panic("a row of no entry: " + name)
}

// workersOf says how many workers made the rows, if that is the same for all.
func workersOf(rows []statesRow) string {
	n := rows[0].Workers
	for _, r := range rows {
		if r.Workers != n {
			return ", by various numbers of workers"
		}
	}
	if n == 1 {
		return " on 1 worker"
	}
	return fmt.Sprintf(" on %d workers", n)
}
