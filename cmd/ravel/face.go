package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/trace"
)

// showsFace makes the reports write the trace of a replay in a format of its own. It returns where what the tests print goes:
// not between the lines of a trace.
func (r *reports) showsFace(s *shell, f *cli.Face) *shell {
	if !f.Wanted() {
		return s
	}
	write := func(w io.Writer, g *gathered) error {
		for i := range g.explored {
			if t := g.explored[i].Trace; t != nil {
				return (&cli.Face{Format: f.Format, Limit: f.Limit}).Write(w, t)
			}
		}
		return errNothing
	}
	if !f.Alone() {
		r.more = append(r.more, &reportFile{flag: "--output", path: f.Output, write: write})
		return s
	}
	out := s.out
	r.also = func(_ io.Writer, g *gathered) error {
		err := write(out, g)
		if errors.Is(err, errNothing) {
			s.hint("there is no trace to show as " + f.Format)
			return nil
		}
		return err
	}
	aside := *s
	aside.out = s.err
	return &aside
}

type traceCommand struct {
	cli.Face
	File string `arg:"" name:"file" help:"A trace in JSON; - is standard input."`
}

// Help implements the interface of the command-line library.
func (*traceCommand) Help() string {
	return `Shows a trace that was saved with --format json in another format: text, which
is the default, a sequence diagram of Mermaid, a graph for dot of Graphviz, a
log for ShiViz, or a timeline for ui.perfetto.dev and chrome://tracing:

  ravel replay --format json -o trace.jsonl rv1-IodfOfGb... ./store
  ravel trace trace.jsonl --format mermaid
  ravel trace trace.jsonl --format dot | dot -Tsvg -o trace.svg`
}

// Validate implements the interface of the command-line library.
func (c *traceCommand) Validate() error {
	if c.Format == "" {
		c.Format = "text"
	}
	return c.Face.Validate()
}

// Run converts the trace.
func (c *traceCommand) Run(s *shell) error {
	t, err := c.read()
	if err != nil {
		return err
	}
	if err := c.Write(s.out, t); err != nil {
		return environmentError{err}
	}
	return nil
}

func (c *traceCommand) read() (*trace.Trace, error) {
	var in io.Reader = os.Stdin
	if c.File != "-" {
		f, err := os.Open(c.File)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("there is no file %s: ravel replay --format json -o FILE saves a trace", c.File)
		case err != nil:
			return nil, environmentError{err}
		}
		defer f.Close()
		in = f
	}
	t, err := trace.ReadJSON(in)
	if err != nil {
		return nil, environmentError{fmt.Errorf("%s: %w; ravel replay --format json saves a trace", c.File, err)}
	}
	return t, nil
}
