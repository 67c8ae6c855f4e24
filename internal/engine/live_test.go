package engine_test

import (
	"context"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/live"
)

// TestRowsInProduction runs the rows of the suite in the production runtime: what it does is one of the outcomes that the
// row has in the tester.
func TestRowsInProduction(t *testing.T) {
	tables := map[string][]row{
		"Dequeue": dequeueRows, "Transitions": transitionRows, "Inheritance": inheritRows, "Steps": stepRows, "Receive": receiveRows,
		"Lifecycle": lifecycleRows, "Inboxes": inboxRows, "Timers": timerRows, "Faults": faultRows, "Monitors": monitorRows, "Failures": failureRows,
	}
	ran, all := 0, 0
	for name, rows := range tables {
		for i := range rows {
			all++
			t.Run(name+"/"+rows[i].Name, func(t *testing.T) {
				if why := onlyInTests(&rows[i]); why != "" {
					t.Skip(why)
				}
				for range 20 {
					if why := produce(t, &rows[i]); why != "" {
						t.Skip(why)
					}
				}
				ran++
			})
		}
	}
	t.Logf("%d of %d rows", ran, all)
	if ran < all/2 {
		t.Errorf("only %d of %d rows say something about production", ran, all)
	}
}

// onlyInTests says why a row cannot be run in production.
func onlyInTests(r *row) string {
	for _, want := range r.Want {
		if strings.Contains(want, "(bounded)") || strings.Contains(want, "!livelock") || strings.Contains(want, "(slow)") {
			return "goes on for ever"
		}
	}
	return testsOnly[r.Name]
}

// testsOnly are rows about the tester alone, with the reason.
var testsOnly = map[string]string{
	"faults in a plain function": "faults are never offered",
	"a budget with two sizes":    "faults are never offered",
	"an assertion in AtEnd":      "production has no AtEnd",
	"acting in AtEnd":            "production has no AtEnd",
	"waiting in AtEnd":           "production has no AtEnd",
	"AtEnd while machines wait":  "production has no AtEnd",
	"yield":                      "its machines share a variable",
	"send to a machine whose creation has not been performed":       "its machines share a variable",
	"another machine's context in a deferred function that unwinds": "what it does wrong is a data race in production",
	"a monitor that panics at its start, and a body that recovers":  "a monitor's failure is none of the machine that registers it",
}

// between are outcomes of rows whose machines show what they do in two moves that are one step in the tester: an event is taken,
// which makes room, and seen. Who waited for the room may be faster.
var between = map[string][]string{
	"a send to a full inbox waits for room": {"x1 x2 A1 A2"},
	"a full inbox that rejects":             {"x1 x2 A1 A2"},
}

// ends are failures that are found when nothing can move any more. Production does not end there.
var ends = regexp.MustCompile(` ?(!deadlock|!liveness|!livelock|\(slow\)|\(bounded\)).*$`)

// produce runs a row once. It returns why production refuses it, if it does.
func produce(t *testing.T, r *row) (refused string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &enginetest.Probe{}
		first := &firstFailure{p: p}
		o := live.Options{Observer: first, Logger: slog.New(slog.DiscardHandler), Inbox: r.Config.Inbox, Inboxes: map[string]live.Inbox{"test": {}}}
		maps.Copy(o.Inboxes, r.Config.Inboxes)
		s, err := live.New(o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Go("test", func(c *ravel.Context) { r.Body(p, c) }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if r.AtEnd != nil && first.outcome == "" {
			r.AtEnd(p)
		}
		got := first.String()
		over, cancel := context.WithTimeout(t.Context(), time.Second) // who waits for room may do so for ever
		defer cancel()
		_ = s.Stop(over)
		if strings.Contains(first.text, "in production") || strings.Contains(first.text, "only a test can tell") {
			refused = first.text
			return
		}
		wants := slices.Concat(r.Want, between[r.Name])
		if !slices.ContainsFunc(wants, func(want string) bool { return ends.ReplaceAllString(want, "") == got }) {
			t.Errorf("%q is none of %q: %s", got, wants, first.text)
		}
	})
	return refused
}

// firstFailure notes what had been seen when a machine failed or a monitor was violated for the first time.
type firstFailure struct {
	live.NoObserver
	p       *enginetest.Probe
	mu      sync.Mutex
	outcome string
	text    string
}

func (f *firstFailure) fails(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.outcome == "" {
		f.outcome, f.text = enginetest.Outcome(f.p, engine.Outcome{Err: err}), err.Error()
	}
}

func (f *firstFailure) Failed(x live.Failed)         { f.fails(x.Err) }
func (f *firstFailure) Violated(_ string, err error) { f.fails(err) }
func (f *firstFailure) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.outcome != "" {
		return f.outcome
	}
	return enginetest.Outcome(f.p, engine.Outcome{})
}
