package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/ravelgo/ravel/internal/cli"
)

// onTerminal runs the command with the given variables on a pseudo terminal, and returns all that the terminal got.
func onTerminal(t *testing.T, dir string, env []string, args ...string) (string, int) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("there are no pseudo terminals here: ", err)
	}
	defer master.Close()
	var unlocked, number int32
	ioctl(t, master, syscall.TIOCSPTLCK, &unlocked)
	ioctl(t, master, syscall.TIOCGPTN, &number)
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "RAVEL_BE_THE_COMMAND=1"), env...)
	cmd.Stdout, cmd.Stderr = slave, slave
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	var out bytes.Buffer
	out.ReadFrom(master) // its error is that the terminal is closed
	cmd.Wait()
	return strings.ReplaceAll(out.String(), "\r\n", "\n"), cmd.ProcessState.ExitCode()
}

func ioctl(t *testing.T, f *os.File, request uintptr, arg *int32) {
	t.Helper()
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), request, uintptr(unsafe.Pointer(arg))); errno != 0 {
		t.Fatal(errno)
	}
}

// On a terminal there is a line that grows and is removed; what is left is what a pipe gets.
func TestProgressOnTerminal(t *testing.T) {
	t.Parallel()
	dir := sharedFixture(t)
	args := []string{"test", "./good", "--time", "1200ms", "--workers", "1"}
	out, code := onTerminal(t, dir, []string{"GOWORK=off", "TERM=xterm"}, args...)
	if code != cli.Clean {
		t.Errorf("exit %d", code)
	}
	line := regexp.MustCompile(`\r\x1b\[K(good TestPing: \d+ schedules?, [\d.]+ [kM]? ?steps/s, 1s)?`)
	if shown := line.FindAllString(out, -1); len(shown) < 3 { // two, and the removal
		t.Errorf("%d lines in %q", len(shown), out)
	}
	rest := line.ReplaceAllString(out, "")
	if strings.ContainsAny(rest, "\r\x1b") || strings.Contains(rest, "ravel.") {
		t.Errorf("left is %q", rest)
	}
	has(t, "output", rest, `\A--- PASS: TestPing`, `no failure found`, `^ok\s+example.com/fixture/good`)
}

// Where a line cannot or shall not be written again, there is none.
func TestNoProgress(t *testing.T) {
	t.Parallel()
	dir := sharedFixture(t)
	for _, c := range []struct {
		term, args, never string
	}{
		{"dumb", "test ./good --time 600ms", "=== ATTR"},
		{"xterm", "test ./good --time 600ms --json", "ravel.progress"},
		{"xterm", "test ./half --time 600ms -- -v", "=== ATTR"}, // it would overwrite half a line
	} {
		t.Run(c.term+" "+c.args, func(t *testing.T) {
			t.Parallel()
			out, code := onTerminal(t, dir, []string{"GOWORK=off", "TERM=" + c.term}, strings.Fields(c.args)...)
			if code != cli.Clean || strings.ContainsAny(out, "\r\x1b") || strings.Contains(out, c.never) || !strings.Contains(out, "no failure found") {
				t.Errorf("exit %d, %q", code, out)
			}
		})
	}
}
