package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"github.com/ravelgo/ravel/internal/cli"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/systems/catalog"
)

type difficultyCommand struct {
	Path     string  `arg:"" optional:"" name:"system/bug" help:"What to look for. By default every bug of every system."`
	Seeds    int     `default:"20" placeholder:"N" help:"How many seeds to try, from 1 on. By default 20."`
	Cap      *uint64 `placeholder:"N" help:"Most executions for a seed. By default 1000000."`
	Strategy string  `placeholder:"NAME" help:"Exploration strategy; see ravel strategies. By default random."`
	Steps    *int    `placeholder:"N" help:"Step bound of an execution. By default that of the system."`
	load     `set:"each=a seed"`
	Markdown bool `help:"Print the table as Markdown, for documents."`
	JSON     bool `help:"Print one line of JSON for each bug, with every result."`
}

// The settings of results that begin.
var difficultyDefaults = head{Strategy: "random", Cap: 1_000_000}

// Validate implements the interface of the command-line library.
func (d *difficultyCommand) Validate() error {
	switch {
	case d.Seeds < 1:
		return fmt.Errorf("--seeds=%d: want at least 1", d.Seeds)
	case d.Cap != nil && *d.Cap == 0:
		return errors.New("--cap=0: want at least 1")
	case d.Markdown && d.JSON:
		return errors.New("--markdown and --json exclude each other")
	}
	if err := d.check(); err != nil {
		return err
	}
	return cli.CheckSettings(nil, d.Time, d.Strategy, "", d.Workers, d.Steps)
}

// How the search for a bug ended.
const (
	found         = "found"
	notFound      = "not found"      // within the cap
	cut           = "cut"            // by --time
	otherKind     = "other"          // a failure that the bug is not known for came first
	notReproduced = "not reproduced" // a failure did not happen again, or executions are not deterministic
)

// trial is one search for a bug, with one seed.
type trial struct {
	Bug       string  `json:"bug"`
	Seed      uint64  `json:"seed"`
	Result    string  `json:"result"`
	Schedules uint64  `json:"schedules"` // how many were run, the failing one included
	Steps     int     `json:"steps,omitempty"`
	Choices   int     `json:"choices,omitempty"`
	Kind      string  `json:"kind,omitempty"`
	By        string  `json:"by,omitempty"` // the strategy that found it
	Bound     int     `json:"bound"`        // on the steps of an execution
	Seconds   float64 `json:"seconds"`
}

// Run tries every seed with every bug, unless that has been done.
func (d *difficultyCommand) Run(s *shell) error {
	entries, err := catalog.Find(s.systems, d.Path)
	if err != nil {
		return err
	}
	rs, err := readResults[trial](d.Out, d.given(), difficultyDefaults)
	if err != nil {
		return err
	}
	defer rs.close()
	stop := false
	if d.Report {
		entries = slices.DeleteFunc(entries, func(e catalog.Entry) bool { return len(d.trials(rs, e)) == 0 })
		if len(entries) == 0 {
			return d.missing()
		}
	} else if stop, err = d.try(s, rs, entries); err != nil {
		return err
	}
	if err := d.show(s, rs, entries); err != nil {
		return err
	}
	if stop {
		done := 0
		for _, e := range entries {
			done += len(d.trials(rs, e))
		}
		return s.interrupted(done, len(entries)*d.Seeds, d.Out, d.again())
	}
	for _, e := range entries {
		if slices.ContainsFunc(d.trials(rs, e), func(t trial) bool { return t.Result == notReproduced }) {
			return cli.Status(cli.NotReproduced)
		}
	}
	return nil
}

// given are the settings on the command line.
func (d *difficultyCommand) given() head {
	h := head{Bench: "difficulty", Strategy: d.Strategy}
	if d.Cap != nil {
		h.Cap = *d.Cap
	}
	if d.Steps != nil {
		h.Steps = *d.Steps
	}
	return h
}

// again is the command line that goes on.
func (d *difficultyCommand) again() string {
	line := "ravel bench difficulty"
	if d.Path != "" {
		line += " " + d.Path
	}
	line += fmt.Sprintf(" --seeds=%d", d.Seeds)
	switch {
	case d.Markdown:
		line += " --markdown"
	case d.JSON:
		line += " --json"
	}
	return line + d.flags()
}

