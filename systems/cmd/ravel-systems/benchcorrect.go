package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/systems/catalog"
	"github.com/ravelgo/ravel/trace"
)

type correctCommand struct {
	Path      string  `arg:"" optional:"" name:"system/test" help:"What to explore. By default every test of every system."`
	Schedules *uint64 `placeholder:"N" help:"Executions of each test. By default 100000."`
	Strategy  string  `placeholder:"NAME" help:"Exploration strategy; see ravel strategies. By default portfolio."`
	Seed      string  `placeholder:"N" help:"Seed of the exploration: a number, or random. By default a hash of each test's name."`
	Steps     *int    `placeholder:"N" help:"Step bound of an execution. By default that of the test."`
	load      `set:"each=a test"`
	JSON      bool `help:"Print one line of JSON for each test."`
	Full      bool `help:"Show every step of the trace of a failure."`
}

// The settings of results that begin.
var correctDefaults = head{Strategy: "portfolio", Schedules: defaultSchedules}

// Validate implements the interface of the command-line library.
func (c *correctCommand) Validate() error {
	if err := c.check(); err != nil {
		return err
	}
	return cli.CheckSettings(c.Schedules, c.Time, c.Strategy, c.Seed, c.Workers, c.Steps)
}

// How the exploration of a test ended, besides cut and notReproduced.
const (
	passed = "passed"
	failed = "FAILED"
)

// outcome is the exploration of one test.
type outcome struct {
	Test       string   `json:"test"`
	Result     string   `json:"result"`
	Executions uint64   `json:"executions"`
	Distinct   uint64   `json:"distinct"` // schedules
	Steps      uint64   `json:"steps"`    // joined, of all executions
	Bound      int      `json:"bound"`    // on the steps of an execution
	Bounded    uint64   `json:"bounded"`  // executions that were cut there
	Seed       uint64   `json:"seed"`
	Seconds    float64  `json:"seconds"`
	Kind       string   `json:"kind,omitempty"`
	Failure    string   `json:"failure,omitempty"`
	Notes      []string `json:"notes,omitempty"` // what was not explored

	trace *trace.Trace // of a failure that was found now
}

// Run explores every test, unless that has been done.
func (c *correctCommand) Run(s *shell) error {
	entries, err := catalog.FindTests(s.systems, c.Path)
	if err != nil {
		return err
	}
	rs, err := readResults[outcome](c.Out, c.given(), correctDefaults)
	if err != nil {
		return err
	}
	defer rs.close()
	stop := false
	if !c.Report {
		if stop, err = c.explore(s, rs, entries); err != nil {
			return err
		}
	}
	all := c.outcomes(rs, entries)
	if c.Report && len(all) == 0 {
		return c.missing()
	}
	if err := c.show(s, rs.head, all); err != nil {
		return err
	}
	code := cli.Clean
	for _, o := range all {
		code = worse(code, o.code())
	}
	if stop {
		err = s.interrupted(len(all), len(entries), c.Out, c.again())
	}
	if code != cli.Clean {
		return cli.Status(code)
	}
	return err
}

func (o *outcome) code() int {
	switch o.Result {
	case failed:
		return cli.Found
	case notReproduced:
		return cli.NotReproduced
	}
	return cli.Clean
}

// given are the settings on the command line. A random seed is drawn here.
func (c *correctCommand) given() head {
	h := head{Bench: "correct", Strategy: c.Strategy}
	if c.Schedules != nil {
		h.Schedules = *c.Schedules
	}
	if c.Steps != nil {
		h.Steps = *c.Steps
	}
	switch c.Seed {
	case "":
	case "random":
		h.Seed = strconv.FormatUint(rand.Uint64(), 10)
	default:
		n, _ := strconv.ParseUint(c.Seed, 0, 64)
		h.Seed = strconv.FormatUint(n, 10)
	}
	return h
}

// again is the command line that goes on.
func (c *correctCommand) again() string {
	line := "ravel bench correct"
	if c.Path != "" {
		line += " " + c.Path
	}
	if c.JSON {
		line += " --json"
	}
	return line + c.flags()
}

// explore explores what has not been. It returns true if it was interrupted.
func (c *correctCommand) explore(s *shell, rs *results[outcome], entries []catalog.TestEntry) (stop bool, err error) {
	ctx, release := s.interruptible()
	defer release()
	for _, e := range entries {
		cfg := c.config(rs.head, e)
		if o := c.outcome(rs, e); o != nil {
			if o.Bound != cfg.Steps {
				return false, fmt.Errorf("--out: %s has results of %s with at most %d steps; now it has %d: name another file", c.Out, o.Test, o.Bound, cfg.Steps)
			}
			if o.Result != cut || !c.allows(o.Seconds) {
				continue
			}
		}
		if err := rs.open(); err != nil {
			return false, err
		}
		o, err := c.one(ctx, s, cfg, e)
		if err != nil || o == nil {
			return o == nil && err == nil, err
		}
		if err := rs.keep(*o); err != nil {
			return false, err
		}
	}
	return false, nil
}

// config is how a test is explored.
func (c *correctCommand) config(h head, e catalog.TestEntry) check.Config {
	set := settings{Schedules: &h.Schedules, Time: c.Time, Strategy: h.Strategy, Seed: h.Seed, Workers: c.Workers}
	if h.Steps != 0 {
		set.Steps = &h.Steps
	}
	cfg := set.apply(e.Test.Settings)
	cfg.Steps = cmp.Or(cfg.Steps, check.DefaultSteps)
	return cfg
}

