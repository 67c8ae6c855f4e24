package check

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/prose"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// loaded is a schedule to follow, from a token or a file.
type loaded struct {
	open    func() *schedule.Follower
	matches func(string) error
	s       schedule.Settings
	found   schedule.Header // how; a token does not know
}

func load(arg string) (*loaded, error) {
	if schedule.LooksLikeToken(arg) {
		tok, err := schedule.ParseToken(arg)
		if err != nil {
			return nil, err
		}
		return &loaded{open: tok.Follow, matches: tok.Matches, s: tok.Settings}, nil
	}
	r, err := schedule.Load(arg)
	switch {
	case errors.Is(err, os.ErrNotExist) && !strings.HasSuffix(arg, schedule.Ext):
		return nil, fmt.Errorf("%q is neither a token, which begins with rv1-, nor the name of a file", arg)
	case errors.Is(err, os.ErrNotExist) && !filepath.IsAbs(arg):
		dir, _ := os.Getwd()
		return nil, fmt.Errorf("%w (tests run in the folder of their package, which is %s)", err, dir)
	case err != nil:
		return nil, err
	}
	matches := func(name string) error {
		err := r.Matches(name)
		var f *schedule.FileError
		if errors.As(err, &f) {
			f.Path = arg
		}
		return err
	}
	return &loaded{r.Follow, matches, r.Settings, r.Header}, nil
}

// elsewhere reports whether the schedule is of another exploration of the same test function.
func (l *loaded) elsewhere(cfg *Config, t testing.TB) (nth int, yes bool) {
	for nth = 1; nth <= 100; nth++ {
		c := Config{test: t.Name()}
		c.nth(nth)
		if l.matches(schedule.FullName(cfg.pkg, c.test)) == nil {
			return nth, true
		}
	}
	return 0, false
}

// replay follows one schedule strictly and reports how it ended.
func replay(t *testing.T, cfg *Config, arg, from string, body func(*T)) {
	t.Helper()
	if from != "" {
		from += ": "
	}
	l, err := load(arg)
	if err != nil {
		misused(t, fmt.Errorf("ravel: replay: %s%w", from, err))
	}
	if err := l.matches(cfg.name); err != nil {
		if nth, yes := l.elsewhere(cfg, t); yes {
			attr.SetOutcome(t, attr.Passed)
			t.Logf("ravel: the schedule is of exploration %d of this test: this one is left out", nth)
			return
		}
		misused(t, fmt.Errorf("ravel: replay: %s%w", from, err))
	}
	cfg.Apply(l.s)
	if err := cfg.needsControl(); err != nil {
		misused(t, fmt.Errorf("ravel: replay: %s%w", from, err))
	}
	x := newExplorer(cfg, body, t)
	defer x.close()
	defer x.watch()()
	x.knows(x.workers[0])
	w := x.workers[0]
	x.warmUp()
	s := strategy.NewFollow(l.open)
	w.use(s)
	o, _ := w.only(strategy.Execution{MaxSteps: cfg.Steps}, mode{record: true, check: true, explain: true, logs: true})
	f := &Failure{Err: o.Err, Reproduced: true, Deciding: -1}
	f.fill(cfg, &o)
	if l.found.Test == "" {
		f.Trace.Strategy = "replay" // of a token, which does not know how it was found
	} else {
		f.foundAs(&l.found)
	}
	f.HasToken, f.Token = true, arg
	f.explainExit(t)
	diverged := s.Err()
	attr.SetOutcome(t, outcomeOf(o.Err, diverged))
	const changed = "ravel: the replay left its schedule, the code has changed since: "
	text := ""
	switch {
	case o.Err != nil && diverged == nil:
		text = f.Text(t.Name(), "")
		t.Errorf("ravel: replay fails as recorded: %s", text)
	case o.Err != nil:
		text = wrap(changed+diverged.Error(), "", "  ") + "\nand then failed: " + f.Text("", "")
		t.Error(text)
	case diverged != nil:
		text = wrap(changed+diverged.Error(), "", "  ") + "\nThe execution then passed. To explore again, run the test without a replay."
		t.Error(text)
	default:
		t.Logf("ravel: the replayed execution passes (%s)", prose.Plural(o.Steps, "step"))
	}
	if diverged != nil {
		f.Err = errors.Join(diverged, o.Err)
	}
	cfg.publish(t, outcomeOf(o.Err, diverged), nil, f, "", text)
}

// foundAs tells the trace how the schedule that it follows was found.
func (f *Failure) foundAs(h *schedule.Header) {
	f.Seed, f.Execution = h.Seed, h.Execution
	f.Record.Seed, f.Record.Execution, f.Record.Strategy = h.Seed, h.Execution, h.Strategy
	f.Trace.Seed, f.Trace.Execution, f.Trace.Strategy = h.Seed, h.Execution, h.Strategy
}

