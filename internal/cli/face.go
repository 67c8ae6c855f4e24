package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ravelgo/ravel/trace"
	"github.com/ravelgo/ravel/trace/export"
)

// Face has the flags that say in which format a trace is written, and where to.
type Face struct {
	Format string `placeholder:"FORMAT" help:"Print the trace, and nothing else, as text, json, mermaid, dot, shiviz or perfetto."`
	Output string `short:"o" placeholder:"FILE" help:"Write what --format says to a file, and print the rest."`
	Limit  int    `placeholder:"N" help:"Fold text and pictures to about so many lines; -1 shows all."`
}

// Wanted reports whether the flags ask for anything.
func (f *Face) Wanted() bool { return f.Format != "" }

// Alone reports whether the trace is all that goes to standard output.
func (f *Face) Alone() bool { return f.Wanted() && f.Output == "" }

// Validate implements the interface of the command-line library.
func (f *Face) Validate() error {
	switch {
	case f.Format != "":
		if err := export.Known(f.Format); err != nil {
			return fmt.Errorf("--format: %w", err)
		}
		return nil
	case f.Output != "":
		return errors.New("--output goes with --format, which says what to write: " + f.Output + " as what?")
	case f.Limit != 0:
		return errors.New("--limit goes with --format")
	}
	return nil
}

// Write writes the trace to the file, or to standard output. A file appears when it is whole.
func (f *Face) Write(out io.Writer, t *trace.Trace) error {
	o := export.Options{Limit: f.Limit, Text: trace.TextOptions{Width: Columns, More: "--limit=-1 shows them."}}
	if f.Output == "" {
		return export.Write(out, f.Format, t, o)
	}
	return writeFile(f.Output, func(w io.Writer) error { return export.Write(w, f.Format, t, o) })
}

// writeFile makes a file that others see whole or not at all.
func writeFile(path string, fill func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("--output: %s is a folder: name a file in it", path)
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("--output: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(part.Name())
			err = fmt.Errorf("--output: %w", err)
		}
	}()
	if err = fill(part); err == nil {
		err = part.Chmod(0o644)
	}
	if e := part.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	return err
}
