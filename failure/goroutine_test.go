package failure_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	. "github.com/ravelgo/ravel/failure"
)

func at(n int, fn string) Place {
	return Place{File: "/src/bank/bank.go", Line: n, Func: "example.com/bank." + fn}
}

// clerk is a goroutine that holds one mutex and waits for another.
func clerk(id, created, holds, waits, by int) Goroutine {
	return Goroutine{
		ID: id, Created: at(created, "Open"), Stack: []Place{at(44, "lock"), at(31, "(*Account).move"), at(22, "Open.func1")},
		Wait:  Wait{To: "to lock mutex #" + string(rune('0'+waits)), Step: 10 + id, Place: at(44, "lock"), By: []int{by}, Held: true},
		Holds: []Hold{{What: "mutex #" + string(rune('0'+holds)), Step: 4 + id, Place: at(30, "(*Account).move")}},
	}
}

func sender(id int) Goroutine {
	return Goroutine{
		ID: id, Created: at(60, "Ask"), Stack: []Place{at(62, "Ask.func1")},
		Wait: Wait{To: "to send to channel #1 (chan int)", Step: 7 + id, Place: at(62, "Ask.func1"), Note: "nobody who is left has received from it"},
	}
}

func body(w Wait) Goroutine {
	w.Place = at(80+w.Step, "TestBank")
	return Goroutine{Created: Place{File: "/src/ravel/run.go", Line: 1}, Wait: w}
}

var (
	waitForBoth = body(Wait{To: "for WaitGroup #3", Step: 3, By: []int{1, 2}})
	lockTwice   = Goroutine{
		ID: 4, Created: at(12, "Close"), Wait: Wait{To: "to lock mutex #1", Step: 9, Place: at(14, "Close"), By: []int{4}, Held: true},
		Holds: []Hold{{What: "mutex #1", Step: 8, Place: at(13, "Close")}},
	}
	twoReaders = Goroutine{
		ID: 1, Created: at(12, "Close"),
		Wait:  Wait{To: "to lock RWMutex #1 for writing", Step: 9, Place: at(15, "Close"), By: []int{1, 2}, Held: true},
		Holds: []Hold{{What: "RWMutex #1 (for reading)", Step: 8, Place: at(13, "Close")}},
	}
	manager = Goroutine{
		ID: 5, Machine: "Manager", Created: at(12, "Close"),
		Wait: Wait{To: "for a signal of Cond #2", Step: 9, Place: at(16, "(*Manager).wait"), By: []int{1}, Note: "it was signalled before", NoteStep: 6, NotePlace: at(70, "Close")},
	}
	used = Goroutine{
		ID: 7, Created: at(12, "Close"), Stack: []Place{at(17, "drain"), at(18, "(*Manager).run")},
		Wait: Wait{To: "to receive from channel #4", Step: 9, Place: at(17, "drain"), Made: at(11, "Open"), Last: Use{By: 1, Doing: "send", Step: 5, Place: at(33, "put")}},
	}
	idle    = Goroutine{ID: 6, Created: at(80, "Poll"), Stack: []Place{at(82, "Poll.func1")}}
	network = Wakeup{By: NetworkWaker, Goroutine: "g2 (bank.go:70)", Place: at(71, "serve"), Count: 12}
)