// one explores a test. Nil means that it was interrupted.
func (c *correctCommand) one(ctx context.Context, s *shell, cfg check.Config, e catalog.TestEntry) (*outcome, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	r, err := s.explore(ctx, e.Path(), e.Path(), cfg, e.Test.Body)
	if r == nil {
		return nil, err
	}
	o := &outcome{
		Test: e.Path(), Result: passed, Executions: r.Executions, Distinct: r.Distinct, Steps: r.Steps,
		Bound: cfg.Steps, Bounded: r.Bounded, Seed: r.Seed, Seconds: thousandths(r.Elapsed), Notes: reservations(r),
	}
	switch f := r.Failure; {
	case f != nil:
		o.Result, o.Kind, o.Failure, o.trace = failed, kind(f.Err), f.Sentence(), f.Trace
		if !f.Reproduced {
			o.Result = notReproduced
		}
	case r.Nondeterminism != nil:
		o.Result, o.Kind, o.Failure = notReproduced, kind(r.Nondeterminism), r.Nondeterminism.Error()
	case r.CutByTime:
		o.Result, o.Seconds = cut, max(o.Seconds, c.Time.Seconds())
	}
	return o, nil
}

// reservations says what an exploration that found nothing has not explored.
func reservations(r *check.Report) (notes []string) {
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if r.Failure != nil {
		return nil
	}
	if r.CutShort {
		add("not every schedule was explored")
	}
	for _, m := range r.SilentMonitors {
		add("monitor %s never heard anything", m)
	}
	for _, m := range r.Unheard {
		add("notifications of type %s were heard by no monitor", m)
	}
	for _, n := range r.NeverTrue {
		add("Sometimes %q never held", n)
	}
	return append(notes, r.Notes...)
}

// outcome is the last result for a test, or nil.
func (c *correctCommand) outcome(rs *results[outcome], e catalog.TestEntry) (last *outcome) {
	for i := range rs.rows {
		if rs.rows[i].Test == e.Path() {
			last = &rs.rows[i]
		}
	}
	return last
}

func (c *correctCommand) outcomes(rs *results[outcome], entries []catalog.TestEntry) (all []*outcome) {
	for _, e := range entries {
		if o := c.outcome(rs, e); o != nil {
			all = append(all, o)
		}
	}
	return all
}

// show prints what is known.
func (c *correctCommand) show(s *shell, h head, all []*outcome) error {
	if c.JSON {
		for _, o := range all {
			if err := json.NewEncoder(s.out).Encode(o); err != nil {
				return err
			}
		}
		return nil
	}
	if len(all) == 0 {
		return nil
	}
	t := &table{heads: []string{"test", "executions", "joined steps", "seconds", "result"}, names: 30}
	var text strings.Builder
	say := func(format string, args ...any) {
		text.WriteString(cli.Wrap(fmt.Sprintf(format, args...), cli.Columns) + "\n")
	}
	seed := cmp.Or(h.Seed, "a hash of the test's name")
	caption := fmt.Sprintf("At most %d executions of each under %s; the seed is %s.", h.Schedules, h.Strategy, seed)
	text.WriteString("\n" + paragraph(caption) + "\n")
	for _, o := range all {
		t.add(o.Test, strconv.FormatUint(o.Executions, 10), strconv.FormatUint(o.Steps, 10), fmt.Sprintf("%.1f", o.Seconds), o.Result)
	}
	for _, n := range correctNotes(all) {
		text.WriteString("\n" + paragraph(n) + "\n")
	}
	for _, o := range all {
		c.tell(say, &text, s.color, h, o)
	}
	if err := t.writeText(s.out); err != nil {
		return err
	}
	_, err := fmt.Fprint(s.out, text.String())
	return err
}

// correctNotes says what was not explored. What is the same for several tests is
// said once.
func correctNotes(all []*outcome) (notes []string) {
	var bounded, order []string
	tests := map[string][]string{}
	for _, o := range all {
		if o.Bounded > 0 {
			bounded = append(bounded, fmt.Sprintf("%d of %s", o.Bounded, o.Test))
		}
		for _, n := range o.Notes {
			if tests[n] == nil {
				order = append(order, n)
			}
			tests[n] = append(tests[n], o.Test)
		}
	}
	if bounded != nil {
		notes = append(notes, "Executions that were cut at their step bound, so that what comes behind it was not explored: "+strings.Join(bounded, ", ")+".")
	}
	for _, n := range order {
		notes = append(notes, fmt.Sprintf("In %s: %s.", strings.Join(tests[n], ", "), strings.TrimSuffix(n, ".")))
	}
	return notes
}

// tell says what was found, and how to see it.
func (c *correctCommand) tell(say func(string, ...any), text *strings.Builder, color bool, h head, o *outcome) {
	if o.Failure == "" {
		return
	}
	say("\n%s: %s", o.Test, o.Failure)
	if o.trace != nil {
		limit := 0
		if c.Full {
			limit = -1
		}
		text.WriteString("\n" + o.trace.Text(trace.TextOptions{Color: color, Limit: limit, More: "--full shows them."}))
	}
	steps := ""
	if h.Steps != 0 {
		steps = fmt.Sprintf(" --steps=%d", h.Steps)
	}
	fmt.Fprintf(text, "To see it again:\n  ravel bench correct %s --strategy=%s --seed=%d --schedules=%d%s\n", o.Test, h.Strategy, o.Seed, o.Executions, steps)
}
