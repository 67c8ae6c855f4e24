package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
	"github.com/ravelgo/ravel/systems/fabric/local/localtest"
)

var (
	lineCount = flag.Int64("fabricd.lines", 100_000, "lines of the text whose words tests count")
	seed      = flag.Uint64("fabricd.seed", 1, "of the text, and of what is killed")
)

// writeText writes a text of random words, frequent ones and rare ones, and returns its name and how often each word is
// in it.
func writeText(t *testing.T, rnd *rand.Rand, n int64) (name string, counts map[string]int64) {
	t.Helper()
	name, counts = filepath.Join(t.TempDir(), "text"), map[string]int64{}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	for range n {
		for range rnd.IntN(10) { // some lines have none
			word := fmt.Sprintf("w%d", int64(math.Exp(rnd.Float64()*math.Log(5000)))) // the frequency of a word is about 1/rank
			counts[word]++
			fmt.Fprint(w, word, " ")
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return name, counts
}

// useText makes a file the text of the command.
func useText(t *testing.T, name string) {
	t.Helper()
	opened, err := openText(name)
	if err != nil {
		t.Fatal(err)
	}
	flags.Text = *opened
	t.Cleanup(func() {
		flags.Text = text{}
		_ = opened.file.Close() // it was only read
	})
}

// The words of a text are counted by three processes that are killed while they do it, and each count is right. A
// million lines:
//
//	go test ./cmd/fabricd -run TestWordCount -fabricd.lines 1000000 -v
func TestWordCount(t *testing.T) {
	t.Parallel()
	rnd := rand.New(rand.NewPCG(*seed, 1))
	name, want := writeText(t, rnd, *lineCount)
	useText(t, name)
	c := localtest.StartProcesses(t, localtest.Lease, "--text="+name)
	a := newAttack(t, c, rnd, flags.Text.partitions()...)
	a.whole(3)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if end, ok := t.Deadline(); ok {
		ctx, cancel = context.WithDeadline(ctx, end.Add(-20*time.Second))
		defer cancel()
	}
	stop, done := make(chan struct{}), make(chan error, 1)
	var out bytes.Buffer
	go func() {
		err := wordCount(ctx, c.Client(), &out)
		close(stop)
		done <- err
	}()
	a.run(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	summary, rest, _ := strings.Cut(out.String(), "\n")
	t.Logf("%s; %v", summary, a)
	if a.total() == 0 {
		t.Error("it was over before anything was killed: give it more lines")
	}
	got := map[string]int64{}
	for line := range strings.Lines(rest) {
		var word string
		var n int64
		if _, err := fmt.Sscan(line, &n, &word); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		got[word] = n
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v", compare(got, want))
	}
}

// Mistakes are told, with what to do.
func TestWordCountMistakes(t *testing.T) {
	t.Cleanup(func() { flags.Text = text{} }) // what was parsed last
	name, _ := writeText(t, rand.New(rand.NewPCG(*seed, 2)), 100)
	long := filepath.Join(t.TempDir(), "long")
	if err := os.WriteFile(long, bytes.Repeat([]byte("x "), lineBytes), 0o600); err != nil {
		t.Fatal(err)
	}
	nobody := "--nodes=n1=127.0.0.1:1;n2=127.0.0.1:1;n3=127.0.0.1:1"
	for _, test := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"wordcount"}, 1, "which text?"},
		{[]string{"wordcount", "--text="}, 2, "no such file"},
		{[]string{"wordcount", "--text=" + name + ".txt"}, 2, "no such file"},
		{[]string{"run", "n1", "--dir=" + t.TempDir(), "--text=" + name + ".txt"}, 2, "no such file"},
		{[]string{"wordcount", "--text=" + filepath.Dir(name)}, 2, "name a file with lines of words"},
		{[]string{"wordcount", "--text=" + long}, 2, "line 1: it is longer than 1048576 bytes"},
		{[]string{"wordcount", name}, 2, "unexpected argument"},
		{[]string{"wordcount", "--text=" + name, nobody, "--timeout=100ms"}, 1, "no node answers"},
	} {
		var out, messages bytes.Buffer
		if code := program.Run(test.args, &out, &messages); code != test.code || !strings.Contains(messages.String(), test.says) || out.Len() > 0 {
			t.Errorf("%v: exit code %d, %s%s", test.args, code, &out, &messages)
		}
	}
}

// A cluster that cannot count the text says so, and does not count something else.
func TestWordCountRefused(t *testing.T) {
	rnd := rand.New(rand.NewPCG(*seed, 3))
	mistake := func(c *localtest.Embedded, says string) {
		t.Helper()
		var out bytes.Buffer
		if err := wordCount(t.Context(), c.Client(), &out); err == nil || !strings.Contains(err.Error(), says) || out.Len() > 0 {
			t.Errorf("%v, want %q; %s", err, says, &out)
		}
	}
	ledgers := localtest.Start(t, services()...)
	ledgers.Stable(service.PartitionID{Service: "ledger"}, 3)
	name, _ := writeText(t, rnd, 100)
	useText(t, name)
	mistake(ledgers, "start them with --text=FILE")

	c := localtest.Start(t, services()...)
	for _, p := range flags.Text.partitions() {
		c.Stable(p, 3)
	}
	name, _ = writeText(t, rnd, 100)
	useText(t, name)
	mistake(c, "the job is refused")

	// All processes at once take all memory with them.
	losses, err := ready(t.Context(), c.Client())
	if err != nil {
		t.Fatal(err)
	}
	j := counting{cluster: c.Client(), losses: losses}
	if err := j.lost(t.Context()); err != nil {
		t.Error(err)
	}
	for name := range c.Dirs {
		c.Stop(name)
	}
	for name := range c.Dirs {
		c.Start(name)
	}
	localtest.Eventually(t, "the loss is noticed", func() bool {
		err := j.lost(t.Context())
		return err != nil && strings.Contains(err.Error(), "has lost its data")
	})
}

// A job that counts wrongly is noticed: with C3 it closes windows too early.
func TestWrongCountIsNoticed(t *testing.T) {
	name, _ := writeText(t, rand.New(rand.NewPCG(*seed, 4)), 30_000)
	useText(t, name)
	c := localtest.Start(t, flags.Text.services(cscale.C3)...)
	for _, p := range flags.Text.partitions() {
		c.Stable(p, 3)
	}
	var out bytes.Buffer
	err := wordCount(t.Context(), c.Client(), &out)
	if err == nil || !strings.Contains(err.Error(), "words are wrong") || out.Len() > 0 {
		t.Errorf("%v; %s", err, &out)
	}
}

// The words of a result that are wrong are named: those that are counted too often, too seldom, not at all, and out of
// nothing.
func TestCompare(t *testing.T) {
	right := map[string]int64{"a": 1, "b": 2, "c": 3}
	if err := compare(maps.Clone(right), right); err != nil {
		t.Error(err)
	}
	err := compare(map[string]int64{"a": 1, "b": 3, "d": 1}, right)
	want := `the counts of 3 of 4 words are wrong: "b" was counted 3 times, and is there 2 times; ` +
		`"c" was counted 0 times, and is there 3 times; "d" was counted 1 times, and is there 0 times`
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
