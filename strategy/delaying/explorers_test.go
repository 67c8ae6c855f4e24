package delaying_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "github.com/ravelgo/ravel/strategy/delaying"
)

// turns returns the answers of Next after 0, 1, ..., n-1 delays, without changing e.
func turns(e Explorer, n int) string {
	c := e.Clone()
	var ids []string
	for i := range n {
		if i > 0 {
			c.Delay()
		}
		ids = append(ids, fmt.Sprint(c.Next()))
	}
	return strings.Join(ids, " ")
}

// script tells an explorer what happens: "+3" Start, "e3" Enabled, "b3" Blocked, "f3" Finish, "s3" an event for 3, "m3" a
// step of 3, "d" Delay, "=..." compares the turns; other words are calls by machine 1, with IDs.
func script(t *testing.T, e Explorer, words ...string) {
	t.Helper()
	for i, w := range words {
		var id ID
		fmt.Sscan(w[1:], &id)
		switch w[0] {
		case '+':
			e.Start(id, None)
		case 'e':
			e.Enabled(id)
		case 'b':
			e.Blocked(id)
		case 'f':
			e.Finish(id)
		case 'd':
			e.Delay()
		case 's':
			if s, ok := e.(Sender); ok {
				s.Sent(1, id)
			}
		case 'm':
			if s, ok := e.(Stepper); ok {
				s.Step(id)
			}
		case '=':
			if got := turns(e, len(strings.Fields(w[1:]))); got != w[1:] {
				t.Errorf("after %v: turns %s, expected %s", words[:i], got, w[1:])
			}
		default:
			call, rest, _ := strings.Cut(w[1:], " ")
			e.(Listener).Told(1, call, arguments(call, rest))
		}
	}
}

func arguments(call, rest string) []any {
	switch call {
	case SetPriority:
		n := 0
		fmt.Sscan(rest, &n)
		return []any{n}
	case ChangeOrder:
		var ids []ID
		for _, f := range strings.Fields(rest) {
			n := 0
			fmt.Sscan(f, &n)
			ids = append(ids, ID(n))
		}
		return []any{ids}
	}
	return nil
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		name  string
		e     Explorer
		words []string
	}{
		{"rr: creation order; who comes back goes to the tail", NewRR(),
			[]string{"+1", "+2", "+3", "=1 2 3", "b1", "=2 3", "e1", "=2 3 1", "b3", "+4", "e3", "=2 1 4 3"}},
		{"rr: the same machine goes on, and a delay lasts", NewRR(),
			[]string{"+1", "+2", "+3", "m1", "=1 2 3", "d", "m2", "=2 3 1", "b2", "=3 1", "e2", "=3 1 2"}},
		{"rtc: created and enabled machines run first", NewRTC(),
			[]string{"+1", "+2", "=2 1", "b2", "s2", "e2", "=2 1", "+3", "=3 2 1", "b3", "=2 1", "b1", "=2"}},
		{"rtc: a delayed machine stays at the bottom, whatever it gets", NewRTC(),
			[]string{"+1", "+2", "+3", "d", "=2 1 3", "s3", "=2 1 3", "b2", "b1", "=3"}},
		{"rtc-raise: not so", &RTC{Raise: true},
			[]string{"+1", "+2", "+3", "d", "=2 1 3", "s3", "=3 2 1", "s9", "=3 2 1", "b2", "s2", "=3 1"}},
		{"custom: creation order at first, and a lasting delay", NewCustom(),
			[]string{"+1", "+2", "+3", "=1 2 3", "b1", "e1", "=1 2 3", "d", "m2", "=2 3 1", "+4", "=2 3 4 1", "b2", "=3 4 1", "e2", "=2 3 4 1"}},
		{"custom-memoryless: the next step forgets", &Custom{Memoryless: true},
			[]string{"+1", "+2", "+3", "d", "=2 3 1", "m2", "=1 2 3"}},
		{"custom: a new order begins at its first", NewCustom(),
			[]string{"+1", "+2", "+3", "d", "!ChangeOrder 3 1", "=3 1 2", "+4", "=3 1 2 4", "b3", "=1 2 4", "e3", "=3 1 2 4"}},
		{"custom: machines that are blocked have their place, too", NewCustom(),
			[]string{"+1", "+2", "+3", "b3", "!ChangeOrder 3 1", "=1 2", "e3", "=3 1 2"}},
		{"custom: higher priorities first, and new machines before lower ones", NewCustom(),
			[]string{"+1", "+2", "+3", "!SetPriority -1", "=2 3 1", "+4", "=2 3 4 1", "!SetPriority 1", "=1 2 3 4", "!ChangeOrder", "=1 2 3 4"}},
		{"custom: a change of order ends priorities", NewCustom(),
			[]string{"+1", "+2", "!SetPriority -5", "=2 1", "!ChangeOrder 1", "=1 2", "+3", "=1 2 3"}},
		{"custom: those who have halted leave no gap", NewCustom(),
			[]string{"+1", "+2", "+3", "d", "d", "=3 1 2", "b3", "f3", "=1 2", "+4", "=1 2 4", "d", "b1", "f1", "=2 4"}},
		{"sealing: the caller first, then the rest, without delays", NewSealing(NewRR()),
			[]string{"+2", "+3", "+1", "=2 3 1", "!sealRTC", "=1", "d", "=1", "s3", "b1", "=3", "!unsealRR", "=2 3"}},
		{"sealing: rtc runs who gets an event", NewSealing(NewRR()),
			[]string{"+1", "+2", "b2", "!sealRTC", "e2", "=2", "!unsealRTC", "=1 2"}},
		{"sealing: rr does not", NewSealing(NewRTC()),
			[]string{"+1", "+2", "b2", "!sealRR", "e2", "=1", "!unsealRR", "=2 1"}},
		{"sealing: other calls are for the explorer inside", NewSealing(NewCustom()),
			[]string{"+1", "+2", "+3", "!ChangeOrder 3", "=3 1 2"}},
	} {
		t.Run(c.name, func(t *testing.T) { script(t, c.e, c.words...) })
	}
}

