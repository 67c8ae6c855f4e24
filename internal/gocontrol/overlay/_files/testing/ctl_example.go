package testing

import (
	"context"
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
	ctlDeclined  bool   // it is not explored
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
	ctlExampled, ctlDeclined = eg.F, false
	tRunner(root, func(root *T) {
		// As Run, but for the line that says so: it has been printed.
		t := &T{
			common: common{barrier: make(chan bool), signal: make(chan bool, 1), name: eg.Name, parent: &root.common, level: 1, chatty: root.chatty},
			tstate: root.tstate,
		}
		t.ctx, t.cancelCtx = context.WithCancel(context.Background())
		t.w = indenter{&t.common}
		t.setOutputWriter()
		running.Store(t.name, highPrecisionTimeNow())
		go tRunner(t, eg.ctlTest)
		<-t.signal
	})
	ctlExampled = nil
	<-root.signal
	return !root.Failed(), !ctlDeclined
}

// ctlTest runs the example once, in an execution. Without control it leaves that to package testing.
func (eg *InternalExample) ctlTest(t *T) {
	if !ctlControlled() {
		ctlDeclined, t.chatty = true, nil
		return
	}
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
