package trace_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/trace"
)

// closure is the happens-before order of a trace in another way: the transitive closure of its edges.
func closure(t testing.TB, tr *trace.Trace, o *trace.Order) [][]bool {
	t.Helper()
	before := make([][]bool, len(tr.Events)) // before[j][i]: i before j
	last := map[int]int{}
	for j := range tr.Events {
		before[j] = make([]bool, len(tr.Events))
		direct := slices.Clone(tr.Events[j].After)
		if i, ok := last[o.Lane(j)]; ok {
			direct = append(direct, i)
		}
		last[o.Lane(j)] = j
		for _, i := range direct {
			before[j][i] = true
			for k, is := range before[i] {
				before[j][k] = before[j][k] || is
			}
		}
	}
	return before
}

// checkOrder compares the vector clocks with the closure.
func checkOrder(t testing.TB, tr *trace.Trace) {
	t.Helper()
	if len(tr.Events) > 300 {
		return // the closure takes cubic time
	}
	o := trace.NewOrder(tr)
	if !reflect.DeepEqual(o.Lanes(), trace.Lanes(tr)) {
		t.Fatalf("lanes %v and %v", o.Lanes(), trace.Lanes(tr))
	}
	want := closure(t, tr, o)
	for j := range tr.Events {
		var past, future []int
		clock := make([]int, len(o.Lanes()))
		clock[o.Lane(j)]++
		for i := range tr.Events {
			if got := o.Before(i, j); got != want[j][i] {
				t.Fatalf("event %d before event %d: %v, want %v", i, j, got, want[j][i])
			}
			if want[j][i] {
				past = append(past, i)
				clock[o.Lane(i)]++
			}
			if want[i][j] {
				future = append(future, i)
			}
		}
		if !slices.Equal(o.Past(j), past) || !slices.Equal(o.Future(j), future) || !slices.Equal(o.Clock(j), clock) {
			t.Fatalf("event %d: past %v, want %v; future %v, want %v; clock %v, want %v",
				j, o.Past(j), past, o.Future(j), future, o.Clock(j), clock)
		}
	}
}

func TestOrderIsTheClosureOfItsEdges(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		checkOrder(t, randomTrace(r))
	}
}

func TestOrder(t *testing.T) {
	tr := &trace.Trace{Events: []trace.Event{
		{Kind: trace.Began, Who: "A", Type: "Asker"},                           // 0
		{Kind: trace.Began, Who: "B"},                                          // 1
		{Kind: trace.Sent, Who: "A", Peer: "B"},                                // 2
		{Kind: trace.Sent, Who: "A", Peer: "C"},                                // 3
		{Kind: trace.Took, Who: "B", Peer: "A", After: []int{2}},               // 4
		{Kind: trace.Heard, Who: "M", Peer: "B", After: []int{4}},              // 5
		{Kind: trace.Chose, Who: "A"},                                          // 6
		{Kind: trace.Woken, Who: "g3", Peer: "B"},                              // 7: by B
		{Kind: trace.Did, Who: "g3", Type: "Lock", Peer: "x", After: []int{7}}, // 8
	}}
	o := trace.NewOrder(tr)
	for _, c := range []struct {
		i, j int
		want bool
	}{
		{0, 2, true}, {2, 4, true}, {0, 4, true}, {0, 5, true}, {1, 5, true}, {4, 7, true}, {0, 8, true}, {5, 8, false},
		{3, 4, false}, {4, 3, false}, {6, 4, false}, {4, 6, false}, {5, 7, false}, {4, 4, false}, {4, 2, false},
	} {
		if got := o.Before(c.i, c.j); got != c.want {
			t.Errorf("event %d before event %d: %v", c.i, c.j, got)
		}
	}
	if got := o.Past(5); !slices.Equal(got, []int{0, 1, 2, 4}) {
		t.Errorf("past %v", got)
	}
	if got := o.Future(2); !slices.Equal(got, []int{3, 4, 5, 6, 7, 8}) {
		t.Errorf("future %v", got)
	}
	if got := fmt.Sprint(o.Lanes()); got != "[{A machine Asker} {B machine B} {C machine C} {M monitor M} {g3 goroutine }]" {
		t.Error(got)
	}
}

func TestLanes(t *testing.T) {
	tr := &trace.Trace{Events: []trace.Event{
		{Kind: trace.Began, Who: "test"},
		{Kind: trace.Moved, Who: "Safety", To: "Watching"},
		{Kind: trace.Moved, Who: "Repair", To: "Repairing", Hot: true},
		{Kind: trace.Created, Who: "test", Peer: "Server#2"},
		{Kind: trace.Wrote, Who: "Server#2", Peer: "disk"},
		{Kind: trace.Spawned, Who: "test", Peer: "g1 (a.go:7)"},
		{Kind: trace.Did, Who: "g2", Type: "yield"},
		{Kind: trace.Ticked},
		{Kind: trace.Woken, Who: "g1 (a.go:7)"},
		{Kind: trace.Failed},
		{Kind: trace.Heard, Who: "Safety", Peer: "Server#2"},
	}}
	want := []trace.Lane{
		{"test", trace.TestLane, ""}, {"Safety", trace.MonitorLane, "Safety"}, {"Repair", trace.MonitorLane, "Repair"},
		{"Server#2", trace.MachineLane, "Server"}, {"disk", trace.ModelLane, ""}, {"g1 (a.go:7)", trace.GoroutineLane, ""},
		{"g2", trace.GoroutineLane, ""}, {"clock", trace.ClockLane, ""},
	}
	if got := trace.Lanes(tr); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// An order that its trace spoils orders what it can.
func TestOrderDisregardsWhatIsNoEarlierEvent(t *testing.T) {
	tr := &trace.Trace{Events: []trace.Event{
		{Kind: trace.Began, Who: "A", After: []int{-1, 0, 7}}, {Kind: trace.Began, Who: "B", After: []int{0, 1, 9}},
	}}
	if o := trace.NewOrder(tr); !o.Before(0, 1) || o.Before(1, 0) {
		t.Error("A is not before B")
	}
}
