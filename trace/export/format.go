package export

import (
	"fmt"
	"io"
	"strings"

	"github.com/ravelgo/ravel/trace"
)

// Options say how much of a trace is shown.
type Options struct {
	// Limit bounds text and pictures as trace.TextOptions.Limit does: about as many lines of steps, 0 for the default of each
	// format, negative for no limit. Logs and timelines are whole.
	Limit int
	// Text is how the format "text" is written; its Limit is disregarded.
	Text trace.TextOptions
}

// formats are the names of the formats, in the order in which they are listed.
var formats = []struct {
	name  string
	write func(io.Writer, *trace.Trace, Options) error
}{
	{"text", text},
	{"json", func(w io.Writer, t *trace.Trace, _ Options) error { return t.WriteJSON(w) }},
	{"mermaid", func(w io.Writer, t *trace.Trace, o Options) error { return Mermaid(w, t, o.Limit) }},
	{"dot", func(w io.Writer, t *trace.Trace, o Options) error { return Graphviz(w, t, o.Limit) }},
	{"shiviz", func(w io.Writer, t *trace.Trace, _ Options) error { return ShiViz(w, t) }},
	{"perfetto", func(w io.Writer, t *trace.Trace, _ Options) error { return Perfetto(w, t) }},
}

// Formats lists the names that Write knows.
func Formats() []string {
	list := make([]string, len(formats))
	for i, f := range formats {
		list[i] = f.name
	}
	return list
}

// Write writes a trace in the format of a name. An unknown name is an error that lists those there are.
func Write(w io.Writer, format string, t *trace.Trace, o Options) error {
	for _, f := range formats {
		if f.name == format {
			return f.write(w, t, o)
		}
	}
	return Known(format)
}

// Known returns an error unless Write knows the format.
func Known(format string) error {
	for _, f := range formats {
		if f.name == format {
			return nil
		}
	}
	return fmt.Errorf("there is no format %q for a trace: the formats are %s", format, strings.Join(Formats(), ", "))
}

func text(w io.Writer, t *trace.Trace, o Options) error {
	o.Text.Limit = o.Limit
	return write(w, t.Text(o.Text))
}

// write writes a whole face at once.
func write(w io.Writer, s string) error {
	if _, err := io.WriteString(w, s); err != nil {
		return fmt.Errorf("write trace: %w", err)
	}
	return nil
}