// regress tries the saved failures of the test. It reports whether one of them failed again.
func regress(t *testing.T, cfg *Config, body func(*T)) bool {
	t.Helper()
	paths, err := schedule.List(cfg.dir())
	if err != nil {
		attr.SetOutcome(t, attr.Misused)
		t.Errorf("ravel: saved failures: %v", err)
		return true
	}
	for _, p := range paths {
		r, err := schedule.Load(p)
		if err != nil {
			attr.SetOutcome(t, attr.Misused)
			t.Errorf("ravel: saved failure: %v", err)
			return true
		}
		switch {
		case r.Test == cfg.test: // of this test; its package may have moved
		case strings.EqualFold(r.Test, cfg.test):
			continue // the file system does not tell their folders apart
		default:
			attr.SetOutcome(t, attr.Misused)
			t.Errorf("ravel: saved failure %s: %v", p, r.Matches(cfg.name))
			return true
		}
		if retry(t, cfg, p, r, body) {
			return true
		}
	}
	return false
}

// retry follows a saved schedule as far as it still fits. The program may have changed since: that is no failure. It
// reports whether the execution failed.
func retry(t *testing.T, cfg *Config, path string, r *schedule.Record, body func(*T)) bool {
	t.Helper()
	c := *cfg
	c.Apply(r.Settings)
	if err := c.needsControl(); err != nil {
		t.Logf("%s", wrap(fmt.Sprintf("ravel: saved failure %s (%s) is not tried: %v", filepath.ToSlash(path), r.Failure, err), "", "  "))
		return false
	}
	x := newExplorer(&c, body, t)
	defer x.close()
	defer x.watch()()
	x.knows(x.workers[0])
	w := x.workers[0]
	x.warmUp()
	w.now.Store(1)
	defer w.now.Store(0)
	o, stale := x.guided(w, r)
	was := fmt.Sprintf("ravel: saved failure %s (%s)", filepath.ToSlash(path), r.Failure)
	switch {
	case o.Err != nil:
	case stale != "":
		t.Logf("%s", wrap(fmt.Sprintf("%s is stale: the program makes other choices than then%s. It passes now. Delete the file if the bug is fixed.",
			was, stale), "", "  "))
		return false
	default:
		t.Logf("%s", wrap(was+" passes now. Keep the file as a regression test, or delete it.", "", "  "))
		return false
	}
	f := &Failure{Err: o.Err, Saved: path, Deciding: -1}
	f.fill(&c, &o)
	f.foundAs(&r.Header)
	again := x.strictly(w, &f.Record, o.Err)
	f.Reproduced = same(f.Err, again)
	f.explainExit(t)
	if !f.Reproduced {
		f.Err = &failure.NotReproducible{First: o.Err, Second: again, Outside: c.outside(&o)}
	} else if leak := x.confirm(&f.Record, &o); leak != nil {
		f.Reproduced, f.Err, f.Trace = false, leak, nil
	} else {
		x.nearest(w, f)
	}
	attr.SetOutcome(t, outcomeOf(f.Err, nil))
	kind, _ := failure.ParseKind(r.Failure)
	text := f.Text(t.Name(), path)
	switch {
	case !f.Reproduced:
		text = f.Text("", "")
		t.Errorf("ravel: not reproducible found by a saved schedule: %s", text)
	case failure.SameMessage(o.Err, kind, r.Message):
		t.Errorf("ravel: a saved failure fails again: %s", text)
	default:
		t.Errorf("ravel: a saved schedule fails, though in another way than when it was saved: %s", text)
	}
	cfg.publish(t, outcomeOf(f.Err, nil), nil, f, path, text)
	return true
}

// guided follows a record as far as it fits. Stale tells from where on it does not, "" if it does.
func (x *explorer) guided(w *worker, r *schedule.Record) (o engine.Outcome, stale string) {
	if x.cfg.goroutines.isolated {
		if i, err := newIsolation(x); err == nil {
			x.cfg.isolation = i // closed with x
			o, left := i.again(w, r, true)
			if left != nil {
				stale = ": " + left.Error()
			}
			return o, stale
		}
	}
	g := strategy.NewGuided(r.Choices)
	w.use(g)
	o, _ = w.run(strategy.Execution{MaxSteps: x.cfg.Steps}, mode{record: true, check: true, explain: true, logs: true})
	if s := g.Stale(); s != nil {
		stale = fmt.Sprintf(", from choice %d of %d on", s.At+1, len(r.Choices))
	}
	return o, stale
}