// try does what has not been done. It returns true if it was interrupted.
func (d *difficultyCommand) try(s *shell, rs *results[trial], entries []catalog.Entry) (stop bool, err error) {
	ctx, release := s.interruptible()
	defer release()
	for _, e := range entries {
		done := map[uint64]bool{}
		for _, t := range d.trials(rs, e) {
			if bound := d.config(rs.head, e).Steps; t.Bound != bound {
				return false, fmt.Errorf("--out: %s has results of %s with at most %d steps; now it has %d: name another file", d.Out, t.Bug, t.Bound, bound)
			}
			done[t.Seed] = t.Result != cut || !d.allows(t.Seconds)
		}
		for seed := uint64(1); seed <= uint64(d.Seeds); seed++ {
			if done[seed] {
				continue
			}
			if err := rs.open(); err != nil {
				return false, err
			}
			t, err := d.one(ctx, s, rs.head, e, seed)
			if err != nil || t == nil {
				return t == nil && err == nil, err
			}
			if err := rs.keep(*t); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// config is how a bug is looked for.
func (d *difficultyCommand) config(h head, e catalog.Entry) check.Config {
	set := settings{Schedules: &h.Cap, Time: d.Time, Strategy: h.Strategy, Workers: d.Workers}
	if h.Steps != 0 {
		set.Steps = &h.Steps
	}
	cfg := set.apply(e.Bug.Settings)
	cfg.Steps, cfg.NoShrink = cmp.Or(cfg.Steps, check.DefaultSteps), true
	return cfg
}

// one looks for a bug with one seed. Nil means that it was interrupted.
func (d *difficultyCommand) one(ctx context.Context, s *shell, h head, e catalog.Entry, seed uint64) (*trial, error) {
	if ctx.Err() != nil {
		return nil, nil
	}
	cfg := d.config(h, e)
	cfg.Seed, cfg.Seeded = seed, true
	r, err := s.explore(ctx, fmt.Sprintf("%s, seed %d of %d", e.Path(), seed, d.Seeds), e.Path(), cfg, e.Bug.Buggy)
	if r == nil {
		return nil, err
	}
	return judge(e, seed, cfg, r), nil
}

// judge says how a search for a bug ended.
func judge(e catalog.Entry, seed uint64, cfg check.Config, r *check.Report) *trial {
	t := &trial{Bug: e.Path(), Seed: seed, Result: notFound, Schedules: r.Executions, Bound: cfg.Steps, Seconds: thousandths(r.Elapsed)}
	f := r.Failure
	switch {
	case f == nil && r.Nondeterminism != nil:
		t.Result, t.Kind = notReproduced, kind(r.Nondeterminism)
	case f == nil && r.CutByTime:
		t.Result, t.Seconds = cut, max(t.Seconds, cfg.Time.Seconds())
	case f != nil:
		t.Result, t.Schedules, t.Kind, t.By = otherKind, f.Execution+1, kind(f.Err), f.Strategy
		t.Steps, t.Choices = f.Found.Steps, f.Found.Choices
		if !f.Reproduced {
			t.Result = notReproduced
		} else if slices.ContainsFunc(e.Bug.Shows, func(k failure.Kind) bool { return k.String() == t.Kind }) {
			t.Result = found
		}
	}
	return t
}

func thousandths(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }

// trials are the results for a bug, by seed; of two for a seed the later one.
func (d *difficultyCommand) trials(rs *results[trial], e catalog.Entry) []trial {
	bySeed := map[uint64]trial{}
	for _, t := range rs.rows {
		if t.Bug == e.Path() && 1 <= t.Seed && t.Seed <= uint64(d.Seeds) {
			bySeed[t.Seed] = t
		}
	}
	var trials []trial
	for _, t := range bySeed {
		trials = append(trials, t)
	}
	slices.SortFunc(trials, func(a, b trial) int { return cmp.Compare(a.Seed, b.Seed) })
	return trials
}

// show prints what is known, in the form that was asked for.
func (d *difficultyCommand) show(s *shell, rs *results[trial], entries []catalog.Entry) error {
	var all []difficulty
	for _, e := range entries {
		if trials := d.trials(rs, e); len(trials) > 0 {
			all = append(all, difficulty{e, trials})
		}
	}
	if d.JSON {
		return writeDifficultyJSON(s.out, rs.head, all)
	}
	if len(all) == 0 {
		return nil
	}
	t, notes := difficultyTable(rs.head, all, d.Markdown)
	caption := fmt.Sprintf("Executions until a bug is found under %s, for the seeds 1 to %d, at most %d for a seed. Steps are the joined steps of the failing execution, in the median.",
		rs.head.Strategy, d.Seeds, rs.head.Cap)
	if rs.head.Steps != 0 {
		caption += fmt.Sprintf(" No execution has more than %d steps.", rs.head.Steps)
	}
	write := t.writeText
	if d.Markdown {
		write = t.writeMarkdown
	}
	if err := write(s.out); err != nil {
		return err
	}
	text := "\n" + paragraph(caption) + "\n"
	for _, n := range notes {
		text += "\n" + paragraph(n) + "\n"
	}
	_, err := io.WriteString(s.out, text)
	return err
}
