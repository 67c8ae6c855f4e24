package trial

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

// Reaction returns what a machine does with an event, which is a cell of the table of its states: "defer", "ignore",
// "fail" if it does not expect it, or what it sends and, behind ->, the state to which it goes. The function start creates
// the machine, and says which events bring it into its state, with the one in question as the last. The test sends them
// one by one, when all is at rest. Word says how something sent is told.
func Reaction(t testing.TB, machine string, start func(*check.T) (ravel.ID, []any), word func(*trace.Event) string) string {
	t.Helper()
	r, err := check.Explore(t.Name(), check.Config{Strategy: "nonpreemptive", Schedules: 1, NoShrink: true}, func(t *check.T) {
		id, events := start(t)
		for _, e := range events {
			t.Wait()
			t.Send(id, e)
		}
		t.Wait()
		t.Fatal("shown") // only executions that fail have a trace
	})
	if err != nil {
		t.Fatal(err)
	}
	f := r.Failure
	if f == nil || f.Trace == nil {
		t.Fatal("the machine was not shown: ", r.Summary())
	}
	did, took := reaction(f.Trace.Events, machine, word)
	switch kind := failure.Of(f.Err).Kind(); {
	case did == "ignore":
	case kind == failure.KindUnhandled || kind == failure.KindAssertion:
		return "fail"
	case kind != failure.KindTest:
		t.Fatal(f.Err)
	case !took:
		return "defer"
	}
	return did
}

// reaction reads a trace from the last event that the test has sent. Took says whether the machine has taken it.
func reaction(events []trace.Event, machine string, word func(*trace.Event) string) (did string, took bool) {
	from := 0
	for i, e := range events {
		if e.Kind == trace.Sent && e.Who != machine {
			from = i
		}
	}
	moved := ""
	for i := range events[from:] {
		e := &events[from+i]
		if e.Who != machine {
			continue
		}
		switch e.Kind {
		case trace.Took:
			took = true
		case trace.Dropped:
			return "ignore", false
		case trace.Sent:
			did += word(e) + " "
		case trace.Moved:
			moved = "-> " + e.To
		}
	}
	return strings.TrimSpace(did + moved), took
}
