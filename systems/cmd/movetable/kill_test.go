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

var kills = flag.Int("kills", 3, "how often the tests kill each kind of process")

// asCommand lets the test binary be the command.
const asCommand = "MOVETABLE_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr))
	}
	flag.Parse()
	os.Exit(m.Run())
}

// process is the command as a process of its own.
type process struct {
	*exec.Cmd
	out   bytes.Buffer
	ended chan struct{} // closed when it has
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], append(args, "--lease=400ms")...), ended: make(chan struct{})}
	p.Env = append(os.Environ(), asCommand+"=1")
	p.Stdout, p.Stderr = &p.out, &p.out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.Wait(); close(p.ended) }()
	t.Cleanup(func() { _ = p.Process.Kill(); <-p.ended })
	return p
}

// kill ends the process as kill -9 does. It returns false if it had ended, which is no failure if it ended well.
func (p *process) kill(t *testing.T) bool {
	t.Helper()
	_ = p.Process.Kill()
	<-p.ended
	if p.ProcessState.ExitCode() > 0 {
		t.Fatalf("%q failed by itself:\n%s", p.Args[1:], &p.out)
	}
	return !p.ProcessState.Success()
}

// finish waits for the end, which must be good, and returns what was printed.
func (p *process) finish(t *testing.T) string {
	t.Helper()
	<-p.ended
	if !p.ProcessState.Success() {
		t.Fatalf("%q: %v\n%s", p.Args[1:], p.ProcessState, &p.out)
	}
	return p.out.String()
}

// TestKills kills the command again and again, clients and migrator with it, and then lets it run to its end. What it prints
// there it has verified. A table that has been moved before that is followed by another one. For more kills:
//
//	go test ./cmd/movetable -run TestKills -kills 20
func TestKills(t *testing.T) {
	dir := t.TempDir()
	for left := *kills; left > 0; {
		p := start(t, dir, "--rows=200")
		time.Sleep(time.Duration(100+rand.IntN(1900)) * time.Millisecond)
		if p.kill(t) {
			left--
			t.Logf("killed after:\n%s", last(p.out.String()))
			continue
		}
		verified(t, p)
		dir = t.TempDir()
	}
	verified(t, start(t, dir, "--rows=200"))
}

// verified waits for the end of a process, which must have found everything right.
func verified(t *testing.T, p *process) {
	t.Helper()
	out := p.finish(t)
	if !strings.Contains(out, "\nverified ") {
		t.Fatalf("%q:\n%s", p.Args[1:], out)
	}
	t.Logf("%q:\n%s", p.Args[2:], last(out))
}

// TestKillsOfProcesses has a migrator and clients who are processes of their own, and kills now the one, now one of the
// others, while the rest goes on. Then the table must be what the journals say.
func TestKillsOfProcesses(t *testing.T) {
	left := [2]int{*kills, *kills} // of the migrator, of clients
	for left[0]+left[1] > 0 {
		killProcesses(t, t.TempDir(), &left)
	}
}

// killProcesses moves one table, and kills until nothing is left to kill or the table has been moved.
func killProcesses(t *testing.T, dir string, left *[2]int) {
	args := [][]string{{dir, "--migrator"}, {dir, "--client=0"}, {dir, "--client=1"}, {dir, "--client=2"}}
	var running []*process
	for i := range args {
		args[i] = append(args[i], "--rows=400")
		running = append(running, start(t, args[i]...))
	}
	killed := make([]int, len(args))
	for kind := 0; left[0]+left[1] > 0; kind = 1 - kind {
		if left[kind] == 0 {
			continue
		}
		who := kind * (1 + rand.IntN(len(args)-1))
		time.Sleep(time.Duration(50+rand.IntN(500)) * time.Millisecond)
		if !running[who].kill(t) {
			break
		}
		left[kind]--
		killed[who]++
		running[who] = start(t, args[who]...)
	}
	for i, p := range running {
		t.Logf("%s, killed %d times before:\n%s", args[i][1], killed[i], last(p.finish(t)))
	}
	verified(t, start(t, dir, "--rows=400"))
}

// last are the last lines of a text.
func last(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "\n")
}
