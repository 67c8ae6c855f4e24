package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
	"github.com/ravelgo/ravel/schedule"
)

// A timer of the package under test may come before the answer; one by which a test notices that it hangs may not.
var guarded = files{
	"go.mod": small["go.mod"],
	"own/own.go": `package own

import (
	"errors"
	"time"
)

var ErrTimeout = errors.New("timeout")

// Ask does not wait for long.
func Ask(f func() int) (int, error) {
	answer := make(chan int, 1)
	go func() { answer <- f() }()
	select {
	case n := <-answer:
		return n, nil
	case <-time.After(time.Second / 2):
		return 0, ErrTimeout
	}
}
`,
	"own/own_test.go": `package own

import "testing"

func TestAnswer(t *testing.T) {
	if n, err := Ask(func() int { return 7 }); n != 7 {
		panic(err)
	}
}
`,
	"tests/tests_test.go": `package tests

import (
	"context"
	"testing"
	"time"

	"example.com/m/own"
)

func TestAfter(t *testing.T) {
	done := make(chan bool)
	go func() { close(done) }()
	select {
	case <-done:
	case <-time.After(time.Second):
		t.Error("it hangs")
	}
}

func TestContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	done := make(chan bool)
	go func() { close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		t.Error("it hangs")
	}
}

func TestSleep(t *testing.T) {
	done := make(chan bool, 1)
	go func() { done <- true }()
	time.Sleep(time.Millisecond)
	select {
	case <-done:
	default:
		t.Error("a goroutine that could move for a millisecond has not")
	}
}

func TestOfAnotherPackage(t *testing.T) {
	if n, err := own.Ask(func() int { return 7 }); n != 7 {
		t.Error(n, err)
	}
}
`,
}

func TestTimersThatFireEarly(t *testing.T) {
	t.Parallel()
	dir := guarded.module(t)
	if err := os.MkdirAll(filepath.Join(dir, "own", filepath.FromSlash(schedule.Root)), 0o777); err != nil {
		t.Fatal(err)
	}
	r := ravel(t, dir, clean(), "test", "./own", "--schedules", "300")
	has(t, "output", r.out, `^--- FAIL: TestAnswer`, `panicked: .*timeout`)
	if r.code != cli.Found {
		t.Errorf("a timeout of the package under test: exit %d\n%s%s", r.code, r.out, r.err)
	}
	// A test that complains counts on some speed, and is excused.
	write(t, filepath.Join(dir, "own/own_test.go"), strings.Replace(guarded["own/own_test.go"], "panic(err)", "t.Error(err)", 1))
	if err := os.RemoveAll(filepath.Join(dir, "own", filepath.FromSlash(schedule.Root))); err != nil {
		t.Fatal(err)
	}
	r = ravel(t, dir, clean(), "test", "./own", "--schedules", "300")
	has(t, "output", r.out, `^--- PASS: TestAnswer`, `no failure found: 300 executions`)
	if r.code != cli.Clean {
		t.Errorf("a test that counts on some speed: exit %d\n%s%s", r.code, r.out, r.err)
	}
	r = ravel(t, dir, clean(), "test", "./tests", "--schedules", "300")
	has(t, "output", r.out, `^--- PASS: TestAfter`, `^--- PASS: TestContext`, `^--- PASS: TestSleep`, `^--- PASS: TestOfAnotherPackage`)
	if r.code != cli.Clean {
		t.Errorf("timers of tests: exit %d\n%s%s", r.code, r.out, r.err)
	}
}
