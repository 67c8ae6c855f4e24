package trace_test

import (
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/trace"
)

// TestReasons shows how failures are explained.
func TestReasons(t *testing.T) {
	for _, p := range reasons {
		t.Run(p.name, func(t *testing.T) {
			text := record(t, p).Text(trace.TextOptions{More: more})
			golden(t, "run-"+p.name+".txt", text)
			for line := range strings.Lines(text) {
				if len([]rune(line)) > 81 {
					t.Errorf("wider than 80 columns: %q", line)
				}
			}
		})
	}
}

// What nobody knows is not told: an execution that was not recorded, an error that is no failure, a machine that has taken
// nothing.
func TestUnexplained(t *testing.T) {
	trace.Explain(nil, []trace.Event{{Kind: trace.Began, Who: "a"}})
	v := &failure.MonitorViolation{Site: failure.Site{Machine: "M"}}
	trace.Explain(v, nil)
	if v.Heard != nil {
		t.Errorf("heard %+v", v.Heard)
	}
	a := &failure.Assertion{Site: failure.Site{Machine: "a"}}
	trace.Explain(a, []trace.Event{{Step: 1, Kind: trace.Took, Who: "a", Type: "E", Peer: "b"}, {Step: 2, Kind: trace.Began, Who: "a"}})
	if a.Handling != nil {
		t.Errorf("handling what it took before it was restarted: %+v", a.Handling)
	}
}

// A monitor that has heard much keeps the last of it, and the last states.
func TestHeardIsBounded(t *testing.T) {
	var events []trace.Event
	for i := range 100 {
		step := i + 1
		events = append(events, trace.Event{Step: step, Kind: trace.Heard, Who: "M", Type: "p.E", Peer: "a"},
			trace.Event{Step: step, Kind: trace.Moved, Who: "M", From: "X", To: "Y"})
	}
	v := &failure.MonitorViolation{Site: failure.Site{Machine: "M", Step: 100}}
	trace.Explain(v, events)
	h := v.Heard
	if h.All != 100 || len(h.Last) != failure.MostHeard || h.Last[len(h.Last)-1].Step != 100 || len(h.Path) != failure.MostPath || !h.Longer {
		t.Errorf("%+v", h)
	}
}
