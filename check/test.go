package check

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// Test explores body: it runs it again and again, each time along another schedule, and fails t at the first schedule
// that breaks a specification. Schedules that failed before, saved under testdata/ravel, are tried first.
//
// The body runs concurrently with itself on several workers and may share nothing with its closure that it changes; see
// Serial.
func Test(t *testing.T, body func(*T), opts ...Option) {
	t.Helper()
	cfg := Config{}
	for _, o := range opts {
		o(&cfg)
	}
	cfg.identify(t.Name(), body)
	if err := cfg.fromFlags(); err != nil {
		t.Fatal(err)
	}
	if err := cfg.normalize(testing.Short()); err != nil {
		t.Fatal(err)
	}
	cfg.honour(t)
	if v, _ := setting("replay", flags.replay); v != "" {
		replay(t, &cfg, v, body)
		return
	}
	if regress(t, &cfg, body) {
		return
	}
	x := newExplorer(&cfg, body, t)
	defer x.close()
	r := x.explore()
	report(t, &cfg, r)
}

// Replay runs one schedule of body, given as a token or the name of a saved file: for debuggers, and for tests that pin a
// schedule. It fails t if the execution fails, or does not follow the schedule.
func Replay(t *testing.T, token string, body func(*T), opts ...Option) {
	t.Helper()
	cfg := Config{Stuck: -1}
	for _, o := range opts {
		o(&cfg)
	}
	cfg.identify(t.Name(), body)
	if err := cfg.normalize(testing.Short()); err != nil {
		t.Fatal(err)
	}
	replay(t, &cfg, token, body)
}

// identify names the test and its package, which seeds and saved schedules refer to.
func (c *Config) identify(test string, body func(*T)) {
	fn := runtime.FuncForPC(reflect.ValueOf(body).Pointer()).Name()
	slash := strings.LastIndex(fn, "/") + 1
	dot := strings.Index(fn[slash:], ".")
	c.pkg, c.test = fn[:slash+max(dot, 0)], test
	c.name = schedule.FullName(c.pkg, c.test)
}

// honour leaves time to report before the test's deadline.
func (c *Config) honour(t *testing.T) {
	d, ok := t.Deadline()
	if !ok {
		return
	}
	left := time.Until(d)
	left -= min(left/10, 5*time.Second)
	if c.Time == 0 || c.Time > left {
		c.Time = max(left, time.Millisecond)
	}
}

// report fails t with what was found, or logs what was explored.
func report(t *testing.T, cfg *Config, r *Report) {
	t.Helper()
	if r.Nondeterminism != nil {
		t.Errorf("ravel: %v\n%s", r.Nondeterminism, r.Nondeterminism.Detail())
	}
	f := r.Failure
	if f == nil {
		t.Logf("ravel: no failure found: %s", r.Summary())
		if verbose() && !testing.Verbose() {
			fmt.Fprintf(os.Stderr, "ravel: %s: no failure found: %s\n", t.Name(), r.Summary())
		}
		return
	}
	saved, err := save(cfg, f)
	if err != nil {
		saved = "not saved: " + err.Error()
	}
	t.Errorf("ravel: %s", f.Text(t.Name(), saved))
}

// save keeps a reproducible failure, so that the next run tries it first.
func save(cfg *Config, f *Failure) (string, error) {
	if !f.Reproduced {
		return "", nil
	}
	return schedule.Save(schedule.Dir(cfg.test), &f.Record)
}

// Text is the whole report of a failure: what, the trace, and how to see it again. The arguments say under which test's
// name it can be replayed, and where it was saved; both may be empty.
func (f *Failure) Text(test, saved string) string {
	var b strings.Builder
	b.WriteString(f.Sentence())
	if d := failure.Of(f.Err); d != nil && d.Detail() != "" {
		b.WriteString("\n" + indent(d.Detail()))
	}
	if f.Trace != nil {
		b.WriteString("\n\n" + f.Trace.Text(trace.TextOptions{Width: 100}))
	}
	switch {
	case !f.Reproduced:
		b.WriteString("\nThe failure did not reproduce, so there is nothing to replay.")
	case test != "":
		arg := saved
		if f.HasToken {
			arg = f.Token
		}
		fmt.Fprintf(&b, "\nreplay: go test -run '%s' -ravel.replay=%s", runPattern(test), arg)
	}
	if saved != "" && f.Reproduced {
		b.WriteString("\nsaved:  " + saved)
	}
	return b.String()
}

