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
// there it has verified. For more kills:
//
//	go test ./cmd/movetable -run TestKills -kills 20
func TestKills(t *testing.T) {
	dir, killed := t.TempDir(), 0
	for range *kills {
		p := start(t, dir, "--rows=200")
		time.Sleep(time.Duration(100+rand.IntN(1900)) * time.Millisecond)
		if !p.kill(t) {
			t.Logf("it had ended:\n%s", &p.out)
			continue
		}
		killed++
		t.Logf("killed after:\n%s", last(p.out.String()))
	}
	out := start(t, dir, "--rows=200").finish(t)
	if !strings.Contains(out, "\nverified ") {
		t.Fatalf("after %d kills:\n%s", killed, out)
	}
	t.Logf("%d kills, then:\n%s", killed, last(out))
}

// TestKillsOfProcesses has a migrator and clients who are processes of their own, and kills now the one, now one of the
// others, while the rest goes on. Then the table must be what the journals say.
func TestKillsOfProcesses(t *testing.T) {
	dir := t.TempDir()
	args := [][]string{{dir, "--migrator"}, {dir, "--client=0"}, {dir, "--client=1"}, {dir, "--client=2"}}
	var running []*process
	for i := range args {
		args[i] = append(args[i], "--rows=400")
		running = append(running, start(t, args[i]...))
	}
	killed := make([]int, len(args))
	for n := range 2 * *kills {
		who := 0
		if n%2 == 1 {
			who = 1 + rand.IntN(len(args)-1)
		}
		time.Sleep(time.Duration(50+rand.IntN(500)) * time.Millisecond)
		if running[who].kill(t) {
			killed[who]++
		}
		running[who] = start(t, args[who]...)
	}
	for i, p := range running {
		t.Logf("%q, killed %d times before:\n%s", args[i][1], killed[i], last(p.finish(t)))
	}
	out := start(t, dir, "--rows=400").finish(t)
	if !strings.Contains(out, "begins in UseNew") || !strings.Contains(out, "\nverified ") {
		t.Fatalf("after the kills:\n%s", out)
	}
	t.Logf("the migrator was killed %d times, clients %d times; then:\n%s", killed[0], killed[1]+killed[2]+killed[3], last(out))
}

// last are the last lines of a text.
func last(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "\n")
}
