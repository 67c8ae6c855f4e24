package check

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	_ "unsafe" // for go:linkname

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/schedule"
)

// Ordinary tests: those of projects that have never heard of Ravel. The overlay puts a copy of this package into the
// standard library, which package testing asks before it calls the function of a test. Each execution is a test of
// package testing with everything that belongs to one, within the controlled part of the process.

// testingTable is what package testing provides; see ctl.go in the overlay's files for it.
type testingTable struct {
	explore *func(t *testing.T, f func(*testing.T), name string) bool
	inside  func(outer *testing.T, f func(*testing.T), sink *testSink)
	tidy    func(outer *testing.T)
}

type testSink struct {
	failed  func(call string, at runtime.Frame)
	logged  func(at, text string)
	printed func(name string, text []byte)
	tests   []*testing.T
	over    bool
}

// testingHooks is set by the linker in the copy of this package that the overlay has put into the standard library, and
// nil in any other.
//
//go:linkname testingHooks
var testingHooks *testingTable

// injected reports whether this is that copy.
func injected() bool { return testingHooks != nil }

func init() {
	switch of := os.Getenv(ordinaryVariable); {
	case !injected():
		gocontrol.Claim()
	case gocontrol.Available() == nil && (of == "on" || of == "all"):
		*testingHooks.explore = exploreOrdinary
	}
}

// ordinaryVariable is set by ravel test: on, or all, for the ordinary tests of packages as well that use this package.
const ordinaryVariable = "RAVEL_ORDINARY"

// ordinaryMode is what the variable said when the process began.
var ordinaryMode string

// ordinary is an ordinary test that is explored, one execution at a time.
type ordinary struct {
	t *testing.T // as go test runs it: the outer one
	f func(*testing.T)

	sink testSink
	x    *execution     // the present one
	said map[int]string // what goroutines have logged last

	lines  []line // what the first execution says
	judged bool   // the first execution is over
	ran    bool   // the first execution was the run that counts

	calm  bool   // no timer fires early
	plain string // why it is run as it is after all, without control; "" if it is explored
}

// line is something that a test has logged or printed.
type line struct {
	text    string
	printed bool
}

// Such a test may do much more than a body that was written to be explored. The bound of the first execution is generous; that
// of the others is so many times what that one took, but not below the usual one.
const (
	firstOrdinarySteps = 1 << 18
	moreOrdinarySteps  = 8
)

// ordinaryStuck is for tests that compute, or wait for another process.
const ordinaryStuck = time.Minute

// exploreOrdinary is called in place of the function of a test, which has that name in the program. It returns false if that
// is to be called after all.
func exploreOrdinary(t *testing.T, f func(*testing.T), name string) bool {
	if gocontrol.Claimed() && ordinaryMode != "all" {
		return false
	}
	o := &ordinary{t: t, f: f}
	cfg := Config{Goroutines: true, Steps: firstOrdinarySteps, Stuck: ordinaryStuck, ordinary: o, test: t.Name()}
	cfg.pkg = packageOf(name)
	cfg.name = schedule.FullName(cfg.pkg, cfg.test)
	if work != nil && work.test != cfg.name {
		return false // this process works for a Ravel test within this one
	}
	if explored(t, &cfg, o.body) {
		return true
	}
	if o.plain == alone {
		attr.SetOutcome(t, attr.Plain)
		if o.ran {
			o.tell() // it need not be run again, and may not stand it
		}
		return o.ran
	}
	attr.SetOutcome(t, attr.Unexplored)
	t.Logf("ravel: not explored: %s", o.plain)
	return false
}

// body is one execution of the test.
func (o *ordinary) body(t *T) {
	o.x = t.x
	clear(o.said)
	o.sink = testSink{failed: o.failed, logged: o.logged, printed: o.printed, tests: o.sink.tests[:0]}
	testingHooks.inside(o.t, o.f, &o.sink)
}