// Every place of the queue is as likely for a created machine in PRR, and every permutation in Rand.
func TestDraws(t *testing.T) {
	const n = 6000
	for name, e := range map[string]func(seed uint64) Explorer{
		"prr":  func(seed uint64) Explorer { return NewPRR(seed) },
		"rand": func(seed uint64) Explorer { return NewRand(seed) },
	} {
		counts := map[string]int{}
		for seed := range uint64(n) {
			e := e(seed)
			for id := range ID(3) {
				e.Start(id, None)
			}
			counts[turns(e, 3)]++
		}
		if len(counts) != 6 {
			t.Errorf("%s: %v", name, counts)
		}
		for order, c := range counts {
			if c < n/6-150 || c > n/6+150 { // five standard deviations
				t.Errorf("%s: %d times %s of %d", name, c, order, n)
			}
		}
	}
}

// A draw of Rand holds until a step, a delay, or a change.
func TestRandDrawsAnew(t *testing.T) {
	different := 0
	for seed := range uint64(100) {
		r := NewRand(seed)
		for id := range ID(8) {
			r.Start(id, None)
		}
		first := r.Next()
		if r.Next() != first {
			t.Fatal("the draw did not hold")
		}
		if r.Step(first); r.Next() != first {
			different++
		}
	}
	if different < 70 {
		t.Errorf("another machine in %d of 100 steps", different)
	}
}

func TestNamed(t *testing.T) {
	if Named("bogus") != nil {
		t.Error("there is an explorer of any name")
	}
	for _, name := range Names() {
		if e := Named(name)(1); e == nil {
			t.Errorf("%s: no explorer", name)
		}
	}
}

// plain is a struct that Copy can copy.
type plain struct {
	N      int
	list   []int
	nested struct{ m map[string][]int }
	fixed  [2][]string
	inside Explorer
	none   *int
}

func TestCopy(t *testing.T) {
	a := &plain{N: 1, list: []int{1, 2}, fixed: [2][]string{{"x"}, nil}, inside: NewRR()}
	a.nested.m = map[string][]int{"k": {1}}
	a.inside.Start(1, None)
	a.inside.Start(2, None)
	b := Copy(a)
	if b.N != 1 || !slices.Equal(b.list, []int{1, 2}) || b.nested.m["k"][0] != 1 || b.fixed[0][0] != "x" || turns(b.inside, 2) != "1 2" {
		t.Errorf("the copy is %+v", b)
	}
	b.list[0], b.nested.m["k"][0], b.fixed[0][0] = 7, 7, "y"
	b.nested.m["new"] = nil
	b.inside.Delay()
	if a.list[0] != 1 || a.nested.m["k"][0] != 1 || a.fixed[0][0] != "x" || len(a.nested.m) != 1 || turns(a.inside, 2) != "1 2" {
		t.Errorf("the original has changed: %+v", a)
	}
}

func TestCopyRefuses(t *testing.T) {
	n := 1
	refused := func(copy func()) (text string) {
		defer func() { text = fmt.Sprint(recover()) }()
		copy()
		return
	}
	for what, copy := range map[string]func(){
		"*int":         func() { Copy(&plain{none: &n}) },
		"func()":       func() { Copy(&struct{ f func() }{func() {}}) },
		"interface {}": func() { Copy(&struct{ x []any }{[]any{1}}) },
	} {
		if got := refused(copy); !strings.Contains(got, "holds a "+what) {
			t.Errorf("%s: %s", what, got)
		}
	}
}
