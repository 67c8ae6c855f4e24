package main

import (
	"cmp"
	"fmt"
	"io"

	"github.com/ravelgo/ravel/internal/results"
	"github.com/ravelgo/ravel/view"
)

// writeHTML writes the failures as a page. A replay that passes is shown as well, as that is what was asked to be seen; of
// an exploration that found nothing there is no trace.
func writeHTML(w io.Writer, r *gathered) error {
	p := view.Page{Title: "Ravel", Sources: view.Disk{}}
	for i := range r.explored {
		if f, ok := failureOf(&r.explored[i]); ok {
			p.Failures = append(p.Failures, f)
		}
	}
	switch len(p.Failures) {
	case 0:
		return errNothing
	case 1:
		p.Title = p.Failures[0].Title
	default:
		p.Title = fmt.Sprintf("%d failures", len(p.Failures))
	}
	return view.Write(w, p)
}

// failureOf is an exploration as the page shows it, if it has left a trace.
func failureOf(e *results.Exploration) (view.Failure, bool) {
	if e.Trace == nil {
		return view.Failure{}, false
	}
	v := view.Failure{Title: e.Test, Trace: e.Trace, Passing: e.Passing, Deciding: e.Deciding}
	if e.Nth > 1 {
		v.Title = fmt.Sprintf("%s (%d)", e.Test, e.Nth)
	}
	if e.Package != "" {
		v.Title = e.Package + "." + v.Title
	}
	if f := e.Failure; f != nil {
		v.Note, v.Command = sizes(f.Found, f.Shrunk), cmp.Or(f.Replay, f.Token)
	}
	return v, true
}

// sizes says what shrinking has come to.
func sizes(found, shrunk results.Size) string {
	if shrunk.Steps >= found.Steps && shrunk.Switches >= found.Switches {
		return ""
	}
	return "The schedule was shrunk from " + sizeOf(found) + " to " + sizeOf(shrunk) + "."
}

func sizeOf(s results.Size) string {
	switches := fmt.Sprintf("%d switches", s.Switches)
	if s.Switches == 1 {
		switches = "1 switch"
	}
	return fmt.Sprintf("%d steps and %s", s.Steps, switches)
}