// ofGoroutines are failures that only executions with controlled goroutines have.
var ofGoroutines = []Failure{
	&Deadlock{Site: Site{Step: 14}, Goroutines: []Goroutine{clerk(1, 20, 1, 2, 2), clerk(2, 21, 2, 1, 1)}, Cycle: []int{0, 1}, OthersGoOn: true},
	&Deadlock{Goroutines: []Goroutine{body(Wait{To: "to receive from a nil channel", Step: 2})}, OthersGoOn: true},
	&Leak{Site: Site{Step: 9}, Goroutines: []Goroutine{used}},
	&Deadlock{Site: Site{Step: 14}, Goroutines: []Goroutine{waitForBoth, clerk(1, 20, 1, 2, 2), clerk(2, 21, 2, 1, 1)}, Cycle: []int{1, 2}},
	&Deadlock{Site: Site{Step: 9}, Goroutines: []Goroutine{lockTwice}, Cycle: []int{0}},
	&Deadlock{Goroutines: []Goroutine{body(Wait{To: "for WaitGroup #1", Step: 4, By: []int{0}})}, Cycle: []int{0}},
	&Deadlock{Goroutines: []Goroutine{twoReaders}, Cycle: []int{0}, Blocked: []Blocked{blocked}, Hot: []Hot{hot}},
	&Deadlock{Goroutines: []Goroutine{body(Wait{To: "to receive from a nil channel", Step: 2, Note: "nobody can wake it"})}},
	&Deadlock{Goroutines: []Goroutine{manager, idle}},
	&Deadlock{Goroutines: []Goroutine{{ID: 3, Wait: Wait{To: "to lock mutex #1"}}}}, // not recorded: who holds it is not known
	&Deadlock{Goroutines: []Goroutine{clerk(1, 20, 1, 2, 2), clerk(2, 21, 2, 3, 3), clerk(3, 22, 3, 4, 4), clerk(4, 23, 4, 1, 1)}, Cycle: []int{0, 1, 2, 3}},
	&Leak{Goroutines: []Goroutine{sender(1)}},
	&Leak{Goroutines: []Goroutine{sender(1), sender(2), lockTwice, sender(5)}},
	&Fatal{Site: Site{Machine: "g4 (bank.go:12)", Step: 9, Place: at(15, "Close")}, Message: "sync: unlock of unlocked mutex", Stack: stack, Goroutine: &lockTwice},
	&Fatal{Message: "all is lost"},
	&Panic{Site: Site{Machine: "g4 (bank.go:12)", Step: 9}, Value: "send on closed channel", Stack: stack, Goroutine: &lockTwice},
	&BoundHit{Bound: 1000, Spinning: []Spinning{
		{Name: "g2 (bank.go:70)", Steps: 480, Of: 500, Doing: "yield", Places: []Place{at(72, "poll"), at(74, "poll")}}, {Name: "g3 (bank.go:71)", Steps: 20, Of: 500},
	}},
	&Nondeterminism{Site: Site{Machine: "g1 (bank.go:20)", Step: 4}, First: "g1 locks mutex #1", Second: "g2 locks mutex #1", Outside: &Outside{}},
	&NotReproducible{First: &Leak{Goroutines: []Goroutine{sender(1)}}, Outside: &Outside{Wakeups: []Wakeup{network, {By: UncontrolledWaker, Count: 1}, {Count: 2}}}},
}

func TestGoroutinesSame(t *testing.T) {
	dead := func(cycle []int, list ...Goroutine) error { return &Deadlock{Goroutines: list, Cycle: cycle} }
	leak := func(list ...Goroutine) error { return &Leak{Goroutines: list} }
	elsewhere := sender(1)
	elsewhere.Wait.Place.Line++
	byOther := sender(1)
	byOther.Created.Line++
	unknown := sender(1)
	unknown.Wait.Place = Place{}
	unnumbered := unknown
	unnumbered.ID, unnumbered.Wait.To, unnumbered.Wait.Step = 9, "to send to channel #7 (chan int)", 99
	fatal := func(name, message string) error { return &Fatal{Site: Site{Machine: name}, Message: message} }
	for _, c := range []struct {
		name string
		a, b error
		want bool
	}{
		{"other numbers, objects and steps", dead([]int{0, 1}, clerk(1, 20, 1, 2, 2), clerk(2, 21, 2, 1, 1)),
			dead([]int{1, 0}, clerk(3, 21, 5, 4, 8), clerk(8, 20, 4, 5, 3)), true},
		{"the cycle is not known", dead([]int{0, 1}, clerk(1, 20, 1, 2, 2), clerk(2, 21, 2, 1, 1)), dead(nil, clerk(1, 20, 1, 2, 2), clerk(2, 21, 2, 1, 1)), true},
		{"two of three", dead(nil, clerk(1, 20, 1, 2, 2), clerk(2, 21, 2, 1, 1)), dead(nil, clerk(1, 20, 1, 2, 2), clerk(2, 22, 2, 1, 1)), false},
		{"a machine is blocked too", dead(nil, manager), &Deadlock{Goroutines: []Goroutine{manager}, Blocked: []Blocked{blocked}}, false},
		{"more of the same", leak(sender(1)), leak(sender(2), sender(3)), true},
		{"another place", leak(sender(1)), leak(elsewhere), false},
		{"another creator", leak(sender(1)), leak(byOther), false},
		{"no place", leak(unknown), leak(unnumbered), true},
		{"deadlock or leak", leak(sender(1)), dead(nil, sender(1)), false},
		{"another goroutine", fatal("g1 (a.go:3)", "x"), fatal("g2 (a.go:4)", "x"), true},
		{"another message", fatal("g1 (a.go:3)", "x"), fatal("g1 (a.go:3)", "y"), false},
	} {
		if Same(c.a, c.b) != c.want || Same(c.b, c.a) != c.want {
			t.Errorf("%s: Same = %v\n%s\n%s", c.name, !c.want, Key(c.a), Key(c.b))
		}
	}
	saved := "nothing can move any more: g7 (bank.go:200) waits to lock mutex #4, which g9 (bank.go:210) holds; g9 waits to lock mutex #3, which g7 holds"
	if !SameMessage(dead([]int{0, 1}, clerk(1, 20, 1, 2, 2), clerk(2, 21, 2, 1, 1)), KindDeadlock, saved) {
		t.Error("numbers and lines distinguish a saved deadlock")
	}
	if SameMessage(leak(sender(1)), KindLeak, strings.ReplaceAll(leak(sender(1)).Error(), "send to", "receive from")) {
		t.Error("a send is taken for a receive")
	}
}

