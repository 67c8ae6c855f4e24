package testing

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Examples are tests to the explorer: their function compares what has been printed.

var (
	ctlCapturing bool // an example runs
	ctlCaptured  []byte
	ctlExampled  func() // its function
)

// ctlRanExample runs an example as a test, if tests are explored.
func ctlRanExample(eg InternalExample) (ok, ran bool) {
	if ctlExplore == nil {
		return false, false
	}
	root := &T{
		common: common{signal: make(chan bool, 1), barrier: make(chan bool), w: os.Stdout},
		tstate: newTestState(*parallel, allMatcher()),
	}
	if Verbose() {
		root.chatty = newChattyPrinter(root.w)
	}
	ctlExampled = eg.F
	tRunner(root, func(root *T) { root.Run(eg.Name, eg.ctlTest) })
	ctlExampled = nil
	<-root.signal
	return !root.Failed(), true
}

// ctlTest runs the example once.
func (eg *InternalExample) ctlTest(t *T) {
	ctlCapturing, ctlCaptured = true, nil
	defer func() { ctlCapturing = false }()
	eg.F()
	got, want := ctlLines(string(ctlCaptured)), ctlLines(eg.Output)
	order := ""
	if eg.Unordered {
		order = " (unordered)"
		slices.Sort(got)
		slices.Sort(want)
	}
	if !slices.Equal(got, want) {
		t.Error(fmt.Sprintf("got:\n%s\nwant%s:\n%s", strings.TrimSpace(string(ctlCaptured)), order, strings.TrimSpace(eg.Output)))
	}
}

func ctlLines(s string) []string {
	return strings.Split(strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n"), "\n")
}
