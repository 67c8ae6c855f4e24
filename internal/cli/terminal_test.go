package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/internal/attr"
	"github.com/ravelgo/ravel/internal/cli"
)

const erase = "\r\x1b[K"

func TestLine(t *testing.T) {
	var terminal bytes.Buffer
	l := cli.NewLine(&terminal)
	out := l.Above(&terminal)
	l.Clear()
	l.Show("one")
	l.Show("two")
	fmt.Fprint(out, "text\n")
	fmt.Fprint(out, "half ")
	l.Show("would overwrite half a line")
	fmt.Fprint(out, "whole\n")
	fmt.Fprint(out, "")
	l.Show("three")
	l.Clear()
	l.Clear()
	l.Show("four")
	l.Close()
	l.Show("late")
	fmt.Fprint(out, "end\n")
	want := erase + "one" + erase + "two" + erase + "text\nhalf whole\n" + erase + "three" + erase + erase + "four" + erase + "end\n"
	if got := terminal.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNoLine(t *testing.T) {
	var b bytes.Buffer
	var l *cli.Line
	l.Show("x")
	l.Clear()
	l.Close()
	fmt.Fprint(l.Above(&b), "text")
	if b.String() != "text" {
		t.Errorf("%q", &b)
	}
}

// A line that several goroutines write stays one: each piece of text begins behind an erased line or another text.
func TestLineFromManySides(t *testing.T) {
	var terminal bytes.Buffer
	l := cli.NewLine(&terminal)
	out := l.Above(&terminal)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				l.Show("progress")
				fmt.Fprint(out, "text\n")
			}
		})
	}
	wg.Wait()
	l.Close()
	left := strings.ReplaceAll(terminal.String(), erase+"progress", "")
	if got := strings.ReplaceAll(left, erase, ""); got != strings.Repeat("text\n", 400) {
		t.Errorf("%q", got)
	}
}

func TestProgressText(t *testing.T) {
	long := strings.Repeat("long/", 20)
	at := func(executions, steps uint64, elapsed time.Duration) attr.Progress {
		return attr.Progress{Executions: executions, Steps: steps, Elapsed: elapsed}
	}
	failed := attr.Progress{Executions: 120, Steps: 3000, Elapsed: 5 * time.Second, Failed: true}
	for _, c := range []struct {
		name       string
		now        attr.Progress
		more, want string
	}{
		{"store TestWrites", at(3120, 8_400_000, 4*time.Second), "", "store TestWrites: 3120 schedules, 2.1 M steps/s, 4s"},
		{"store TestWrites", at(1, 500, time.Second), ", and 2 more", "store TestWrites: 1 schedule, 500 steps/s, 1s, and 2 more"},
		{"store TestWrites", failed, "", "store TestWrites: 120 schedules, found a failure, simplifying, 5s"},
		{"x", at(0, 0, 0), "", "x: 0 schedules, 0 steps/s, 0s"},
		{"x", at(7, 999_499, time.Second), "", "x: 7 schedules, 999 k steps/s, 1s"},
		{"x", at(7, 999_500, time.Second), "", "x: 7 schedules, 1.0 M steps/s, 1s"},
		{"x", at(7, 90_000, 90*time.Second), "", "x: 7 schedules, 1 k steps/s, 1m30s"},
		{long, at(3120, 8_400_000, 4*time.Second), "", long[:41] + "...: 3120 schedules, 2.1 M steps/s, 4s"},
		{strings.Repeat("é", 90), at(3120, 8_400_000, 4*time.Second), "", strings.Repeat("é", 41) + "...: 3120 schedules, 2.1 M steps/s, 4s"},
	} {
		got := cli.ProgressText(c.name, c.now, c.more)
		if got != c.want || len([]rune(got)) >= cli.Columns {
			t.Errorf("%d characters:\n%s\nwant\n%s", len([]rune(got)), got, c.want)
		}
	}
	var terminal bytes.Buffer
	cli.NewLine(&terminal).Show(long + "\nand more")
	if want := erase + long[:76] + "..."; terminal.String() != want {
		t.Errorf("got %q, want %q", &terminal, want)
	}
}

// What is no terminal gets neither colours nor lines that are rewritten.
func TestNoTerminal(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	for _, f := range []*os.File{file, null, w} {
		if cli.IsTerminal(f) || cli.CanRewrite(f) || cli.CanColor(f) {
			t.Errorf("%s is taken for a terminal", f.Name())
		}
	}
}
