package gocontrol

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
)

// deadlockOf explains a history and makes the failure of it.
func deadlockOf(t *testing.T, points, left string, tell Telling) *failure.Deadlock {
	t.Helper()
	list := parsePoints(t, points)
	e := Explain(History{Points: list, Left: parseLeft(list, left)})
	return &failure.Deadlock{Goroutines: e.Goroutines(tell), Cycle: e.Indexes()}
}

func TestDeadlockInWords(t *testing.T) {
	tell := Telling{
		Step:    func(point int) int { return 10 * (point + 1) },
		Machine: func(id int) string { return map[int]string{2: "Server"}[id] },
		More:    func(n int) string { return map[int]string{4: "chan int, cap 3"}[n] },
	}
	d := deadlockOf(t,
		"1 Lock 1; 2 RLock 2; 1 RLock 2; 2 Lock 1; 1 Lock 2; 0 receive 4; 3 Lock 3; 3 Cond.Wait 5; 6 select; 7 sleep; 8 WaitGroup.Wait 9",
		"0 chan receive; 1 sync.RWMutex.Lock; 2 sync.Mutex.Lock; 3 sync.Cond.Wait; 4 IO wait; 5 chan send (nil chan); 6 select; 7 sleep; 8 sync.WaitGroup.Wait; 9 runnable; 10 select (no cases); 11 coroutine", tell)
	if !strings.HasPrefix(d.Error(), "nothing can move any more: g1 (prog.go:101) waits to lock RWMutex #2 for writing, which it holds itself, together with 1 other") {
		t.Errorf("%s", d)
	}
	want := `cycle: g1 → g1
g1 (prog.go:101) waits to lock RWMutex #2 for writing since step 50; it holds that itself, together with g2
    at: /src/prog.go:5 in prog.f
    holds mutex #1 since step 10, prog.go:1
    holds RWMutex #2 for reading since step 30, prog.go:3
    created: /src/prog.go:101 in prog.main
g0 (test body) waits to receive from channel #4 (chan int, cap 3) since step 60; nobody who is left has sent to it or closed it
    at: /src/prog.go:6 in prog.f
g2 (Server) waits to lock mutex #1 since step 40; g1 holds it
    at: /src/prog.go:4 in prog.f
    holds RWMutex #2 for reading since step 20, prog.go:2
    created: /src/prog.go:102 in prog.main
g3 (prog.go:103) waits for a signal of Cond #5 since step 80; nobody who is left has signalled it
    at: /src/prog.go:8 in prog.f
    created: /src/prog.go:103 in prog.main
g4 (prog.go:104) waits for the network or another device; nothing outside wakes it
    created: /src/prog.go:104 in prog.main
g5 (prog.go:105) waits to send to a nil channel; a nil channel is never ready
    created: /src/prog.go:105 in prog.main
g6 (prog.go:106) waits in a select since step 90; none of its cases will be ready
    at: /src/prog.go:9 in prog.f
    created: /src/prog.go:106 in prog.main
g7 (prog.go:107) waits in a sleep since step 100; time stands still once the test body has returned
    at: /src/prog.go:10 in prog.f
    created: /src/prog.go:107 in prog.main
g8 (prog.go:108) waits for WaitGroup #9 since step 110; nobody who is left has used it
    at: /src/prog.go:11 in prog.f
    created: /src/prog.go:108 in prog.main
g9 (prog.go:109) could go on
    created: /src/prog.go:109 in prog.main
g10 (prog.go:110) waits in a select without cases; that lasts for ever
    created: /src/prog.go:110 in prog.main
g11 (prog.go:111) waits in the runtime (coroutine); nothing outside wakes it
    created: /src/prog.go:111 in prog.main`
	if got := d.Detail(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestWhereReasonsHappened(t *testing.T) {
	for _, c := range []struct{ points, left, want string }{
		{"1 yield; 1 Lock 1; 0 Lock 1", "0 sync.Mutex.Lock",
			"g0 (test body) waits to lock mutex #1 since step 3; g1 got it and exited without unlocking it (step 2, prog.go:2)"},
		{"1 Cond.Signal 1; 0 Lock 2; 1 yield; 0 Cond.Wait 1", "0 sync.Cond.Wait",
			"g0 (test body) waits for a signal of Cond #1 since step 4; the last signal came before it waited (step 1, prog.go:1)"},
	} {
		if got := deadlockOf(t, c.points, c.left, Telling{}).Detail(); !strings.HasPrefix(got, c.want+"\n") {
			t.Errorf("%s\nwant\n%s", got, c.want)
		}
	}
}

func TestReasonsInWords(t *testing.T) {
	for _, c := range []struct{ points, left, want string }{
		{"1 yield; 1 Lock 1; 0 Lock 1", "0 sync.Mutex.Lock",
			"nothing can move any more, but g0 (test body) waits to lock mutex #1, and g1 got it and exited without unlocking it"},
		{"1 Cond.Signal 1; 0 Lock 2; 1 yield; 0 Cond.Wait 1", "0 sync.Cond.Wait",
			"nothing can move any more, but g0 (test body) waits for a signal of Cond #1, and the last signal came before it waited"},
		{"0 Lock 1", "0 sync.Mutex.Lock", "nothing can move any more, but g0 (test body) waits to lock mutex #1, and nobody in this execution holds it"},
		{"0 send 1", "0 chan send", "nothing can move any more, but g0 (test body) waits to send to channel #1, and no other goroutine is left"},
		{"1 RLock 1; 2 Lock 1; 1 RLock 1", "1 sync.RWMutex.RLock; 2 sync.RWMutex.Lock",
			"nothing can move any more: g1 (prog.go:101) waits to lock RWMutex #1 for reading, which needs g2 (prog.go:102); g2 waits to lock RWMutex #1 for writing, which g1 holds"},
	} {
		if got := deadlockOf(t, c.points, c.left, Telling{}).Error(); got != c.want {
			t.Errorf("%s\nwant\n%s", got, c.want)
		}
	}
}

// A goroutine that runs a function of the library has no line of the program.
func TestNoLineOfTheRuntime(t *testing.T) {
	points := parsePoints(t, "1 Cond.Signal 1; 2 Lock 2; 1 yield; 0 Cond.Wait 1; 2 yield")
	points[0].Position = Frame{"runtime.ctlPointSlow", "/go/src/runtime/zz_point.go", 159}
	points[1].Position = points[0].Position
	e := Explain(History{Points: points, Left: parseLeft(points, "0 sync.Cond.Wait; 2 sync.Mutex.Lock")})
	for _, g := range e.Goroutines(Telling{}) {
		d := (&failure.Deadlock{Goroutines: []failure.Goroutine{g}}).Detail()
		if strings.Contains(d, "zz_point") || g.ID == 0 && !strings.Contains(d, "the last signal came before it waited (step 1)\n") {
			t.Error(d)
		}
	}
	if s := Spinning(points[:2], nil, Telling{}); len(s) != 1 || len(s[0].Places) != 0 {
		t.Errorf("%+v", s)
	}
}

// A failure is the same whether its execution was recorded or not.
func TestDescribeWithoutHistory(t *testing.T) {
	points := parsePoints(t, "1 Lock 1; 2 Lock 2; 1 Lock 2; 2 Lock 1; 0 Lock 3; 0 Cond.Wait 4")
	left := parseLeft(points, "0 sync.Cond.Wait (durable); 1 sync.Mutex.Lock; 2 sync.Mutex.Lock")
	for i, line := range []int{6, 3, 4} {
		left[i].Stack = Stack{{"sync.(*Mutex).Lock", "/go/mutex.go", 45}, {"prog.f", "/src/prog.go", line}, {"prog.main", "/src/prog.go", 99}, {"testing.tRunner", "/go/testing.go", 1}}
	}
	e := Explain(History{Points: points, Left: left})
	recorded := &failure.Deadlock{Goroutines: e.Goroutines(Telling{}), Cycle: e.Indexes()}
	bare := &failure.Deadlock{}
	for _, g := range left {
		bare.Goroutines = append(bare.Goroutines, Describe(g, ""))
	}
	if !failure.Same(recorded, bare) {
		t.Errorf("not the same:\n%s\n%s", failure.Key(recorded), failure.Key(bare))
	}
	const want = "nothing can move any more, but g0 (test body) waits for a signal of a Cond, g1 (prog.go:101) waits to lock a mutex and g2 (prog.go:102) waits to lock a mutex"
	if bare.Error() != want || strings.Contains(bare.Detail(), "step") || strings.Contains(bare.Detail(), "hold") {
		t.Errorf("%s\n%s", bare, bare.Detail())
	}
	if got := recorded.Goroutines[1].Stack; len(got) != 2 || got[0].Line != 3 || got[1].Line != 99 {
		t.Errorf("the stack of user code is %v", got)
	}
	if got := e.Held(1, Telling{}); !slices.Equal(got, recorded.Goroutines[1].Holds) || len(got) != 1 || e.Held(7, Telling{}) != nil {
		t.Errorf("goroutine 1 holds %v", got)
	}
}

// Goroutines that WaitGroup.Go starts are named by the line that calls it, and are the same goroutines.
func TestStartedThroughALibrary(t *testing.T) {
	points := parsePoints(t, "0 WaitGroup.Add 1; 0 go @31; 0 WaitGroup.Add 1; 0 go @32; 0 WaitGroup.Wait 1; 2 receive 3")
	left := parseLeft(points, "0 sync.WaitGroup.Wait; 2 chan receive")
	left[1].Created = Frame{"sync.(*WaitGroup).Go", "/go/src/sync/waitgroup.go", 238}
	left[1].Stack = Stack{points[5].Position}
	for _, origin := range []func(int) (int, int, bool){nil, func(id int) (int, int, bool) { return 0, id - 1, id > 0 }} {
		e := Explain(History{Points: points, Left: left, Origin: origin})
		list := e.Goroutines(Telling{})
		want := "g2 (waitgroup.go:238)"
		if origin != nil {
			want = "g2 (prog.go:32)"
		}
		if got := list[1].Name(); got != want {
			t.Errorf("its name is %s, want %s", got, want)
		}
		if bare := Describe(left[1], ""); !failure.Same(&failure.Leak{Goroutines: list[1:]}, &failure.Leak{Goroutines: []failure.Goroutine{bare}}) {
			t.Errorf("not the same: %+v, %+v", list[1], bare)
		}
	}
}

func TestSpinning(t *testing.T) {
	var text strings.Builder
	text.WriteString(strings.Repeat("0 Lock 1; 0 Unlock 1; 5 send 3;", 100)) // the first half
	for i := range 60 {
		text.WriteString("1 yield @7; 1 yield @7; 1 receive 2 @8; 2 sleep @20;")
		if i < 20 {
			text.WriteString("3 Lock 1;")
		}
		if i < 4 {
			text.WriteString("4 go; 4 go; 4 go; 4 go; 4 go;")
		}
	}
	got := Spinning(parsePoints(t, text.String()), func(id int) Frame { return Frame{"f", "/src/a.go", id} }, Telling{Machine: func(id int) string {
		return map[int]string{2: "Timer"}[id]
	}})
	at := func(line int) failure.Place { return failure.Place{File: "/src/prog.go", Line: line, Func: "prog.f"} }
	want := []failure.Spinning{
		{Name: "g1 (a.go:1)", Steps: 180, Of: 290, Doing: "yield", Places: []failure.Place{at(7), at(8)}},
		{Name: "g2 (Timer)", Steps: 60, Of: 290, Doing: "sleep", Places: []failure.Place{at(20)}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
	if got := Spinning(nil, nil, Telling{}); got != nil {
		t.Errorf("nobody spins, but %v", got)
	}
}
