package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// The line shows the test that told first of those that run, and goes with the last of them.
func TestBoard(t *testing.T) {
	var terminal bytes.Buffer
	b := board{line: cli.NewLine(&terminal)}
	progress := func(pkg, test, value string) {
		b.note(&event{Action: "attr", Package: pkg, Test: test, Key: "ravel.progress", Value: value})
	}
	end := func(action, pkg, test string) { b.note(&event{Action: action, Package: pkg, Test: test}) }
	progress("example.com/store", "TestA", "10 2000000 1000 false")
	progress("example.com/lock/v2", "TestB", "1 2 500 false")
	progress("example.com/store", "TestA", "20 4000000 2000 false")
	progress("example.com/store", "TestA", "not three numbers")
	b.note(&event{Action: "attr", Package: "p", Test: "T", Key: "other", Value: "1 2 3"})
	end("pass", "p", "T")
	end("pass", "example.com/store", "TestA")
	progress("example.com/lock/v2", "TestC/sub", "5 6 500 false")
	progress("example.com/store", "TestD", "7 8 500 true")
	end("fail", "example.com/lock/v2", "") // its process died
	end("skip", "example.com/store", "TestD")
	want := []string{
		"store TestA: 10 schedules, 2.0 M steps/s, 1s",
		"store TestA: 10 schedules, 2.0 M steps/s, 1s (+1 more)",
		"store TestA: 20 schedules, 2.0 M steps/s, 2s (+1 more)",
		"lock TestB: 1 schedule, 4 steps/s, 1s",
		"lock TestB: 1 schedule, 4 steps/s, 1s (+1 more)",
		"lock TestB: 1 schedule, 4 steps/s, 1s (+2 more)",
		"store TestD: 7 schedules, found a failure, simplifying, 1s",
		"",
	}
	got := strings.Split(terminal.String(), "\r\x1b[K")[1:]
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestShortName(t *testing.T) {
	for pkg, want := range map[string]string{"example.com/a/store": "store", "example.com/store/v2": "store", "v2": "v2", "store": "store", "command-line-arguments": "command-line-arguments"} {
		if got := shortName(pkg); got != want {
			t.Errorf("%s is called %s, want %s", pkg, got, want)
		}
	}
}
