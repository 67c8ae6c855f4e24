package main

import (
	"bytes"
	"flag"
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

var lines = flag.Int64("fabricd.lines", 20_000, "lines of the word count in tests")

// A job that counts words runs on three processes that are killed while it runs, and its result is right to the last word. A million lines:
//
//	go test ./cmd/fabricd -run TestWordCount -fabricd.lines 1000000 -v
func TestWordCount(t *testing.T) {
	size.Lines = *lines
	c := localtest.StartProcesses(t, lease, fmt.Sprint("--lines=", *lines))
	for _, p := range partitions() {
		c.Stable(p, 3)
	}
	stop, done := make(chan struct{}), make(chan error)
	var said bytes.Buffer
	go func() {
		err := wordCount(t.Context(), c.Client(), &said)
		close(stop)
		done <- err
	}()
	killed := disturb(t, c, stop, partitions()...)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills; %s", killed, &said)
	if killed == 0 {
		t.Error("it was over before anything was killed: give it more lines")
	}
}