// after is called when an execution is over, outside of it.
func (o *ordinary) after() { testingHooks.tidy(o.t) }

// logged is told what the test logs.
func (o *ordinary) logged(at, text string) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	if o.said == nil {
		o.said = map[int]string{}
	}
	o.said[int(gocontrol.Current())] = text
	o.keep(at+text, false)
	o.x.tell(text)
}

// keep keeps what the first execution says, if somebody may want to see it.
func (o *ordinary) keep(text string, printed bool) {
	if !o.judged && testing.Verbose() {
		o.lines = append(o.lines, line{text, printed})
	}
}

// printed is told what the test prints.
func (o *ordinary) printed(_ string, text []byte) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	o.keep(string(text), true)
	if !o.x.recording {
		return
	}
	for line := range strings.Lines(string(text)) {
		o.x.tell(strings.TrimRight(line, "\r\n"))
	}
}

// failed is told that the test fails. What it says about that has just been logged.
func (o *ordinary) failed(call string, at runtime.Frame) {
	defer gocontrol.Mask(gocontrol.Mask(true))
	if o.x.eng.Closing() {
		return // package testing sees a Goexit
	}
	id := int(gocontrol.Current())
	text := cmp.Or(strings.TrimSpace(o.said[id]), itself)
	delete(o.said, id)
	o.x.failAt(failure.Place{File: at.File, Line: at.Line, Func: at.Function}, call, text)
}

// dir is the folder of the saved schedules of the test. Those of ordinary tests are in the user's cache, unless there is a
// folder for them in the package: projects that do not know of Ravel want nothing in their tree.
func (c *Config) dir() string {
	own := schedule.Dir(c.test)
	if c.ordinary == nil {
		return own
	}
	if _, err := os.Stat(filepath.FromSlash(schedule.Root)); err == nil {
		return own
	}
	root := os.Getenv(failuresVariable)
	if root == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return own
		}
		root = filepath.Join(cache, "ravel", "failures")
	}
	// There may be several copies of a package.
	h := fnv.New32a()
	if here, err := os.Getwd(); err == nil {
		h.Write([]byte(here))
	}
	return filepath.Join(root, fmt.Sprintf("%s-%08x", schedule.DirName(c.pkg), h.Sum32()), schedule.DirName(c.test))
}

// failuresVariable names another folder than the one in the user's cache.
const failuresVariable = "RAVEL_FAILURES"

// alone is why most tests are not explored.
const alone = "nothing in it can happen in another order"

// nested is the failure of a Ravel test in an execution of the test that it is in.
const nested = "ravel: a Ravel test within an execution"

// judge looks at the first execution, which was thrown away, and says whether there is anything to explore,
// and how far executions may go.
func (o *ordinary) judge(cfg *Config, out *engine.Outcome) {
	o.judged = true
	var failed *failure.TestFailure
	switch {
	case errors.As(out.Err, &failed) && strings.Contains(failed.Message, nested):
		o.plain = alone // Ravel tests explore their bodies themselves
	case out.Err != nil || !o.sink.over:
	case len(o.sink.tests) > 0 && o.sink.tests[0].Skipped():
		o.plain = alone
	case out.Picks == 0 || out.Goroutines <= 1:
		o.plain, o.ran = alone, true
	case cfg.Steps == firstOrdinarySteps:
		// A power of two: the first execution of another process need not take exactly as many steps.
		bound := DefaultSteps
		for bound < moreOrdinarySteps*out.Steps {
			bound *= 2
		}
		cfg.Steps, cfg.Threshold = bound, bound/2
	}
}

// tell passes on what the only run of a test has said, where somebody wants to see it.
func (o *ordinary) tell() {
	if !testing.Verbose() {
		return
	}
	for _, l := range o.lines {
		if l.printed {
			os.Stdout.WriteString(l.text)
		} else {
			fmt.Fprintln(o.t.Output(), l.text)
		}
	}
}
