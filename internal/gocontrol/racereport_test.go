package gocontrol

import (
	"reflect"
	"strings"
	"testing"
)

// raceOfSession is about goroutines of session 5.
const raceOfSession = `==================
WARNING: DATA RACE
Read at 0x00c000286c60 by goroutine 1217:
  example.com/bank.(*Account).balance()
      /src/bank/bank.go:21 +0x47
  example.com/bank.TestBank.func1.1()
      C:/src/bank/bank_test.go:30 +0x1
  ??()
      -:0 +0x10000000500002f

Previous write at 0x00c000286c60 by goroutine 1216:
  runtime.mapassign_faststr()
      /go/src/runtime/map_faststr.go:263 +0x0
  example.com/bank.(*Account).deposit()
      /src/bank/bank.go:15 +0x59
  ??()
      -:0 +0x100000005000017

Goroutine 1217 (running) created at:
  example.com/bank.TestBank.func1()
      /src/bank/bank_test.go:18 +0xa4
  ??()
      -:0 +0x100000005000007

Goroutine 1216 (finished) created at:
  example.com/bank.TestBank.func1()
      /src/bank/bank_test.go:17 +0xa4
  ??()
      -:0 +0x100000005000007
==================
`

const raceOfOthers = `==================
WARNING: DATA RACE
Write at 0x00c000286c60 by goroutine 9:
  main.work()
      /src/main.go:7 +0x47

Previous write at 0x00c000286c60 by main goroutine:
  [failed to restore the stack]

Goroutine 9 (running) created at:
  main.main()
      /src/main.go:12 +0xa4
==================
`

// TestParseRaces: reports about goroutines of the session are taken apart; others remain what they are.
func TestParseRaces(t *testing.T) {
	ours, rest := parseRaces(raceOfOthers+raceOfSession+raceOfOthers+"Found 3 data race(s)\n", 5)
	if want := raceOfOthers + raceOfOthers + "Found 3 data race(s)\n"; rest != want {
		t.Errorf("what is left:\n%s\nwant\n%s", rest, want)
	}
	if len(ours) != 1 {
		t.Fatalf("%d reports", len(ours))
	}
	r := ours[0]
	want := [2]RaceAccess{
		{Goroutine: 2, Creator: 0, name: "goroutine 1217", Stack: Stack{
			{"example.com/bank.(*Account).balance", "/src/bank/bank.go", 21}, {"example.com/bank.TestBank.func1.1", "C:/src/bank/bank_test.go", 30}},
			Created: Stack{{"example.com/bank.TestBank.func1", "/src/bank/bank_test.go", 18}}},
		{Goroutine: 1, Creator: 0, Write: true, name: "goroutine 1216", Stack: Stack{
			{"runtime.mapassign_faststr", "/go/src/runtime/map_faststr.go", 263}, {"example.com/bank.(*Account).deposit", "/src/bank/bank.go", 15}},
			Created: Stack{{"example.com/bank.TestBank.func1", "/src/bank/bank_test.go", 17}}},
	}
	if !reflect.DeepEqual(r.Accesses, want) {
		t.Errorf("%+v\nwant\n%+v", r.Accesses, want)
	}
	if strings.Contains(r.Text, "??") || !strings.HasPrefix(r.Text, "WARNING: DATA RACE\nRead at 0x") ||
		!strings.Contains(r.Text, "bank.go:21 +0x47\n") || strings.Contains(r.Text, "\n\n\n") {
		t.Errorf("its text is\n%s", r.Text)
	}
}

// TestParseRacesOfOthers: marks of another session are no marks.
func TestParseRacesOfOthers(t *testing.T) {
	if ours, rest := parseRaces(raceOfSession, 6); len(ours) != 0 || !strings.Contains(rest, "bank.go:15") {
		t.Errorf("%v\n%s", ours, rest)
	}
}

// TestParseRacesBroken: no text makes it panic, and nothing of a text is lost that is no report of the session.
func TestParseRacesBroken(t *testing.T) {
	whole := raceOfSession
	for i := range whole {
		ours, rest := parseRaces(whole[:i], 5)
		if len(ours) == 0 && i > 0 && rest == "" {
			t.Fatalf("nothing is left of\n%s", whole[:i])
		}
	}
}

// TestRaceOption reads what the race detector reads.
func TestRaceOption(t *testing.T) {
	for _, c := range [][3]string{
		{"", "log_path", ""}, {"log_path=/tmp/x", "log_path", "/tmp/x"}, {"history_size=3 log_path='a'", "log_path", "a"},
		{"log_path=a:log_path=b", "log_path", "b"}, {"my_log_path=a", "log_path", ""},
	} {
		if got := raceOption(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %q is %q, want %q", c[1], c[0], got, c[2])
		}
	}
}
