package command_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/bankd/command"
)

// asCommand lets the test binary be bankd.
const asCommand = "BANKD_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(command.Run(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// patience is how long a test waits for what must happen, on any machine.
const patience = 2 * time.Minute

// log is what a process has said.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// process is bankd as a process of its own.
type process struct {
	*exec.Cmd
	log   log
	ended chan struct{} // closed when it has
}

func start(t testing.TB, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0], args...), ended: make(chan struct{})}
	p.Env = append(os.Environ(), asCommand+"=1")
	p.Stdout, p.Stderr = &p.log, &p.log
	p.SysProcAttr = dieWithParent()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.Wait(); close(p.ended) }()
	t.Cleanup(p.kill)
	return p
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	_ = p.Process.Kill()
	<-p.ended
}

// terminate asks the process to end, and returns its exit code.
func (p *process) terminate(t testing.TB) int {
	t.Helper()
	_ = p.Process.Signal(syscall.SIGTERM)
	return p.wait(t)
}

func (p *process) wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		t.Fatalf("%q does not end:\n%s", p.Args[1:], p.tail())
	}
	return p.ProcessState.ExitCode()
}

// serving returns a field of the last line in which the process says that it serves, or "".
func (p *process) serving(field string) (value string) {
	for line := range strings.Lines(p.log.String()) {
		var said map[string]any
		if json.Unmarshal([]byte(line), &said) == nil && said["msg"] == "serving" {
			value, _ = said[field].(string)
		}
	}
	return value
}

// served waits until the process says so.
func (p *process) served(t testing.TB, field string) string {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if v := p.serving(field); v != "" {
			return v
		}
		select {
		case <-p.ended:
			t.Fatalf("%q ended:\n%s", p.Args[1:], p.tail())
		default:
		}
	}
	t.Fatalf("%q does not serve:\n%s", p.Args[1:], p.tail())
	return ""
}

// tail is the last that the process has said.
func (p *process) tail() string {
	lines := strings.Split(strings.TrimSpace(p.log.String()), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
