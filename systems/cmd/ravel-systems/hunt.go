package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/catalog"
)

type huntCommand struct {
	Path    string `arg:"" optional:"" name:"system/bug" help:"What to hunt. Without a bug, list what there is."`
	All     bool   `help:"Hunt every bug of the system, or of all systems."`
	Correct bool   `help:"Hunt in the correct twin, where there is nothing to find."`
	JSON    bool   `help:"Print one line of JSON for each bug."`
	HTML    string `name:"html" placeholder:"FILE" help:"Write what is found as a page for the browser."`
	Full    bool   `help:"Show every step of the trace."`
	Shrink  *bool  `negatable:"" help:"Look for a simpler schedule of what was found. By default not with --all and --json."`
	Token   string `name:"replay" placeholder:"TOKEN" help:"Run the schedule of a token, or of a file, instead of exploring."`
	cli.Face
	settings
}

// Validate implements the interface of the command-line library.
func (h *huntCommand) Validate() error { return errors.Join(h.Face.Validate(), h.settings.Validate()) }

// hunt is one bug that is hunted, and what came of it.
type hunt struct {
	catalog.Entry
	correct bool // in the twin
	report  *check.Report
}

// Run lists, replays or hunts.
func (h *huntCommand) Run(s *shell) error {
	entries, err := catalog.Find(s.systems, h.Path)
	if err != nil {
		return err
	}
	one := len(entries) == 1 && entries[0].Path() == h.Path
	switch {
	case one && h.All:
		return fmt.Errorf("--all goes with a system or with nothing, not with the bug %s", h.Path)
	case !one && h.Token != "":
		return errors.New("--replay goes with one bug, such as " + entries[0].Path())
	case h.Wanted() && (!one || h.JSON):
		return errors.New("--format goes with one bug, such as " + entries[0].Path() + ", and without --json")
	case h.Token != "" && h.settings != (settings{}):
		return errors.New("--replay goes without other settings: the token has them")
	case h.Token != "":
		return h.replay(s, entries[0])
	case !one && !h.All:
		return h.list(s, entries)
	}
	return h.hunt(s, entries, one)
}

// list shows what there is, if nothing was said that only makes sense for a
// hunt.
func (h *huntCommand) list(s *shell, entries []catalog.Entry) error {
	if *h != (huntCommand{Path: h.Path}) {
		return errors.New("nothing to hunt: name a bug, such as " + entries[0].Path() + ", or say --all")
	}
	return list(s.out, entries)
}

// hunt hunts the bugs one after the other.
func (h *huntCommand) hunt(s *shell, entries []catalog.Entry, one bool) error {
	code := cli.Clean
	found, err := newPages(h.HTML)
	if err != nil {
		return err
	}
	for _, e := range entries {
		r, err := h.explore(s, e, one && !h.JSON)
		if err != nil {
			return err
		}
		if err := h.show(s, r, one, h.again(r)); err != nil {
			return err
		}
		found.add(r, h.again(r))
		code = worse(code, r.code())
	}
	if err := found.write(s.err); err != nil {
		return err
	}
	return cli.AsError(code)
}

// A hunt shows what there is to find, so it may shrink for longer than a test. The time is more than the steps take, but for the
// slowest systems on a busy machine: what a hunt prints does not depend on the clock.
const (
	huntShrinkSteps = 10_000_000
	huntShrinkTime  = 20 * time.Second
)

// explore hunts one bug.
func (h *huntCommand) explore(s *shell, e catalog.Entry, shrink bool) (*hunt, error) {
	cfg := h.settings.apply(e.Bug.Settings)
	if h.Shrink != nil {
		shrink = *h.Shrink
	}
	cfg.NoShrink, cfg.ShrinkTime, cfg.ShrinkSteps = !shrink, huntShrinkTime, huntShrinkSteps
	defer s.show(&cfg, e.Path())()
	r, err := check.Explore(e.Path(), cfg, h.body(e))
	if err != nil {
		return nil, err
	}
	return &hunt{e, h.Correct, r}, nil
}

func (h *huntCommand) body(e catalog.Entry) func(*check.T) {
	if h.Correct {
		return e.Bug.Correct
	}
	return e.Bug.Buggy
}

func (h *huntCommand) show(s *shell, r *hunt, one bool, again string) error {
	if h.Wanted() {
		if f := r.report.Failure; f == nil || f.Trace == nil {
			fmt.Fprintln(s.err, "ravel: nothing was found that has a trace, so none is shown as "+h.Format)
		} else if err := h.Face.Write(s.out, f.Trace); err != nil || h.Alone() {
			return err
		}
	}
	switch {
	case h.JSON:
		return r.writeJSON(s.out)
	case one:
		return r.writeText(s.out, again, h.Full, s.color)
	}
	return r.writeLine(s.out)
}

// again is the command line that does the same once more.
func (h *huntCommand) again(r *hunt) string {
	line := "ravel hunt " + r.Path()
	if h.Correct {
		line += " --correct"
	}
	if h.Token != "" {
		return line + " --replay=" + h.Token
	}
	line += fmt.Sprintf(" --seed=%d", r.report.Seed)
	if h.Strategy != "" {
		line += " --strategy=" + h.Strategy
	}
	if h.Steps != nil {
		line += fmt.Sprintf(" --steps=%d", *h.Steps)
	}
	return line
}

// code is the exit code of one hunt.
func (r *hunt) code() int {
	switch f := r.report.Failure; {
	case f == nil && r.report.Nondeterminism != nil:
		return cli.NotReproduced
	case f == nil:
		return cli.Clean
	case !f.Reproduced:
		return cli.NotReproduced
	}
	return cli.Found
}

// worse is the exit code of two hunts: a bug that was found counts for more than
// whatever else went wrong.
func worse(a, b int) int {
	if a == cli.Found || b == cli.Found {
		return cli.Found
	}
	return max(a, b)
}