func runPattern(test string) string {
	parts := strings.Split(test, "/")
	for i, p := range parts {
		parts[i] = "^" + p + "$"
	}
	return strings.Join(parts, "/")
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// loaded is a schedule to follow, from a token or a file.
type loaded struct {
	open    func() *schedule.Follower
	matches func(string) error
	s       schedule.Settings
	record  *schedule.Record // nil for a token
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
	if err != nil && !filepath.IsAbs(arg) && errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w (the name is relative to the test's package; and a token begins with %q)", err, "rv1-")
	}
	if err != nil {
		return nil, err
	}
	return &loaded{open: r.Follow, matches: r.Matches, s: r.Settings, record: r}, nil
}

// replay follows one schedule strictly and reports how it ended.
func replay(t *testing.T, cfg *Config, arg string, body func(*T)) {
	t.Helper()
	l, err := load(arg)
	if err != nil {
		t.Fatalf("ravel: replay: %v", err)
	}
	if err := l.matches(cfg.name); err != nil {
		t.Fatalf("ravel: replay: %v", err)
	}
	cfg.apply(l.s)
	x := newExplorer(cfg, body, t)
	defer x.close()
	defer x.watch()()
	w := x.workers[0]
	s := newFollowing(l.open)
	w.use(s)
	o, _, _ := w.run(strategy.Execution{MaxSteps: cfg.Steps}, mode{record: true, check: true})
	f := &Failure{Err: o.Err, Strategy: "replay", Reproduced: true}
	f.fill(cfg, &o)
	f.HasToken, f.Token = true, arg
	diverged := followError(s)
	switch {
	case o.Err != nil && diverged == nil:
		t.Errorf("ravel: replay fails as recorded: %s", f.Text(t.Name(), ""))
	case o.Err != nil:
		t.Errorf("ravel: the replay left its schedule, the code has changed since: %v\nand then failed: %s", diverged, f.Text("", ""))
	case diverged != nil:
		t.Errorf("ravel: the replay left its schedule, the code has changed since: %v\nThe execution then passed. Explore again: run the test without -ravel.replay.", diverged)
	default:
		t.Logf("ravel: the replayed execution passes (%d steps)", o.Steps)
	}
}

// regress tries the saved failures of the test. It reports whether one of them failed again.
func regress(t *testing.T, cfg *Config, body func(*T)) bool {
	t.Helper()
	paths, err := schedule.List(schedule.Dir(cfg.test))
	if err != nil {
		t.Errorf("ravel: saved failures: %v", err)
		return true
	}
	for _, p := range paths {
		r, err := schedule.Load(p)
		if err != nil {
			t.Errorf("ravel: saved failure: %v", err)
			return true
		}
		if err := r.Matches(cfg.name); err != nil {
			t.Errorf("ravel: saved failure %s: %v", p, err)
			return true
		}
		if f := rerun(cfg, r, body, t); f != nil {
			t.Errorf("ravel: a saved failure fails again: %s", f.Text(t.Name(), p))
			return true
		}
	}
	return false
}

// rerun follows a saved schedule as far as it still fits. The program may have changed since: that is no failure.
func rerun(cfg *Config, r *schedule.Record, body func(*T), t *testing.T) *Failure {
	c := *cfg
	c.apply(r.Settings)
	x := newExplorer(&c, body, t)
	defer x.close()
	defer x.watch()()
	w := x.workers[0]
	g := strategy.NewGuided(r.Choices)
	w.use(g)
	o, _, _ := w.run(strategy.Execution{MaxSteps: c.Steps}, mode{record: true, check: true})
	if o.Err == nil {
		if d := g.Stale(); d != nil {
			t.Logf("ravel: saved failure %s (%s) is stale: %v; delete the file if the bug is fixed", filepath.Base(r.FileName()), r.Failure, d)
		} else {
			t.Logf("ravel: saved failure %s (%s) passes now; keep the file as a regression test, or delete it", filepath.Base(r.FileName()), r.Failure)
		}
		return nil
	}
	f := &Failure{Err: o.Err, Strategy: "guided re-run", Reproduced: true}
	f.fill(&c, &o)
	return f
}