// The numbers of a program's own words count.
func TestNumbersOfTheProgram(t *testing.T) {
	if Same(&Panic{Value: "node g1"}, &Panic{Value: "node g2"}) || Same(&Assertion{Message: "ticket #1"}, &Assertion{Message: "ticket #2"}) {
		t.Error("two messages of a program are taken for the same")
	}
}

func TestSentencesOfGoroutinesAreShort(t *testing.T) {
	for _, f := range ofGoroutines {
		if n := utf8.RuneCountInString(f.Error()); n > 330 {
			t.Errorf("%d characters: %s", n, f)
		}
		for line := range strings.SplitSeq(f.Detail(), "\n") {
			if n := utf8.RuneCountInString(line); n > 200 {
				t.Errorf("%d columns: %s", n, line)
			}
		}
	}
}

// What is to be pasted behind ravel test matches the function with which the goroutine began, and no other.
func TestLeakPatterns(t *testing.T) {
	l := &Leak{Goroutines: []Goroutine{used, used, sender(1), {ID: 3}, {ID: 4, Created: at(9, "Serve")}, {ID: 5, Stack: []Place{at(1, "Map[...].func1")}}}}
	want := []string{`example.com/bank.(*Manager).run`, `example.com/bank.Ask.func1`, `example.com/bank.Serve`, `example.com/bank.Map[...].func1`}
	got := l.Patterns()
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i, p := range got {
		re := regexp.MustCompile(p)
		for j, name := range want {
			if re.MatchString(name) != (i == j) || re.MatchString(name+"x") || re.MatchString("x"+name) {
				t.Errorf("%s and %s", p, name)
			}
		}
		if line := "--allow-leak='" + p + "'"; !strings.Contains(l.Detail()+"\n", line+"\n") || strings.Contains(p, "'") {
			t.Errorf("no line ends in %s:\n%s", line, l.Detail())
		}
	}
	if d := (&Leak{}).Detail(); strings.Contains(d, "--allow-leak") {
		t.Error(d)
	}
}

func TestEndless(t *testing.T) {
	ticks := Cycling{Name: "g4 (worker.go:31)", Doing: "ticks", Place: at(35, "run")}
	blocked := Blockage{Name: "g0 (test body)", To: "to receive from a channel", Place: at(20, "f"), Turns: 4312}
	for want, e := range map[string]*Endless{
		"g4 (worker.go:31) ticks for ever, at bank.go:35: 100 turns of the clock after the test's end":                                                                                                   {Turns: 100, Returned: true, Cycling: []Cycling{ticks}},
		"g4 (worker.go:31) ticks for ever, at bank.go:35 and g5 sleeps: 1 turn of the clock after the test's end":                                                                                        {Turns: 1, Returned: true, Cycling: []Cycling{ticks, {Name: "g5", Doing: "sleeps"}}},
		"the clock goes on for ever: 100 turns of the clock after the test's end; meanwhile g0 (test body) waits to receive from a channel, at bank.go:20, and did not move for 4312 turns of the clock": {Turns: 100, Returned: true, Blocked: []Blockage{blocked}},
		"g0 (test body) waits to receive from a channel, at bank.go:20, and did not move for 4312 turns of the clock: blocked, while g4 (worker.go:31) ticks for ever, at bank.go:35":                    {Turns: 5000, Cycling: []Cycling{ticks}, Blocked: []Blockage{blocked}},
	} {
		if got := EndlessNote(7, e); got != "execution 7 is bounded: "+want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
}

func TestNotes(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{SpinningNote(7, nil), ""},
		{SpinningNote(7, []Spinning{{Name: "g2 (a.go:1)", Steps: 1, Of: 1, Doing: "sleep", Places: []Place{at(3, "f")}}}),
			"execution 7 went on beyond the step bound: g2 (a.go:1) took 1 of the last 1 step, mostly sleep, at bank.go:3"},
		{(*Outside)(nil).Note(), ""},
		{(&Outside{Wakeups: []Wakeup{{By: NetworkWaker}}}).Note(), ""},
		{(&Outside{Wakeups: []Wakeup{{Count: 1}}}).Note(),
			"a goroutine was woken from outside, so the same choices need not lead to the same execution: something outside of the execution woke a goroutine"},
		{(&Outside{Wakeups: []Wakeup{network, {By: UncontrolledWaker, Count: 1}}}).Note(),
			"goroutines were woken from outside 13 times, so the same choices need not lead to the same execution: the network or another device woke g2 (bank.go:70) 12 times at bank.go:71 and a goroutine outside of the execution woke a goroutine"},
		{GoroutineName(0, "", Place{}), "g0 (test body)"},
		{GoroutineName(3, "", Place{}), "g3"},
		{GoroutineName(3, "", at(5, "f")), "g3 (bank.go:5)"},
		{GoroutineName(3, "Server", at(5, "f")), "g3 (Server)"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
