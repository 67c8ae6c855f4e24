package check_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/trace"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// bank is a line of a program.
func bank(line int, function string) failure.Place {
	return failure.Place{File: "/src/bank/bank.go", Line: line, Func: "example.com/bank." + function}
}

// story records what goroutines do.
type story struct {
	events []trace.Event
	step   int
}

func (s *story) did(who, what, object string, line int, more ...trace.Event) {
	s.step++
	s.events = append(s.events, trace.Event{Step: s.step, Kind: trace.Did, Who: who, Type: what, Peer: object, Place: bank(line, "move")})
	for _, ev := range more {
		ev.Step = s.step
		if ev.Who == "" {
			ev.Who = who
		}
		if ev.Kind == trace.Blocked {
			ev.Type, ev.Peer, ev.Place = what, object, bank(line, "move")
		}
		s.events = append(s.events, ev)
	}
}

const (
	body = "g0 (test body)"
	g1   = "g1 (bank.go:20)"
	g2   = "g2 (bank.go:21)"
)

func goroutineOf(id int, wait failure.Wait, holds ...failure.Hold) failure.Goroutine {
	g := failure.Goroutine{ID: id, Created: bank(19+id, "TestBank"), Wait: wait, Holds: holds}
	g.Stack = []failure.Place{wait.Place, bank(19+id, "TestBank.func1")}
	return g
}

func lockOrder() (error, []trace.Event) {
	var s story
	s.did(body, "WaitGroup.Add", "WaitGroup #1", 19, trace.Event{Kind: trace.Spawned, Peer: g1, Place: bank(20, "TestBank")})
	s.did(body, "go", "", 20)
	s.did(body, "WaitGroup.Add", "WaitGroup #1", 19, trace.Event{Kind: trace.Spawned, Peer: g2, Place: bank(21, "TestBank")})
	s.did(g1, "none", "", 30)
	s.did(g1, "Lock", "mutex #2", 30)
	s.did(g2, "none", "", 30)
	s.did(g2, "Lock", "mutex #3", 30)
	s.did(g2, "Lock", "mutex #2", 31, trace.Event{Kind: trace.Blocked, To: "g1 holds it"})
	s.did(g1, "Lock", "mutex #3", 31, trace.Event{Kind: trace.Blocked, To: "g2 holds it"})
	s.did(body, "WaitGroup.Wait", "WaitGroup #1", 24, trace.Event{Kind: trace.Blocked})
	return &failure.Deadlock{
		Site: failure.Site{Step: 10, Place: bank(24, "TestBank")},
		Goroutines: []failure.Goroutine{
			goroutineOf(0, failure.Wait{To: "for WaitGroup #1", Step: 10, Place: bank(24, "TestBank"), By: []int{1, 2}}),
			goroutineOf(1, failure.Wait{To: "to lock mutex #3", Step: 9, Place: bank(31, "(*Account).move"), By: []int{2}, Held: true},
				failure.Hold{What: "mutex #2", Step: 5, Place: bank(30, "(*Account).move")}),
			goroutineOf(2, failure.Wait{To: "to lock mutex #2", Step: 8, Place: bank(31, "(*Account).move"), By: []int{1}, Held: true},
				failure.Hold{What: "mutex #3", Step: 7, Place: bank(30, "(*Account).move")}),
		},
		Cycle: []int{1, 2},
	}, s.events
}

func nobodyReceives() (error, []trace.Event) {
	var s story
	s.did(body, "none", "", 40, trace.Event{Kind: trace.Spawned, Peer: g1, Place: bank(20, "TestBank")}, trace.Event{Kind: trace.Spawned, Peer: g2, Place: bank(21, "TestBank")})
	s.did(g1, "send", "channel #1", 42, trace.Event{Kind: trace.Blocked})
	s.did(body, "receive", "channel #1", 41, trace.Event{Kind: trace.Woken, Who: g1, Peer: body}, trace.Event{Kind: trace.Ended})
	s.did(g1, "send", "channel #1", 42, trace.Event{Kind: trace.Ended})
	s.did(g2, "send", "channel #1", 42, trace.Event{Kind: trace.Blocked})
	wait := failure.Wait{To: "to send to channel #1 (chan int)", Step: 5, Place: bank(42, "ask"), Note: "no other goroutine is left"}
	return &failure.Leak{Site: failure.Site{Step: 5, Place: wait.Place}, Goroutines: []failure.Goroutine{goroutineOf(2, wait)}}, s.events
}

