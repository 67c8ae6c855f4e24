package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/ravelgo/ravel/internal/cli"
)

// table is a table with a name in the first column, a word in the last one, and
// figures in between.
type table struct {
	heads []string
	rows  [][]string
	names int // how long a name may be before it gets a line of its own
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// writeText writes the table for a terminal.
func (t *table) writeText(w io.Writer) error {
	rows := append([][]string{t.heads}, t.rows...)
	wide := 0
	for _, row := range rows {
		if len(row[0]) <= t.names {
			wide = max(wide, len(row[0]))
		}
	}
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		name, last := row[0], len(row)-1
		if len(name) > t.names {
			name = ""
		}
		fmt.Fprintf(tw, "%-*s\t%s\t  %s\n", wide, name, strings.Join(row[1:last], "\t"), row[last])
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for i, line := range strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n") {
		if name := rows[i][0]; len(name) > t.names {
			fmt.Fprintln(w, name)
		}
		line = strings.TrimPrefix(line, "  ") // the first column needs no distance
		if _, err := fmt.Fprintln(w, cli.Wrap(strings.TrimRight(line, " "), cli.Columns)); err != nil {
			return err
		}
	}
	return nil
}

// writeMarkdown writes the table for a document.
func (t *table) writeMarkdown(w io.Writer) error {
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(t.heads)
	rule := []string{"---"}
	for range t.heads[2:] {
		rule = append(rule, "---:")
	}
	line(append(rule, "---"))
	for _, row := range t.rows {
		line(row)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// paragraph breaks a text into lines without indenting any.
func paragraph(text string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		switch {
		case column > 0 && column+1+len(word) > cli.Columns:
			b.WriteByte('\n')
			column = 0
		case column > 0:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}

// short is a number in at most 5 characters, rounded if need be.
func short(n uint64) string {
	f := float64(n)
	switch {
	case n < 100_000:
		return strconv.FormatUint(n, 10)
	case f < 999.5e3:
		return fmt.Sprintf("%.0fk", f/1e3)
	case f < 99.95e6:
		return strconv.FormatFloat(roundTo(f/1e6, 10), 'f', -1, 64) + "M"
	}
	return fmt.Sprintf("%.0fM", f/1e6)
}

// roundTo rounds to a fraction.
func roundTo(v, fraction float64) float64 { return float64(int64(v*fraction+0.5)) / fraction }
