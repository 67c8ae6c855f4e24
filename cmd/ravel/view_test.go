package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/results"
	"github.com/ravelgo/ravel/trace"
)

func broken(test string) results.Exploration {
	t := &trace.Trace{
		Header:  trace.Header{Package: "example.com/p", Test: test},
		Events:  []trace.Event{{Step: 1, Kind: trace.Began, Who: "test"}, {Step: 2, Kind: trace.Failed, Who: "test", Type: "assertion", Value: "no"}},
		Failure: &trace.Failure{Kind: failure.KindAssertion, Error: "no"},
	}
	passing := *t
	passing.Events, passing.Failure = t.Events[:1], nil
	return results.Exploration{
		Package: "example.com/p", Test: test, Nth: 1, Trace: t, Passing: &passing, Deciding: 1,
		Failure: &results.Failure{Replay: "ravel replay " + test, Found: results.Size{Steps: 9, Switches: 5}, Shrunk: results.Size{Steps: 2, Switches: 1}},
	}
}

func TestHTML(t *testing.T) {
	var b bytes.Buffer
	again := broken("TestB")
	again.Nth = 2
	if err := writeHTML(&b, &gathered{explored: []results.Exploration{broken("TestA"), {Test: "TestPasses"}, again}}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<title>2 failures</title>", `"title":"example.com/p.TestA"`, `"title":"example.com/p.TestB (2)"`, `"command":"ravel replay TestA"`,
		"from 9 steps and 5 switches to 2 steps and 1 switch", `"deciding":1`, `id="ravel-passing-1"`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page does not have %s", want)
		}
	}
	if err := writeHTML(io.Discard, &gathered{explored: []results.Exploration{{Test: "TestPasses"}}}); err != errNothing {
		t.Errorf("a page of no failure: %v", err)
	}
}

// TestView runs the command until it is interrupted.
func TestView(t *testing.T) {
	file := filepath.Join(t.TempDir(), "trace.jsonl")
	var lines bytes.Buffer
	if err := broken("TestA").Trace.WriteJSON(&lines); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, lines.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	ctx, interrupt := context.WithCancel(context.Background())
	s := &shell{out: w, err: io.Discard, ctx: ctx}
	code := make(chan int)
	go func() {
		code <- s.main([]string{"view", "--no-browser", file})
		w.Close()
	}()
	text := make([]byte, 4096)
	n, err := r.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	url := regexp.MustCompile(`http://127\.0\.0\.1:\d+/\w+/`).FindString(string(text[:n]))
	client := http.Client{Timeout: time.Minute}
	answer, err := client.Get(url)
	if err != nil {
		t.Fatalf("%v; it said %s", err, text[:n])
	}
	page, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || !strings.Contains(string(page), "<title>TestA</title>") {
		t.Errorf("%v: %.200s", err, page)
	}
	interrupt()
	if got := <-code; got != 0 {
		t.Errorf("exit code %d when it is interrupted", got)
	}
}
