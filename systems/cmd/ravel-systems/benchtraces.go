package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/ravelgo/ravel/internal/bars"
)

type tracesCommand struct {
	Most uint64 `default:"100000" placeholder:"N" help:"Stop the enumeration of all schedules of a program after N executions. By default 100000."`
	JSON bool   `help:"Print one line of JSON for each program."`
}

// Validate implements the interface of the command-line library.
func (c *tracesCommand) Validate() error {
	if c.Most < 1 {
		return fmt.Errorf("--most=%d: want at least 1", c.Most)
	}
	return nil
}

// tracesRow is what was counted of a program. The published figures of other tools are null where there are none.
type tracesRow struct {
	Program    string  `json:"program"`
	Threads    int     `json:"threads"`
	Increments int     `json:"increments"`
	Traces     uint64  `json:"traces"`
	DFS        uint64  `json:"dfs"`
	Capped     bool    `json:"capped"`
	DPOR       uint64  `json:"dpor"`
	Blocked    uint64  `json:"blocked"`
	Shuttle    *uint64 `json:"shuttle"`
	Loom       *uint64 `json:"loom"`

	name string
}

// Run counts and prints.
func (c *tracesCommand) Run(s *shell) error {
	var rows []tracesRow
	defer s.line.Clear()
	for _, p := range bars.CounterPrograms() {
		s.line.Show(p.String())
		row, err := c.count(p)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	s.line.Clear()
	if c.JSON {
		out := json.NewEncoder(s.out)
		for i := range rows {
			if err := out.Encode(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	}
	return writeTraces(s.out, rows, c.Most)
}

// count explores a program twice. Only the enumeration has a limit: the reduction is what is to be shown.
func (c *tracesCommand) count(p bars.Counters) (tracesRow, error) {
	row := tracesRow{
		Program: p.Program, Threads: p.Threads, Increments: p.Increments, Traces: p.Traces(),
		Shuttle: published(p.Shuttle), Loom: published(p.Loom), name: p.String(),
	}
	all, err := p.Search("dfs", c.Most)
	if err != nil {
		return row, fmt.Errorf("enumerating the schedules of %s: %w", p, err)
	}
	row.DFS, row.Capped = all.Executions, all.Capped
	reduced, err := p.Search("dpor", 0)
	if err != nil {
		return row, fmt.Errorf("exploring %s with partial order reduction: %w", p, err)
	}
	row.DPOR, row.Blocked = reduced.Executions, reduced.Blocked
	return row, nil
}

// published is a figure of another tool, nil if there is none.
func published(n uint64) *uint64 {
	if n == 0 {
		return nil
	}
	return &n
}

func writeTraces(w io.Writer, rows []tracesRow, most uint64) error {
	t := &table{heads: []string{"program", "traces", "dfs", "dpor", "blocked", "Shuttle", "Loom"}, names: 30}
	number := func(n *uint64) string {
		if n == nil {
			return "-"
		}
		return strconv.FormatUint(*n, 10)
	}
	capped := false
	for _, r := range rows {
		dfs := number(&r.DFS)
		if r.Capped {
			dfs, capped = ">"+dfs, true
		}
		t.add(r.name, number(&r.Traces), dfs, number(&r.DPOR), number(&r.Blocked), number(r.Shuttle), number(r.Loom))
	}
	if err := t.writeText(w); err != nil {
		return err
	}
	text := "Executions until everything is explored. TxE: T threads increment one counter E times each, by a write to a shared " +
		"model or by an event to a machine. Traces: the orders of the increments, which is the least a search can run. Of the " +
		"executions of dpor, the blocked ones ended early. Shuttle and Loom: what their exhaustive modes were reported to run " +
		"on threads with atomic increments; they are not run here."
	if capped {
		text += fmt.Sprintf(" A search of all schedules was stopped after %d.", most)
	}
	_, err := fmt.Fprintf(w, "\n%s\n", paragraph(text))
	return err
}
