package check

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/schedule"
)

// Test explores body: it runs it again and again, each time along another schedule, and fails t at the first schedule
// that breaks a specification. Schedules that failed before, saved under testdata/ravel, are tried first.
//
// The body runs concurrently with itself on several workers and may share nothing with its closure that it changes; see
// Serial.
func Test(t *testing.T, body func(*T), opts ...Option) {
	t.Helper()
	if gocontrol.Available() == nil && gocontrol.Current() >= 0 {
		t.Fatal(nested)
	}
	cfg := Config{}
	for _, o := range opts {
		o(&cfg)
	}
	cfg.identify(t, body)
	explored(t, &cfg, body)
}

// explored does what flags, variables and the configuration ask for, and reports what came of it. It returns false if there
// is nothing to explore in an ordinary test.
func explored(t *testing.T, cfg *Config, body func(*T)) bool {
	t.Helper()
	if err := cfg.fromFlags(); err != nil {
		misused(t, err)
	}
	if err := cfg.normalize(testing.Short()); err != nil {
		misused(t, err)
	}
	if err := cfg.missing(); err != nil {
		if v, from := setting("replay", flags.replay); v != "" {
			misused(t, fmt.Errorf("ravel: replay: %s: %w", from, err))
		}
		t.Skipf("ravel: %v", err)
	}
	if worked(t, cfg, body) {
		return true
	}
	cfg.honour(t)
	cfg.tellProgress(t)
	if v, from := setting("replay", flags.replay); v != "" {
		replay(t, cfg, v, from, body)
		return true
	}
	if regress(t, cfg, body) {
		return true
	}
	x := newExplorer(cfg, body, t)
	defer x.close()
	r, err := x.explore()
	if err != nil {
		misused(t, fmt.Errorf("ravel: %w", err))
	}
	if cfg.ordinary != nil && cfg.ordinary.plain != "" {
		return false
	}
	if o := cfg.ordinary; o != nil && r.Failure == nil && r.Nondeterminism != nil {
		o.plain = fmt.Sprintf("%s: %v\n%s", kindOf(r.Nondeterminism), r.Nondeterminism, indent(r.Nondeterminism.Detail()))
		return false
	}
	if o := cfg.ordinary; o != nil && r.Failure != nil {
		var lost *failure.NotReproducible
		if errors.As(r.Failure.Err, &lost) && lost.Outside.Count() > 0 {
			o.plain = fmt.Sprintf("%v\n%s", lost, indent(lost.Detail()))
			return false
		}
		if o.plain = o.anyhow(cfg, body, r.Failure); o.plain != "" {
			return false
		}
	}
	report(t, cfg, r)
	return true
}

// Replay runs one schedule of body, given as a token or the name of a saved file: for debuggers, and for tests that pin a
// schedule. It fails t if the execution fails, or does not follow the schedule.
func Replay(t *testing.T, token string, body func(*T), opts ...Option) {
	t.Helper()
	cfg := Config{Stuck: -1}
	for _, o := range opts {
		o(&cfg)
	}
	cfg.identify(t, body)
	if err := cfg.normalize(testing.Short()); err != nil {
		misused(t, err)
	}
	if work != nil {
		return // of another test
	}
	replay(t, &cfg, token, "", body)
}

// identify names the test and its package, which seeds and saved schedules refer to.
func (c *Config) identify(t testing.TB, body func(*T)) {
	c.pkg = packageOf(testFunction())
	if c.pkg == "" {
		c.pkg = packageOf(runtime.FuncForPC(reflect.ValueOf(body).Pointer()).Name())
	}
	c.test = t.Name()
	c.nth(ordinal(t))
	c.name = schedule.FullName(c.pkg, c.test)
}

// nth names the n-th exploration of one test function.
func (c *Config) nth(n int) {
	c.number = n
	if n > 1 {
		c.test = fmt.Sprintf("%s+%d", c.test, n)
	}
}

var calls struct {
	sync.Mutex
	of map[testing.TB]int
}

// ordinal counts the explorations of a test.
func ordinal(t testing.TB) int {
	calls.Lock()
	defer calls.Unlock()
	if calls.of == nil {
		calls.of = map[testing.TB]int{}
	}
	if calls.of[t]++; calls.of[t] == 1 {
		t.Cleanup(func() {
			calls.Lock()
			defer calls.Unlock()
			delete(calls.of, t)
		})
	}
	return calls.of[t]
}

// testFunction returns the function that package testing has called: the test, or the function of a subtest.
func testFunction() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	last := ""
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "testing.") {
			return last
		}
		last = f.Function
		if !more {
			return ""
		}
	}
}

// packageOf returns the import path of a function's package. In symbols the last element of a path has its dots escaped.
func packageOf(fn string) string {
	slash := strings.LastIndex(fn, "/") + 1
	if bracket := strings.Index(fn, "["); bracket >= 0 {
		slash = strings.LastIndex(fn[:bracket], "/") + 1
	}
	dot := strings.Index(fn[slash:], ".")
	if dot < 0 {
		return ""
	}
	if last, err := url.PathUnescape(fn[slash : slash+dot]); err == nil {
		return fn[:slash] + last
	}
	return fn[:slash+dot]
}

// honour leaves time to report before the test's deadline.
func (c *Config) honour(t *testing.T) {
	d, ok := t.Deadline()
	if !ok {
		return
	}
	left := time.Until(d)
	spare := min(left/5, 5*time.Second)
	c.report = d.Add(-spare / 2)
	if left -= spare; c.Time == 0 || c.Time > left {
		c.Time, c.deadline = max(left, time.Millisecond), true
	}
}

// late reports whether the test's deadline is near.
func (c *Config) late() bool { return !c.report.IsZero() && time.Now().After(c.report) }

// report fails t with what was found, or logs what was explored.
func report(t *testing.T, cfg *Config, r *Report) {
	t.Helper()
	attr.SetOutcome(t, r.outcome())
	unsure := ""
	if r.Nondeterminism != nil {
		unsure = fmt.Sprintf("%s\n%s", wrap(kindOf(r.Nondeterminism)+": "+r.Nondeterminism.Error(), "", "  "), indent(r.Nondeterminism.Detail()))
		t.Errorf("ravel: %s", unsure)
	}
	if r.Failure == nil {
		cfg.publish(t, r.outcome(), r, nil, "", unsure)
		t.Logf("ravel: no failure found: %s", r.Summary())
		if v, _ := verbose(); v && !testing.Verbose() {
			fmt.Fprintf(os.Stderr, "ravel: %s: no failure found: %s\n", t.Name(), r.Summary())
		}
		return
	}
	saved, err := save(cfg, r.Failure)
	if err != nil {
		saved = notSaved + err.Error()
	}
	if err == nil {
		if r.Failure.Attached, err = attach(r.Failure, saved); err != nil {
			t.Logf("ravel: what belongs to the failure could not be saved: %v", err)
			err = nil
		}
	}
	text := r.Failure.Text(t.Name(), saved)
	t.Errorf("ravel: %s", text)
	if err != nil {
		saved = ""
	}
	cfg.publish(t, r.outcome(), r, r.Failure, saved, text)
}

const notSaved = "not saved: "

// save keeps a reproducible failure, so that the next run tries it first.
func save(cfg *Config, f *Failure) (string, error) {
	if !f.Reproduced {
		return "", nil
	}
	return schedule.Save(cfg.dir(), &f.Record)
}
