package gocontrol

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// parsePoints reads points such as "0 Lock 1": goroutine, kind, object. "@" and a line put a point elsewhere than in the
// line of its number.
func parsePoints(t testing.TB, text string) (points []Point) {
	t.Helper()
	for part := range strings.SplitSeq(text, ";") {
		f := strings.Fields(part)
		if len(f) == 0 {
			continue
		}
		p := Point{Position: Frame{"prog.f", "/src/prog.go", len(points) + 1}}
		if n := len(f) - 1; f[n][0] == '@' {
			fmt.Sscan(f[n][1:], &p.Position.Line)
			f = f[:n]
		}
		k := slices.Index(kindNames[:], strings.ReplaceAll(f[1], "_", " "))
		if k < 0 {
			t.Fatalf("%q is no kind", f[1])
		}
		p.Kind = Kind(k)
		fmt.Sscan(f[0], &p.Goroutine)
		if len(f) > 2 {
			fmt.Sscan(f[2], &p.Object)
		}
		points = append(points, p)
	}
	return points
}

// parseLeft reads goroutines such as "1 sync.Mutex.Lock".
func parseLeft(points []Point, text string) (left []Goroutine) {
	for part := range strings.SplitSeq(text, ";") {
		id, state, ok := strings.Cut(strings.TrimSpace(part), " ")
		if !ok {
			continue
		}
		g := Goroutine{State: state}
		fmt.Sscan(id, &g.ID)
		g.Created = Frame{"prog.main", "/src/prog.go", 100 + g.ID}
		for _, p := range points {
			if p.Goroutine == g.ID {
				g.Kind = p.Kind
			}
		}
		left = append(left, g)
	}
	return left
}

