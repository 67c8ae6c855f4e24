package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/catalog"
	"github.com/ravelgo/ravel/trace"
)

// list writes the systems and their bugs.
func list(w io.Writer, entries []catalog.Entry) error {
	var b strings.Builder
	wide := 0
	for _, e := range entries {
		wide = max(wide, len(e.Path()))
	}
	var last *catalog.System
	for _, e := range entries {
		if e.System != last {
			if last != nil {
				b.WriteByte('\n')
			}
			last = e.System
			fmt.Fprintln(&b, cli.Wrap(last.Name+": "+last.Summary, cli.Columns))
		}
		fmt.Fprintln(&b, cli.Wrap(fmt.Sprintf("  %-*s  %s", wide, e.Path(), e.Bug.Summary), cli.Columns))
	}
	fmt.Fprintf(&b, "\nravel hunt %s hunts one bug, ravel hunt --all every one.\n", entries[0].Path())
	_, err := io.WriteString(w, b.String())
	return err
}

// line is a hunt as JSON.
type line struct {
	System    string  `json:"system"`
	Bug       string  `json:"bug"`
	Correct   bool    `json:"correct,omitempty"`
	Found     bool    `json:"found"`
	Kind      string  `json:"kind"`
	Strategy  string  `json:"strategy"`
	Seed      uint64  `json:"seed"`
	Schedules uint64  `json:"schedules"`
	Steps     int     `json:"steps"`
	Choices   int     `json:"choices"`
	Seconds   float64 `json:"seconds"`
	Replayed  bool    `json:"replayed"`
	Token     string  `json:"token"`
}

func (r *hunt) line() line {
	l := line{
		System: r.System.Name, Bug: r.Bug.Name, Correct: r.correct,
		Strategy: r.report.Strategy, Seed: r.report.Seed, Schedules: r.report.Executions,
		Seconds: math.Round(r.report.Elapsed.Seconds()*1000) / 1000,
	}
	if f := r.report.Failure; f != nil {
		l.Found, l.Kind, l.Strategy, l.Schedules = true, kind(f.Err), f.Strategy, f.Execution+1
		l.Steps, l.Choices, l.Replayed = f.Found.Steps, f.Found.Choices, f.Reproduced
		if f.HasToken {
			l.Token = f.Token
		}
	}
	return l
}

func kind(err error) string {
	if f := failure.Of(err); f != nil {
		return f.Kind().String()
	}
	return "failure"
}

func (r *hunt) writeJSON(w io.Writer) error { return json.NewEncoder(w).Encode(r.line()) }

// name says what was explored.
func (r *hunt) name() string {
	if r.correct {
		return r.Path() + ", the correct twin"
	}
	return r.Path()
}

// writeLine writes a row of the table of several hunts.
func (r *hunt) writeLine(w io.Writer) error {
	l := r.line()
	text := fmt.Sprintf("%-28s nothing found in %d schedules, %s", r.name(), l.Schedules, seconds(r.report.Elapsed))
	switch {
	case l.Found && !l.Replayed:
		text = fmt.Sprintf("%-28s NOT REPRODUCIBLE: %s by %s in schedule %d", r.name(), l.Kind, l.Strategy, l.Schedules)
	case l.Found:
		text = fmt.Sprintf("%-28s %s by %s in schedule %d, %d steps, %s", r.name(), l.Kind, l.Strategy, l.Schedules, l.Steps, seconds(r.report.Elapsed))
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// writeText tells one hunt in full.
func (r *hunt) writeText(w io.Writer, again string, full, color bool) error {
	var b strings.Builder
	say := func(text string) { fmt.Fprintln(&b, cli.Wrap(text, cli.Columns)) }
	if r.correct {
		say(r.name())
	} else {
		say(r.name() + ": " + r.Bug.Summary)
	}
	for l := range strings.SplitSeq(r.report.Summary(), "\n") {
		say("  " + strings.TrimLeft(l, " "))
	}
	if d := r.report.Nondeterminism; d != nil {
		say("\n" + d.Error() + "\n" + d.Detail())
	}
	if r.report.Failure != nil {
		r.tell(say, &b, again, full, color)
	} else {
		say("\nNothing found. For more: --schedules, --time, another --seed or --strategy.")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// tell says what was found.
func (r *hunt) tell(say func(string), b *strings.Builder, again string, full, color bool) {
	f := r.report.Failure
	say("\n" + f.Sentence())
	if s := f.Shortened(); s != "" {
		say(s)
	}
	if !r.expected() {
		say(fmt.Sprintf("%s usually shows as %v.", r.Path(), r.Bug.Shows[0]))
	}
	if f.Trace != nil {
		o := trace.TextOptions{Color: color, More: "--full shows them."}
		if full {
			o.Limit, o.Fields = -1, true
		}
		b.WriteString("\n" + f.Trace.Text(o))
	} else if d := failure.Of(f.Err); d != nil {
		say(d.Detail())
	}
	if !f.Reproduced {
		say("\nIt did not happen again when its schedule was replayed.")
		return
	}
	b.WriteString("\nReplayed: the schedule fails in the same way again.\n")
	b.WriteString("To see it again:\n  " + r.replayLine(again) + "\n")
}

// replayLine is the command line that runs the failing schedule again, or again if there is no token of it.
func (r *hunt) replayLine(again string) string {
	f := r.report.Failure
	if !f.HasToken {
		return again
	}
	twin := ""
	if r.correct {
		twin = " --correct"
	}
	return "ravel hunt " + r.Path() + twin + " --replay=" + f.Token
}

// expected reports whether what was found is what the bug is known for.
func (r *hunt) expected() bool {
	f := r.report.Failure
	return r.correct || !f.Reproduced ||
		slices.ContainsFunc(r.Bug.Shows, func(k failure.Kind) bool { return k.String() == kind(f.Err) })
}
