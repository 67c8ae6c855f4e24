package bars_test

import (
	"testing"

	"github.com/ravelgo/ravel/internal/bars"
)

// Partial order reduction runs about one execution for each trace, never fewer than there are.
func TestTraces(t *testing.T) {
	want := map[string]uint64{"model 2x3": 20, "machine 2x5": 252, "model 3x2": 90, "machine 3x3": 1680, "model 4x2": 2520}
	for _, p := range bars.CounterPrograms() {
		got, err := p.Search("dpor", 0)
		if err != nil {
			t.Fatal(err)
		}
		traces := p.Traces()
		if n, known := want[p.String()]; known && n != traces {
			t.Errorf("%v: %d traces, want %d", p, traces, n)
		}
		t.Logf("%v: %d traces, %d executions, %d of them blocked", p, traces, got.Executions, got.Blocked)
		if complete := got.Executions - got.Blocked; complete < traces || got.Executions*5 > traces*6 {
			t.Errorf("%v: %d executions, %d of them blocked, for %d traces", p, got.Executions, got.Blocked, traces)
		}
	}
}

// The enumeration of all schedules is stopped where it should be, and counts what there is otherwise.
func TestTracesOfAllSchedules(t *testing.T) {
	p := bars.Counters{Program: "model", Threads: 2, Increments: 1}
	all, err := p.Search("dfs", 0)
	if err != nil || all.Capped || all.Executions <= p.Traces() {
		t.Errorf("%+v %v", all, err)
	}
	capped, err := p.Search("dfs", all.Executions-1)
	if err != nil || !capped.Capped || capped.Executions != all.Executions-1 {
		t.Errorf("%+v %v", capped, err)
	}
	if _, err := p.Search("random", 10); err == nil {
		t.Error("random was taken for a search")
	}
}