// show puts an explanation into short words.
func show(e *Explanation) string {
	var parts []string
	for _, w := range e.Waits {
		s := fmt.Sprintf("%d %v %d at %d", w.ID, w.Kind, w.Object, w.Point)
		if len(w.For) > 0 {
			s += fmt.Sprint(" for ", w.For)
		}
		if w.Held {
			s += " held"
		}
		if w.Reason != NoReason {
			s += fmt.Sprintf(" reason %d", w.Reason)
		}
		if w.Past >= 0 {
			s += fmt.Sprintf(" past %d", w.Past)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ") + fmt.Sprintf(" | cycle %v", e.Cycle)
}

func showHolds(e *Explanation) string {
	var parts []string
	for id := range 20 {
		for _, h := range e.Holds[id] {
			s := fmt.Sprintf("%d has %d at %d", id, h.Object, h.Point)
			if h.Read {
				s += " read"
			}
			if h.Tried {
				s += " tried"
			}
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "; ")
}

func TestExplain(t *testing.T) {
	// Goroutine g was created by goroutine 0, as its (g-1)-th.
	origin := func(id int) (int, int, bool) { return 0, id - 1, id > 0 }
	const locked, rlocked, wlocked = "sync.Mutex.Lock", "sync.RWMutex.RLock", "sync.RWMutex.Lock"
	for _, c := range []struct{ name, points, left, waits, holds string }{
		{"lock order",
			"0 go; 0 go; 0 WaitGroup.Wait 1; 1 Lock 2; 2 Lock 3; 1 Lock 3; 2 Lock 2",
			"0 sync.WaitGroup.Wait (durable); 1 " + locked + "; 2 " + locked,
			"0 WaitGroup.Wait 1 at 2 reason 4; 1 Lock 3 at 5 for [2] held; 2 Lock 2 at 6 for [1] held | cycle [1 2]",
			"1 has 2 at 3; 2 has 3 at 4"},
		{"the body waits for the WaitGroup that two in a cycle owe a Done",
			"0 WaitGroup.Add 1; 0 go; 0 go; 0 WaitGroup.Wait 1; 1 Lock 2; 2 Lock 3; 1 Lock 3; 2 Lock 2",
			"0 sync.WaitGroup.Wait; 1 " + locked + "; 2 " + locked,
			"0 WaitGroup.Wait 1 at 3 for [1 2]; 1 Lock 3 at 6 for [2] held; 2 Lock 2 at 7 for [1] held | cycle [1 2]",
			"1 has 2 at 4; 2 has 3 at 5"},
		{"three philosophers",
			"1 Lock 1; 2 Lock 2; 3 Lock 3; 1 Lock 2; 2 Lock 3; 3 Lock 1",
			"1 " + locked + "; 2 " + locked + "; 3 " + locked,
			"1 Lock 2 at 3 for [2] held; 2 Lock 3 at 4 for [3] held; 3 Lock 1 at 5 for [1] held | cycle [1 2 3]",
			"1 has 1 at 0; 2 has 2 at 1; 3 has 3 at 2"},
		{"a Mutex locked twice", "0 Lock 1; 0 Lock 1", "0 " + locked,
			"0 Lock 1 at 1 for [0] held | cycle [0]", "0 has 1 at 0"},
		{"a read lock taken again while a writer waits",
			"1 RLock 1; 2 Lock 1; 1 RLock 1",
			"1 " + rlocked + "; 2 " + wlocked,
			"1 RLock 1 at 2 for [2] reason 7; 2 Lock 1 at 1 for [1] held | cycle [1 2]",
			"1 has 1 at 0 read"},
		{"a second writer waits for the first",
			"1 RLock 1; 2 Lock 1; 3 Lock 1; 1 receive 2",
			"1 chan receive; 2 " + wlocked + "; 3 " + locked,
			"1 receive 2 at 3 reason 4; 2 Lock 1 at 1 for [1] held; 3 Lock 1 at 2 for [2] reason 7 | cycle []",
			"1 has 1 at 0 read"},
		{"upgrade of a read lock", "1 RLock 1; 1 Lock 1", "1 " + wlocked,
			"1 Lock 1 at 1 for [1] held | cycle [1]", "1 has 1 at 0 read"},
		{"two readers upgrade", "1 RLock 1; 2 RLock 1; 1 Lock 1; 2 Lock 1", "1 " + wlocked + "; 2 " + locked,
			"1 Lock 1 at 2 for [1 2] held; 2 Lock 1 at 3 for [1] reason 7 | cycle [1]",
			"1 has 1 at 0 read; 2 has 1 at 1 read"},
		{"a reader below its own write lock", "1 Lock 1; 1 RLock 1", "1 " + rlocked,
			"1 RLock 1 at 1 for [1] held | cycle [1]", "1 has 1 at 0"},
		{"a send without a receiver", "0 go; 1 send 1; 0 send 2", "0 chan send; 1 chan send",
			"0 send 2 at 2 reason 4; 1 send 1 at 1 reason 4 | cycle []", ""},
		{"a lone receiver", "0 receive 1", "0 chan receive (durable)", "0 receive 1 at 0 reason 3 | cycle []", ""},
		{"a nil channel", "0 receive; 1 send", "0 chan receive (nil chan); 1 chan send (nil chan)",
			"0 receive 0 at 0 reason 1; 1 send 0 at 1 reason 1 | cycle []", ""},
		{"a select without cases and one with", "0 yield; 1 select", "0 select (no cases); 1 select (durable)",
			"0 select 0 at -1 reason 2; 1 select 0 at 1 reason 9 | cycle []", ""},
		{"a WaitGroup that nobody is left to finish", "0 WaitGroup.Add 1; 0 go; 0 WaitGroup.Wait 1; 1 yield", "0 sync.WaitGroup.Wait",
			"0 WaitGroup.Wait 1 at 2 reason 3 | cycle []", ""},
		{"a goroutine that waits for its own Done", "0 WaitGroup.Add 1; 0 go; 1 WaitGroup.Wait 1; 0 WaitGroup.Wait 1",
			"0 sync.WaitGroup.Wait; 1 sync.WaitGroup.Wait", "0 WaitGroup.Wait 1 at 3 for [1]; 1 WaitGroup.Wait 1 at 2 for [1] | cycle [1]", ""},
		{"who has called Done owes none",
			"0 WaitGroup.Add 1; 0 go; 0 go; 1 WaitGroup.Add 1; 0 WaitGroup.Wait 1; 1 receive 2; 2 receive 3",
			"0 sync.WaitGroup.Wait; 1 chan receive; 2 chan receive",
			"0 WaitGroup.Wait 1 at 4 for [2]; 1 receive 2 at 5 reason 4; 2 receive 3 at 6 reason 4 | cycle []", ""},
		{"results that are not read before the wait",
			"0 WaitGroup.Add 1; 0 go; 0 receive 2; 1 send 2; 1 send 2; 0 WaitGroup.Wait 1",
			"0 sync.WaitGroup.Wait; 1 chan send",
			"0 WaitGroup.Wait 1 at 5 for [1]; 1 send 2 at 4 for [0] | cycle [0 1]", ""},
		{"a signal that comes too early",
			"1 Cond.Signal 1; 0 Lock 2; 1 yield; 0 Cond.Wait 1",
			"0 sync.Cond.Wait", "0 Cond.Wait 1 at 3 reason 8 past 0 | cycle []", ""},
		{"a signal between the point and the wait",
			"0 Lock 2; 0 Cond.Wait 1; 1 Cond.Signal 1; 1 receive 3",
			"0 sync.Cond.Wait; 1 chan receive", "0 Cond.Wait 1 at 1 for [1] reason 8 past 2; 1 receive 3 at 3 reason 4 | cycle []", ""},
		{"the signal may have woken another one",
			"2 Lock 2; 2 Cond.Wait 1; 0 Lock 2; 0 Cond.Wait 1; 1 Cond.Signal 1; 1 receive 3; 2 Unlock 2",
			"0 sync.Cond.Wait; 1 chan receive", "0 Cond.Wait 1 at 3 for [1]; 1 receive 3 at 5 reason 4 | cycle []", ""},
		{"a broadcast between the point and the wait",
			"2 Lock 2; 2 Cond.Wait 1; 0 Lock 2; 0 Cond.Wait 1; 1 Cond.Broadcast 1; 1 receive 3; 2 Unlock 2",
			"0 sync.Cond.Wait; 1 chan receive", "0 Cond.Wait 1 at 3 for [1] reason 8 past 4; 1 receive 3 at 5 reason 4 | cycle []", ""},
		{"a signal that has not been given", "0 Lock 2; 0 Cond.Wait 1; 1 Cond.Signal 1", "0 sync.Cond.Wait; 1 runnable",
			"0 Cond.Wait 1 at 1 for [1]; 1 none 0 at -1 | cycle []", ""},
		{"never signalled", "0 Lock 2; 0 Cond.Wait 1", "0 sync.Cond.Wait",
			"0 Cond.Wait 1 at 1 reason 3 | cycle []", ""},
		{"woken, and waits for the lock that it had",
			"0 Lock 2; 0 Cond.Wait 1; 1 Lock 2; 1 Cond.Signal 1; 1 receive 3",
			"0 " + locked + "; 1 chan receive", "0 Lock 2 at 1 for [1] held; 1 receive 3 at 4 reason 4 | cycle []", "1 has 2 at 2"},
		{"has the lock again after the wait",
			"0 Lock 4; 0 Lock 2; 0 Cond.Wait 1; 1 Lock 2; 1 Cond.Signal 1; 1 Unlock 2; 0 receive 3; 1 Lock 2",
			"0 chan receive; 1 " + locked, "0 receive 3 at 6 reason 4; 1 Lock 2 at 7 for [0] held | cycle []", "0 has 4 at 0; 0 has 2 at 2"},
		{"which lock a Cond has is what all have who wait for it",
			"1 Lock 2; 1 Cond.Wait 1; 0 Lock 2; 0 Lock 4; 0 Cond.Wait 1",
			"0 sync.Cond.Wait; 1 sync.Cond.Wait", "0 Cond.Wait 1 at 4 reason 4; 1 Cond.Wait 1 at 1 reason 4 | cycle []", "0 has 4 at 3"},
		{"a Cond on the read side of an RWMutex", "0 RLock 2; 0 Cond.Wait 1; 1 Lock 2; 1 Cond.Signal 1; 1 receive 3",
			"0 " + rlocked + "; 1 chan receive", "0 RLock 2 at 1 for [1] held; 1 receive 3 at 4 reason 4 | cycle []", "1 has 2 at 2"},
		{"a Cond whose lock has no points", "0 Cond.Wait 1; 1 Lock 2; 1 receive 3", "0 " + locked + "; 1 chan receive",
			"0 Lock 0 at 0; 1 receive 3 at 2 reason 4 | cycle []", "1 has 2 at 1"},
		{"a send with a lock held to who needs the lock",
			"1 receive 1; 0 send 1; 0 Lock 2; 1 Lock 2; 0 send 1",
			"0 chan send; 1 " + locked,
			"0 send 1 at 4 for [1]; 1 Lock 2 at 3 for [0] held | cycle [0 1]", "0 has 2 at 2"},
		{"an Unlock that has not been done", "0 Lock 1; 0 Unlock 1; 1 Lock 1", "0 runnable; 1 " + locked,
			"0 none 0 at -1; 1 Lock 1 at 2 for [0] held | cycle []", "0 has 1 at 0"},
		{"exited with the lock held", "1 yield; 1 Lock 1; 0 Lock 1", "0 " + locked, "0 Lock 1 at 2 reason 5 past 1 | cycle []", "1 has 1 at 1"},
		{"exited after Unlock", "1 Lock 1; 1 Unlock 1; 0 Lock 1; 0 receive 2", "0 chan receive", "0 receive 2 at 3 reason 3 | cycle []", "0 has 1 at 2"},
		{"unlocked by another", "1 Lock 1; 1 receive 2; 0 Unlock 1; 0 Lock 1; 0 receive 2",
			"0 chan receive; 1 chan receive", "0 receive 2 at 4 reason 4; 1 receive 2 at 1 reason 4 | cycle []", "0 has 1 at 3"},
		{"unlocked by another that exited", "1 Lock 1; 1 receive 2; 2 Unlock 1; 0 Lock 1; 0 receive 2",
			"0 chan receive; 1 chan receive", "0 receive 2 at 4 reason 4; 1 receive 2 at 1 reason 4 | cycle []", "0 has 1 at 3"},
		{"locked by one that exited, unlocked by another", "1 Lock 1; 0 Unlock 1; 0 receive 2", "0 chan receive", "0 receive 2 at 2 reason 3 | cycle []", ""},
		{"TryLock of a free mutex", "0 TryLock 1; 0 receive 2; 1 Lock 1", "0 chan receive; 1 " + locked,
			"0 receive 2 at 1 reason 4; 1 Lock 1 at 2 for [0] held | cycle []", "0 has 1 at 0 tried"},
		{"TryLock of a held mutex", "1 Lock 1; 1 receive 2; 0 TryLock 1; 0 receive 2", "0 chan receive; 1 chan receive",
			"0 receive 2 at 3 reason 4; 1 receive 2 at 1 reason 4 | cycle []", "1 has 1 at 0"},
		{"TryLock of a mutex whose holder stands before the Unlock", "1 Lock 1; 1 Unlock 1; 0 TryLock 1; 0 receive 2", "0 chan receive; 1 runnable",
			"0 receive 2 at 3 reason 4; 1 none 0 at -1 | cycle []", "1 has 1 at 0"},
		{"a TryRLock that an RUnlock follows has succeeded, so a TryLock before has not",
			"2 RLock 1; 1 TryLock 1; 1 receive 3; 0 TryRLock 1; 0 RUnlock 1; 0 receive 2", "0 chan receive; 1 chan receive",
			"0 receive 2 at 5 reason 4; 1 receive 3 at 2 reason 4 | cycle []", "2 has 1 at 0 read"},
		{"a TryLock that an Unlock follows has succeeded, so another one before has not",
			"2 Lock 1; 2 Unlock 1; 1 TryLock 1; 1 receive 3; 0 TryLock 1; 0 Unlock 1; 0 receive 2", "0 chan receive; 1 chan receive",
			"0 receive 2 at 6 reason 4; 1 receive 3 at 3 reason 4 | cycle []", ""},
		{"TryLock as the last operation", "1 TryLock 1; 0 Lock 1", "0 " + locked, "0 Lock 1 at 1 reason 5 past 0 | cycle []", "1 has 1 at 0 tried"},
		{"TryLock of an RWMutex that has a reader", "1 RLock 1; 1 receive 2; 0 TryLock 1; 0 receive 2",
			"0 chan receive; 1 chan receive", "0 receive 2 at 3 reason 4; 1 receive 2 at 1 reason 4 | cycle []", "1 has 1 at 0 read"},
		{"locked before", "0 Lock 1", "0 " + locked, "0 Lock 1 at 0 reason 6 | cycle []", ""},
		{"objects that are not known", "0 Lock; 1 Lock; 0 receive; 1 RLock; 1 Lock", "0 chan receive; 1 " + locked,
			"0 receive 0 at 2; 1 Lock 0 at 4 | cycle []", ""},
		{"the network", "0 yield", "0 IO wait", "0 none 0 at -1 reason 11 | cycle []", ""},
		{"asleep", "0 sleep", "0 sleep", "0 sleep 0 at 0 reason 10 | cycle []", ""},
		{"not started", "0 go", "1 runnable", "1 none 0 at -1 reason 12 | cycle []", ""},
		{"nothing", "", "", " | cycle []", ""},
	} {
		points := parsePoints(t, c.points)
		h := History{Points: points, Left: parseLeft(points, c.left), Origin: origin}
		e := Explain(h)
		if got := show(e); got != c.waits {
			t.Errorf("%s:\n%s, want\n%s", c.name, got, c.waits)
		}
		if got := showHolds(e); got != c.holds {
			t.Errorf("%s: %s, want %s", c.name, got, c.holds)
		}
		if again := Explain(h); show(again) != show(e) || !reflect.DeepEqual(again.Holds, e.Holds) {
			t.Errorf("%s: another run explains otherwise", c.name)
		}
	}
}

func TestShortestCycle(t *testing.T) {
	for _, c := range []struct {
		name  string
		waits []Waiting
		want  []int
	}{
		{"none", []Waiting{{ID: 1, For: []int{2}, Held: true}, {ID: 2}}, nil},
		{"the shorter one", []Waiting{
			{ID: 1, For: []int{2}, Held: true}, {ID: 2, For: []int{3, 4}, Held: true}, {ID: 3, For: []int{1}, Held: true}, {ID: 4, For: []int{2}, Held: true},
		}, []int{2, 4}},
		{"the firm one", []Waiting{
			{ID: 1, For: []int{1}}, {ID: 5, For: []int{4}, Held: true}, {ID: 4, For: []int{5}, Reason: ReasonWriter},
		}, []int{4, 5}},
		{"through a tail", []Waiting{{ID: 0, For: []int{7}, Held: true}, {ID: 7, For: []int{6}}, {ID: 6, For: []int{7}, Held: true}}, []int{6, 7}},
		{"who has exited waits for nobody", []Waiting{{ID: 1, For: []int{9}, Held: true}}, nil},
	} {
		if got := shortestCycle(c.waits); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestObjects(t *testing.T) {
	points := parsePoints(t, "0 atomic_update 1; 0 Lock 1; 0 RLock 1; 0 Lock 2; 0 atomic_load 2; 1 send 3; 1 WaitGroup.Add 4; 1 Cond.Wait 5; 0 atomic_load 6; 0 memory_write 7; 2 Lock 8; 0 Once.Do 9; 0 Map_load 10; 0 Pool.Get 11; 0 context_err 12; 0 timer_stop 13; 0 go 14; 2 Lock 8")
	want := []string{"", "RWMutex #1", "mutex #2", "channel #3", "WaitGroup #4", "Cond #5", "atomic #6", "variable #7", "RWMutex #8",
		"Once #9", "Map #10", "Pool #11", "context #12", "timer #13", "object #14"}
	if got := Objects(points, parseLeft(points, "2 sync.RWMutex.Lock")); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
