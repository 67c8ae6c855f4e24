package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/systems/catalog"
)

// comparison is what is known of a choice of rows and columns.
type comparison struct {
	head    head
	twins   bool
	seeds   int // most that a cell has
	rows    []catalog.PaperEntry
	columns []column
	cells   map[spot]*cell
}

type spot struct{ bug, column string }

// cell is a strategy and a bug.
type cell struct {
	row      catalog.PaperEntry
	column   column
	attempts []attempt // by seed
}

// newComparison keeps the last result of every search.
func newComparison(rs *results[attempt], rows []catalog.PaperEntry, columns []column, c *explorersCommand) *comparison {
	t := &comparison{head: rs.head, twins: c.Twins, rows: rows, columns: columns, cells: map[spot]*cell{}}
	for _, search := range c.searches(rows, columns) {
		at := spot{search.row.Path(), search.column.name}
		if t.cells[at] == nil {
			t.cells[at] = &cell{row: search.row, column: search.column}
		}
		if a := c.result(rs, search); a != nil {
			cell := t.cells[at]
			cell.attempts = append(cell.attempts, *a)
			t.seeds = max(t.seeds, len(cell.attempts))
		}
	}
	if c.Report { // what no file has was not asked for
		t.rows = slices.DeleteFunc(slices.Clone(rows), func(r catalog.PaperEntry) bool {
			return !slices.ContainsFunc(columns, func(c column) bool { return len(t.at(r, c).attempts) > 0 })
		})
		t.columns = slices.DeleteFunc(slices.Clone(columns), func(c column) bool {
			return !slices.ContainsFunc(rows, func(r catalog.PaperEntry) bool { return len(t.at(r, c).attempts) > 0 })
		})
	}
	return t
}

func (t *comparison) at(r catalog.PaperEntry, c column) *cell { return t.cells[spot{r.Path(), c.name}] }

func (t *comparison) empty() bool { return t.seeds == 0 }

// all are the cells that are shown, by rows.
func (t *comparison) all() (cells []*cell) {
	for _, r := range t.rows {
		for _, c := range t.columns {
			cells = append(cells, t.at(r, c))
		}
	}
	return cells
}

// code is the exit code.
func (t *comparison) code() int {
	code := cli.Clean
	for _, c := range t.all() {
		for _, a := range c.attempts {
			switch a.Result {
			case notReproduced:
				code = worse(code, cli.NotReproduced)
			case failed:
				code = worse(code, cli.Found)
			}
		}
	}
	return code
}

// amount is how far a search went, in the unit of its column.
func (c *cell) amount(a attempt) uint64 {
	if c.column.unit == states {
		return a.States
	}
	return a.Schedules
}

// found are the amounts of the searches that found the bug, sorted.
func (c *cell) found() (amounts []uint64) {
	for _, a := range c.attempts {
		if a.Result == found {
			amounts = append(amounts, c.amount(a))
		}
	}
	slices.Sort(amounts)
	return amounts
}

// median is that of all searches, by nearest rank. Those that found nothing count
// as longer than the others; ok is false where the median is among them.
func (c *cell) median() (n uint64, ok bool) {
	f := c.found()
	i := rank(len(c.attempts), 0.5)
	if len(c.attempts) == 0 || i >= len(f) {
		return 0, false
	}
	return f[i], true
}

// The ends of a search that found nothing, what says most first.
var ends = []string{failed, notReproduced, otherKind, notFound, cut, memory, exhausted}

// end is how the searches ended that found nothing, and the least amount of one.
// If they ended differently it is what says most. It is "" if there are none.
func (c *cell) end() (result string, least uint64) {
	var missed []attempt
	for _, a := range c.attempts {
		if a.Result != found {
			missed = append(missed, a)
		}
	}
	if len(missed) == 0 {
		return "", 0
	}
	by := func(a attempt) int { return slices.Index(ends, a.Result) }
	worst := slices.MinFunc(missed, func(a, b attempt) int { return cmp.Compare(by(a), by(b)) })
	short := slices.MinFunc(missed, func(a, b attempt) int { return cmp.Compare(c.amount(a), c.amount(b)) })
	return worst.Result, c.amount(short)
}

// The marks of the tables, which legend explains.
const (
	notRun    = "-"
	beyond    = ">"
	outOfRoom = "*"
	all       = "all "
	strange   = "!"
	loose     = "?"
)

// text is what a table shows. It is never empty.
func (c *cell) text(number func(uint64) string) string {
	if len(c.attempts) == 0 {
		return notRun
	}
	share := ""
	if f := len(c.found()); 0 < f && f < len(c.attempts) {
		share = fmt.Sprintf(" %d/%d", f, len(c.attempts))
	}
	if n, ok := c.median(); ok {
		return number(n) + share
	}
	switch result, least := c.end(); result {
	case failed, otherKind:
		return strange + share
	case notReproduced:
		return loose + share
	case memory:
		return outOfRoom + number(least) + share
	case exhausted:
		return all + number(least) + share
	default:
		return beyond + number(least) + share
	}
}

// prose is text for a document, where a share does not have to be short.
func (c *cell) prose() string {
	text := c.text(exact)
	if i := strings.LastIndexByte(text, ' '); i > 0 && strings.Contains(text[i:], "/") {
		return text[:i] + " (" + text[i+1:] + ")"
	}
	return text
}
