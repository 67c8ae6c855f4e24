package main

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

var kills = flag.Int("kills", 3, "how often TestKills kills the command")

// asCommand lets the test binary be the command.
const asCommand = "MOVETABLE_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	flag.Parse()
	os.Exit(m.Run())
}

// TestKills kills the command again and again, writers and migrator with it, and then lets it run to its end. What it prints
// there it has verified. For more kills:
//
//	go test ./cmd/movetable -run TestKills -kills 20
func TestKills(t *testing.T) {
	dir := t.TempDir()
	start := func() (*exec.Cmd, *bytes.Buffer) {
		c := exec.Command(os.Args[0], dir, "--rows=200", "--lease=400ms")
		c.Env = append(os.Environ(), asCommand+"=1")
		out := &bytes.Buffer{}
		c.Stdout, c.Stderr = out, out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c, out
	}
	killed := 0
	for range *kills {
		c, out := start()
		time.Sleep(time.Duration(100+rand.IntN(1900)) * time.Millisecond)
		_ = c.Process.Kill()
		if err := c.Wait(); err == nil {
			t.Logf("it had ended:\n%s", out)
			continue
		}
		if c.ProcessState.Exited() {
			t.Fatalf("it failed by itself:\n%s", out)
		}
		killed++
		t.Logf("killed after:\n%s", last(out.String()))
	}
	c, out := start()
	if err := c.Wait(); err != nil || !strings.Contains(out.String(), "\nverified ") {
		t.Fatalf("%v after %d kills:\n%s", err, killed, out)
	}
	t.Logf("%d kills, then:\n%s", killed, last(out.String()))
}

// last are the last lines of a text.
func last(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "\n")
}
