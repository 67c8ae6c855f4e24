package testing

import (
	"context"
	"os"
	"reflect"
	"runtime"
	"strings"
	_ "unsafe" // for go:linkname
)

// What the explorer needs to run an ordinary test again and again. The explorer is package internal/ravel/check, which
// package testing/internal/testdeps imports; without it nothing here has an effect.

// ctlTable: layout shared with package check.
type ctlTable struct {
	// explore, if it is set, is asked before a test function of that name is called; it returns true when there is nothing
	// left to call.
	explore *func(t *T, f func(t *T), name string) bool
	inside  func(outer *T, f func(t *T), sink *ctlSink)
	tidy    func(outer *T)
}

// ctlSink is what the explorer wants to hear of while an execution runs, and what came of it. Layout shared with package
// check.
type ctlSink struct {
	failed  func(call string, at runtime.Frame) // Fail, or a method that calls it
	logged  func(at, text string)               // Log, or a method that calls it; at is the line as go test -v shows it
	printed func(name string, text []byte)      // to the file of that name, which is standard output or error
	tests   []*T                                // the test and its subtests, in the order of their beginning
	over    bool                                // the test, its subtests and cleanup functions have returned
}

// The variable is declared, nil, in the explorer.
//
//go:linkname ctlHooks internal/ravel/check.testingHooks
var ctlHooks = &ctlTable{explore: &ctlExplore, inside: ctlInside, tidy: ctlTidy}

var (
	ctlExplore func(t *T, f func(t *T), name string) bool
	ctlInner   *testState // of the execution that runs
	ctlHeard   *ctlSink   // its
	ctlFailed  uint32     // numFailed before the first execution

	ctlFunction *runtime.Func // of the test that is explored
)

//go:linkname ctlControlled testing.runtime_ctlControlled
func ctlControlled() bool

// ctlGuards says which package is under test: only timers that it starts, but for its tests, may fire early.
//
//go:linkname ctlGuards testing.runtime_ctlGuards
func ctlGuards(pkg string)

// ctlWritten is asked what becomes of output to standard output and error.
//
//go:linkname ctlWritten os.ctlWritten
var ctlWritten func(name string, text []byte) bool

func init() {
	ctlWritten = func(name string, text []byte) bool {
		switch {
		case ctlHeard != nil && ctlControlled():
			ctlHeard.printed(name, text)
		case !ctlCapturing:
			return false
		}
		if ctlCapturing && name == "/dev/stdout" {
			ctlCaptured = append(ctlCaptured, text...)
		}
		return true
	}
}

// ctlExplored stands where package testing calls the function of a test.
func ctlExplored(t *T, f func(t *T)) bool {
	if s := ctlInner; s != nil && t.tstate == s {
		if t.level > 0 && ctlHeard != nil {
			ctlHeard.tests = append(ctlHeard.tests, t)
		}
		return false
	}
	if ctlExplore == nil || t.level != 1 || t.isSynctest || t.tstate == nil || t.tstate.isFuzzing {
		return false
	}
	ctlFailed, ctlFunction = numFailed.Load(), runtime.FuncForPC(reflect.ValueOf(f).Pointer())
	if ctlExampled != nil {
		ctlFunction = runtime.FuncForPC(reflect.ValueOf(ctlExampled).Pointer())
	}
	runtime_ctlQuiet(true)
	explored := ctlExplore(t, f, ctlFunction.Name())
	runtime_ctlQuiet(false)
	numFailed.Store(ctlFailed)
	return explored
}

// ctlSite is where a text of the explorer seems to come from: the head of the test's function.
func ctlSite(f runtime.Frame) runtime.Frame {
	if ctlFunction != nil && (strings.HasPrefix(f.Function, "internal/ravel/") || strings.HasPrefix(f.Function, "testing.ctl") ||
		strings.HasPrefix(f.Function, "testing.(*InternalExample)")) {
		f.Function = ctlFunction.Name()
		f.File, f.Line = ctlFunction.FileLine(ctlFunction.Entry())
	}
	return f
}

// ctlInside calls f as the function of a new test that has the name of outer, with everything that package testing does
// for a test except that nothing is printed. It is called by a controlled goroutine, and returns unless f never does.
func ctlInside(outer *T, f func(t *T), sink *ctlSink) {
	of := outer.tstate.match
	s := newTestState(*parallel, &matcher{filter: of.filter, skip: of.skip, matchFunc: of.matchFunc, subNames: map[string]int32{}})
	numFailed.Store(ctlFailed)
	ctlInner, ctlHeard = s, sink
	root := &T{common: common{signal: make(chan bool, 1), barrier: make(chan bool), w: ctlDiscard{}}, tstate: s}
	root.ctx, root.cancelCtx = context.WithCancel(context.Background())
	ctlPaths(root, outer)
	ctlGuards(ctlPackage(ctlFunction.Name()))
	tRunner(root, func(root *T) { root.Run(outer.name, f) })
	sink.over = true
}

// ctlPackage is the package under test, by the name of a function of its tests.
func ctlPackage(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	name, _, _ := strings.Cut(function[slash:], ".")
	return function[:slash] + strings.TrimSuffix(name, "_test")
}

//go:linkname runtime_ctlQuiet
func runtime_ctlQuiet(on bool)

//go:linkname runtime_ctlMask
func runtime_ctlMask(off bool) bool

// ctlGo starts a subtest. Who has started it waits for it at once: that is no choice of the schedule.
func ctlGo(t *T, f func(t *T)) {
	if !ctlControlled() {
		go tRunner(t, f)
		return
	}
	was := runtime_ctlMask(true)
	go tRunner(t, f)
	runtime_ctlMask(was)
}

type ctlDiscard struct{}

func (ctlDiscard) Write(b []byte) (int, error) { return len(b), nil }

// ctlTidy undoes what an execution has left behind that did not come to its end. It is called outside of executions.
func ctlTidy(outer *T) {
	s := ctlHeard
	if s == nil {
		return
	}
	ctlInner, ctlHeard = nil, nil
	for _, t := range s.tests {
		running.Delete(t.name)
		if t.tempDir != "" && !s.over {
			os.RemoveAll(t.tempDir)
		}
	}
	running.Store(outer.name, highPrecisionTimeNow())
}

// ctlLog is called by the methods that log.
func ctlLog(c *common, text string) {
	if s := ctlHeard; s != nil && ctlControlled() {
		at := ""
		if Verbose() {
			at = c.callSite(4)
		}
		s.logged(at, strings.TrimSuffix(text, "\n"))
	}
}

// ctlFail is called by Fail, which every method that fails a test calls, and which calls itself for the parent.
func ctlFail(c *common) {
	s := ctlHeard
	if s == nil || !ctlControlled() {
		return
	}
	var pcs [8]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	call, skip := "", 0
	for more := true; more; skip++ {
		var f runtime.Frame
		f, more = frames.Next()
		name, ok := strings.CutPrefix(f.Function, "testing.(*common).")
		if !ok {
			break
		}
		if name == call {
			return // it calls itself
		}
		call = name
	}
	c.mu.Lock()
	at := c.frameSkip(skip + 1)
	c.mu.Unlock()
	s.failed("t."+call, ctlSite(at))
}
