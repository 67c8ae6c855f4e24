package drill

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Process is a command as a process of its own. It is killed when the process that
// started it ends, where the system can do that.
type Process struct {
	Cmd *exec.Cmd

	mu  sync.Mutex
	log bytes.Buffer

	ended chan struct{} // closed when it has
}

// Launch starts a process. Its output, both streams, is its log.
func Launch(cmd *exec.Cmd) (*Process, error) {
	p := &Process{Cmd: cmd, ended: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p, p
	cmd.SysProcAttr = dieWithParent()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = cmd.Wait(); close(p.ended) }() // the exit code is in ProcessState
	return p, nil
}

// Write takes what the process says.
func (p *Process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

// Log returns what the process has said.
func (p *Process) Log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// lines counts what the process has said.
func (p *Process) lines() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Count(p.log.Bytes(), []byte("\n"))
}

// Tail returns the last that the process has said.
func (p *Process) Tail() string {
	lines := strings.Split(strings.TrimSpace(p.Log()), "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}

// Kill ends the process as kill -9 does.
func (p *Process) Kill() {
	_ = p.Cmd.Process.Kill()
	<-p.ended
}

// Terminate asks the process to end and returns its exit code.
func (p *Process) Terminate(patience time.Duration) (int, error) {
	_ = p.Cmd.Process.Signal(syscall.SIGTERM)
	return p.Wait(patience)
}

// Wait returns the exit code when the process has ended.
func (p *Process) Wait(patience time.Duration) (int, error) {
	if !p.endsWithin(patience) {
		return 0, fmt.Errorf("%q does not end within %v:\n%s", p.Cmd.Args, patience, p.Tail())
	}
	return p.Cmd.ProcessState.ExitCode(), nil
}

// endsWithin reports whether the process has ended, and waits for that.
func (p *Process) endsWithin(d time.Duration) bool {
	if d == 0 {
		select {
		case <-p.ended:
			return true
		default:
			return false
		}
	}
	select {
	case <-p.ended:
		return true
	case <-time.After(d):
		return false
	}
}

// Addr returns where the process says that it listens, in a log of lines of JSON.
func (p *Process) Addr(patience time.Duration) (string, error) {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		for line := range strings.Lines(p.Log()) {
			var said struct{ Msg, Addr string }
			if json.Unmarshal([]byte(line), &said) == nil && said.Msg == "serving" {
				return said.Addr, nil
			}
		}
		if p.endsWithin(5 * time.Millisecond) {
			return "", fmt.Errorf("%q has ended:\n%s", p.Cmd.Args, p.Tail())
		}
	}
	return "", fmt.Errorf("%q does not serve within %v:\n%s", p.Cmd.Args, patience, p.Tail())
}
