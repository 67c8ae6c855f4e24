package gocontrol

import (
	"maps"
	"slices"
	"testing"
)

func TestHopeless(t *testing.T) {
	for _, c := range []struct {
		name, points, left string
		want               []int
	}{
		{"locks in a cycle, who waits for one of them, and who goes on", "1 Lock 1; 2 Lock 2; 1 Lock 2; 2 Lock 1; 3 Lock 1; 4 receive 5; 5 sleep",
			"1 sync.Mutex.Lock; 2 sync.Mutex.Lock; 3 sync.Mutex.Lock; 4 chan receive; 5 sleep", []int{1, 2, 3}},
		{"locks in order", "1 Lock 1; 1 Lock 2; 1 sleep; 2 Lock 1", "1 sleep; 2 sync.Mutex.Lock", nil},
		{"its own lock", "1 Lock 1; 1 Lock 1; 2 sleep", "1 sync.Mutex.Lock; 2 sleep", []int{1}},
		{"a nil channel, and a select without cases", "1 sleep", "1 sleep; 2 chan receive (nil chan); 3 select (no cases); 4 chan send (nil chan) (durable)", []int{2, 3, 4}},
		{"a lock that is held at a nil channel", "1 Lock 1; 1 receive; 2 Lock 1", "1 chan receive (nil chan); 2 sync.Mutex.Lock", []int{1, 2}},
		{"channels in a cycle", "1 send 1; 2 receive 1; 2 send 2; 1 receive 2; 1 receive 1; 2 receive 2", "1 chan receive; 2 chan receive", nil},
		{"a signal that is missed", "1 Cond.Signal 1; 0 Lock 2; 1 yield; 0 Cond.Wait 1", "0 sync.Cond.Wait; 1 sleep", nil},
		{"one of the holds is a guess", "1 TryLock 1; 2 Lock 2; 1 Lock 2; 2 Lock 1", "1 sync.Mutex.Lock; 2 sync.Mutex.Lock", nil},
		{"readers and a writer", "1 RLock 1; 2 Lock 2; 1 Lock 2; 2 Lock 1", "1 sync.Mutex.Lock; 2 sync.RWMutex.Lock", []int{1, 2}},
		{"who has exited with a lock", "1 yield; 1 Lock 1; 0 Lock 1", "0 sync.Mutex.Lock", nil},
	} {
		points := parsePoints(t, c.points)
		e := Explain(History{Points: points, Left: parseLeft(points, c.left)})
		if got := slices.Sorted(maps.Keys(e.Hopeless())); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v\n%s", c.name, got, c.want, show(e))
		}
	}
}

func TestWaitsForLock(t *testing.T) {
	for state, want := range map[string][2]bool{
		"sync.Mutex.Lock": {true, false}, "sync.RWMutex.RLock": {true, false}, "sync.RWMutex.Lock": {true, false}, "chan receive": {},
		"chan receive (nil chan)": {false, true}, "select (no cases)": {false, true}, "select": {}, "runnable": {}, "sync.WaitGroup.Wait (durable)": {},
	} {
		if got := [2]bool{WaitsForLock(state), WaitsForNobody(state)}; got != want {
			t.Errorf("%s: %v, want %v", state, got, want)
		}
	}
}

func TestLastUse(t *testing.T) {
	for points, want := range map[string]int{
		"1 send 1; 2 send 1; 0 receive 1": 2, "1 send 1; 0 receive 1; 2 close 2": 1, "0 receive 1; 0 receive 1": 0, "1 Lock 1; 0 Lock 1": 0,
	} {
		list := parsePoints(t, points)
		state := "0 chan receive"
		if list[0].Kind == Lock {
			state = "0 sync.Mutex.Lock"
		}
		g := Explain(History{Points: list, Left: parseLeft(list, state)}).Goroutines(Telling{})[0]
		if u := g.Wait.Last; u.Step != want || (u.Doing == "send") != (want > 0) || want > 0 && u.Place.Line != want {
			t.Errorf("%s: %+v", points, u)
		}
	}
}
