package strategytest

import (
	"reflect"
	"testing"

	"github.com/ravelgo/ravel/strategy"
)

// executions is how many executions of each program Check runs.
const executions = 60

// Check tests a strategy against the contract of strategy.Strategy on programs; without any, on Programs. factory returns
// a new strategy at each call. It tests that
//   - indices and values are in range, and what a call lends is neither changed nor used after it;
//   - an execution depends on its strategy.Execution alone, and on the lessons of earlier rounds for one that learns:
//     run in reverse order within each round, by another value of the strategy, all are the same; or, for an exhaustive
//     strategy, that none comes twice and that Start stays false at the end;
//   - recorded executions replay strictly, and guided by names, into themselves.
func Check(t testing.TB, factory func() strategy.Strategy, programs ...Program) {
	t.Helper()
	if len(programs) == 0 {
		programs = Programs()
	}
	for _, p := range programs {
		for _, first := range []bool{false, true} {
			sim := NewSimulator(t, p)
			sim.ExecutedFirst = first
			traces := record(t, sim, factory)
			for k, tr := range traces {
				again(t, sim, tr, k)
			}
		}
	}
}

// record runs the executions and returns their traces.
func record(t testing.TB, sim *Simulator, factory func() strategy.Strategy) []*Trace {
	t.Helper()
	s := factory()
	e := strategy.Execution{Seed: 1, Length: 12, Ops: len(sim.program.Threads), MaxSteps: 200}
	if !strategy.PropertiesOf(s).Exhaustive {
		return inRounds(t, sim, s, factory(), e)
	}
	var traces []*Trace
	n := sim.Explore(s, e, executions, func(tr *Trace) { traces = append(traces, tr.Clone()) })
	seen := map[string]int{}
	for k, tr := range traces {
		if before, ok := seen[tr.Key()]; ok {
			t.Errorf("%s: executions %d and %d are the same: %s", sim.program.Name, before, k, tr.Key())
		}
		seen[tr.Key()] = k
	}
	if n < executions && (s.Start(e) || s.Start(e)) {
		t.Errorf("%s: Start returned true after it had returned false", sim.program.Name)
	}
	return traces
}

// again replays a trace in both ways.
func again(t testing.TB, sim *Simulator, tr *Trace, k int) {
	t.Helper()
	e := strategy.Execution{MaxSteps: 200}
	if tr.Result.Bounded {
		e.MaxSteps = tr.Result.Steps
	}
	replay := strategy.NewReplay(tr.Choices)
	if got := sim.Run(replay, e); replay.Err() != nil || !same(got, tr) {
		t.Errorf("%s: execution %d does not replay: %v\n got %s\nwant %s", sim.program.Name, k, replay.Err(), got.Key(), tr.Key())
	}
	guided := strategy.NewGuided(tr.Named)
	if got := sim.Run(guided, e); guided.Stale() != nil || !same(got, tr) {
		t.Errorf("%s: execution %d does not follow its names: %v\n got %s\nwant %s", sim.program.Name, k, guided.Stale(), got.Key(), tr.Key())
	}
}

func same(a, b *Trace) bool {
	return a.Key() == b.Key() && reflect.DeepEqual(a.Choices, b.Choices) && reflect.DeepEqual(a.Named, b.Named)
}

// Programs returns small programs that together use everything the simulator has.
func Programs() []Program {
	return []Program{
		{Name: "writes", Threads: []Thread{{W(0), W(1)}, {W(1), W(0)}, {R(0), R(1)}}},
		{Name: "locks", Threads: []Thread{
			{Lock(0), Lock(1), W(0), Unlock(1), Unlock(0)},
			{Lock(1), Lock(0), W(0), Unlock(0), Unlock(1)},
		}},
		{Name: "waits", Threads: []Thread{{Wait(0), W(0)}, {Signal(0), W(0), W(1)}, {W(1)}}},
		{Name: "births", Threads: []Thread{
			{Local(), Spawn(2), Signal(0)}, {Wait(0), Spawn(3), W(0)}, {W(0), Local()}, {W(0), R(1)},
		}},
		{Name: "values", Threads: []Thread{{Choose(3), Joined(Local()), W(0)}, {Flip(), W(0)}}},
		{Name: "faults", Threads: []Thread{{Local(), W(0), Choose(2)}, {W(0), Local()}},
			Budgets: []Budget{{Units: 1, Stops: []int{0, 1}}, {Units: 2, Stops: []int{-1}}}},
		{Name: "endless", Threads: []Thread{{W(0), Back()}, {Local(), Back()}, {W(0), W(1)}}},
	}
}
