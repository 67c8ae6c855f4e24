package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ravelgo/ravel/systems/catalog"
)

// group is a part of the columns with a table of its own.
type group struct {
	title   string
	columns []column
}

// groups are the columns by what they are measured in, and by whether the paper
// has them.
func (t *comparison) groups() (all []group) {
	until := " until the bug is found"
	if t.twins {
		until = ""
	}
	for _, g := range []struct {
		title string
		in    func(column) bool
	}{
		{"Sampling: schedules" + until, func(c column) bool { return c.paper && c.unit == schedules }},
		{"Exhaustive search: states" + until, func(c column) bool { return c.paper && c.unit == states }},
		{"Strategies that the paper does not have: schedules" + until, func(c column) bool { return !c.paper }},
	} {
		var columns []column
		for _, c := range t.columns {
			if g.in(c) {
				columns = append(columns, c)
			}
		}
		if columns != nil {
			all = append(all, group{g.title, columns})
		}
	}
	return all
}

// write prints the tables, and what has to be said about them.
func (t *comparison) write(w io.Writer, document bool) error {
	for _, g := range t.groups() {
		heading := g.title + ".\n"
		if document {
			heading = "**" + g.title + "**\n\n"
		}
		if _, err := io.WriteString(w, heading); err != nil {
			return err
		}
		for part := range slices.Chunk(g.columns, t.wide(g, document)) {
			table, write := t.table(part, document)
			if err := write(table, w); err != nil {
				return err
			}
			fmt.Fprintln(w)
		}
	}
	var b strings.Builder
	for i, n := range t.notes() {
		if i > 0 {
			b.WriteByte('\n')
		}
		if document {
			n = escape(n)
		}
		b.WriteString(paragraph(n) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// wide is how many columns fit side by side.
func (t *comparison) wide(g group, document bool) int {
	switch {
	case document:
		return len(g.columns)
	case t.beside(g.columns):
		return 3
	}
	return 5
}

// beside reports whether the figures of the paper stand beside ours.
func (t *comparison) beside(columns []column) bool { return columns[0].paper && !t.twins }

// table is a table of a few columns. In a document ours and the paper's figure
// share a cell.
func (t *comparison) table(columns []column, document bool) (*table, func(*table, io.Writer) error) {
	tab := &table{names: 16, heads: []string{"bug"}}
	beside := t.beside(columns)
	for _, c := range columns {
		tab.heads = append(tab.heads, c.name)
		if beside && !document {
			tab.heads = append(tab.heads, "paper")
		}
	}
	tab.heads = append(tab.heads, map[bool]string{true: "in the paper", false: "system"}[document])
	for _, r := range t.rows {
		cells := []string{r.Bug.Name}
		if document {
			cells[0] = r.Path()
		}
		for _, c := range columns {
			switch cell := t.at(r, c); {
			case !document && beside:
				cells = append(cells, cell.text(short), theirs(r, c, short))
			case !document:
				cells = append(cells, cell.text(short))
			case beside:
				cells = append(cells, escape(cell.prose()+" / "+theirs(r, c, exact)))
			default:
				cells = append(cells, escape(cell.prose()))
			}
		}
		tab.add(append(cells, map[bool]string{true: r.Row.Name, false: r.System.Name}[document])...)
	}
	if document {
		return tab, (*table).writeMarkdown
	}
	return tab, (*table).writeText
}

func exact(n uint64) string { return strconv.FormatUint(n, 10) }

// theirs is a figure of the paper.
func theirs(r catalog.PaperEntry, c column, number func(uint64) string) string {
	switch f := r.Row.Figure(c.name); {
	case f > 0:
		return number(uint64(f))
	case f == catalog.NotPublished:
		return notRun
	default:
		return f.Mark()
	}
}

// escape keeps marks from being taken for Markdown.
func escape(s string) string { return strings.NewReplacer("*", `\*`, "#", `\#`, ">", `\>`).Replace(s) }

// budgets is the time that the searches had: of those that it cut, if there are
// such.
func (t *comparison) budgets() string {
	var all, ended []float64
	for _, c := range t.all() {
		for _, a := range c.attempts {
			if all = append(all, a.Budget); a.Result == cut {
				ended = append(ended, a.Budget)
			}
		}
	}
	if ended == nil {
		ended = all
	}
	least, most := slices.Min(ended), slices.Max(ended)
	in := func(s float64) string { return time.Duration(s * float64(time.Second)).String() }
	if least == most {
		return in(most)
	}
	return in(least) + " to " + in(most)
}

// comparisonLine is a row as JSON.
type comparisonLine struct {
	System string           `json:"system"`
	Bug    string           `json:"bug"`
	Paper  string           `json:"paper"` // its name there
	Twins  bool             `json:"twins,omitempty"`
	Cells  []comparisonCell `json:"cells"`
}

type comparisonCell struct {
	Column    string    `json:"column"`
	Strategy  string    `json:"strategy"`
	Unit      unit      `json:"unit"`
	Found     int       `json:"found"`
	Median    *uint64   `json:"median"` // null where it is among the searches that found nothing
	Shown     string    `json:"shown"`  // in the table
	Published *uint64   `json:"published"`
	Mark      string    `json:"mark,omitempty"` // of the paper, in place of a figure
	Attempts  []attempt `json:"attempts"`
}

func (t *comparison) writeJSON(w io.Writer) error {
	for _, r := range t.rows {
		l := comparisonLine{System: r.System.Name, Bug: r.Bug.Name, Paper: r.Row.Name, Twins: t.twins}
		for _, col := range t.columns {
			c := t.at(r, col)
			j := comparisonCell{
				Column: col.name, Strategy: col.spec(t.head.Memory), Unit: col.unit,
				Found: len(c.found()), Shown: c.text(exact), Attempts: append([]attempt{}, c.attempts...), Mark: r.Row.Figure(col.name).Mark(),
			}
			if n, ok := c.median(); ok {
				j.Median = &n
			}
			if f := r.Row.Figure(col.name); f > 0 {
				n := uint64(f)
				j.Published = &n
			}
			l.Cells = append(l.Cells, j)
		}
		if err := json.NewEncoder(w).Encode(l); err != nil {
			return err
		}
	}
	return nil
}