func closedTwice() (error, []trace.Event) {
	var s story
	s.did(body, "close", "channel #1", 50, trace.Event{Kind: trace.Spawned, Peer: g1, Place: bank(20, "TestBank")})
	s.did(g1, "Lock", "mutex #2", 51)
	s.did(g1, "close", "channel #1", 52, trace.Event{Kind: trace.Ended, To: "panic"})
	g := goroutineOf(1, failure.Wait{}, failure.Hold{What: "mutex #2", Step: 2, Place: bank(51, "stop")})
	return &failure.Panic{
		Site: failure.Site{Machine: g1, Step: 3, Place: bank(52, "stop")}, Value: "close of closed channel", Goroutine: &g,
		Stack: "example.com/bank.stop\n\t/src/bank/bank.go:52",
	}, s.events
}

func unlockedTwice() (error, []trace.Event) {
	var s story
	s.did(g1, "Unlock", "mutex #1", 60)
	s.did(g1, "Unlock", "mutex #1", 61)
	g := goroutineOf(1, failure.Wait{})
	return &failure.Fatal{
		Site: failure.Site{Machine: g1, Step: 2, Place: bank(61, "stop")}, Message: "sync: unlock of unlocked mutex", Goroutine: &g,
		Stack: "example.com/bank.stop\n\t/src/bank/bank.go:61",
	}, s.events
}

func unordered() (error, []trace.Event) {
	var s story
	s.did(body, "go", "", 19, trace.Event{Kind: trace.Spawned, Peer: g1, Place: bank(20, "TestBank")}, trace.Event{Kind: trace.Spawned, Peer: g2, Place: bank(21, "TestBank")})
	s.did(g1, "Lock", "mutex #1", 30)
	s.did(g1, "Unlock", "mutex #1", 33, trace.Event{Kind: trace.Ended})
	s.did(g2, "memory read", "", 80)
	access := func(id, line int, function string, write bool) failure.Access {
		return failure.Access{
			Site: failure.Site{Machine: failure.GoroutineName(id, "", bank(19+id, "TestBank")), Place: bank(line, function)}, Write: write,
			Stack: []failure.Place{bank(line, function), bank(25, "TestBank.func1")}, Created: bank(19+id, "TestBank"),
		}
	}
	r := &failure.DataRace{First: access(1, 31, "(*Account).move", true), Second: access(2, 80, "(*Account).Balance", false), Report: "WARNING: DATA RACE"}
	r.First.Through = failure.Place{File: "/go/src/runtime/map.go", Line: 100, Func: "runtime.mapassign"}
	r.Second.Step = 4
	r.Site = r.Second.Site
	return r, s.events
}

func wokenOutside() (error, []trace.Event) {
	err, _ := nobodyReceives()
	return &failure.NotReproducible{First: err, Outside: &failure.Outside{Wakeups: []failure.Wakeup{
		{By: failure.NetworkWaker, Goroutine: g1, Place: bank(70, "serve"), Count: 3},
	}}}, nil
}

// TestTextOfGoroutines: how reports show what goroutines end with. Look at the files in testdata/text.
func TestTextOfGoroutines(t *testing.T) {
	for name, of := range map[string]func() (error, []trace.Event){
		"deadlock": lockOrder, "leak": nobodyReceives, "panic": closedTwice, "fatal": unlockedTwice, "race": unordered, "outside": wokenOutside,
	} {
		err, events := of()
		f := &check.Failure{Err: err, Execution: 1234, Strategy: "pct", Seed: 7, Shrunk: schedule.Size{Steps: len(events), Switches: 2}, Found: schedule.Size{Steps: 40, Switches: 11, Faults: 1}}
		if events != nil {
			f.Reproduced, f.Token, f.HasToken = true, "rv1-abc", true
			f.Record = schedule.Record{Header: schedule.Header{Package: "example.com/bank"}}
			f.Trace = trace.New(trace.Header{Package: "example.com/bank", Test: "TestBank", Strategy: "pct", Seed: 7, Execution: 1234}, events, err)
		}
		got := f.Text("TestBank", "") + "\n"
		for line := range strings.SplitSeq(got, "\n") {
			if n := utf8.RuneCountInString(line); n > 72 && !strings.Contains(line, "/") && events != nil {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
		}
		path := filepath.Join("testdata", "text", name+".txt")
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v; make it with -update", err)
		}
		if got != string(want) {
			t.Errorf("%s differs; look at it, and accept it with -update. Got:\n%s", path, got)
		}
	}
}
