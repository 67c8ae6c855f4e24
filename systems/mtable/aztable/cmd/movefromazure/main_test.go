package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/aztable/internal/azurite"
)

// asCommand lets the test binary be the command.
const asCommand = "MOVEFROMAZURE_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// A table is moved out of the emulator, by a process that is killed once, and by one that goes on.
func TestMove(t *testing.T) {
	e, err := azurite.Start()
	var missing *azurite.MissingError
	switch {
	case errors.As(err, &missing):
		t.Skipf("NOT TESTED: no table is moved from Azure, because Azurite cannot be installed: %v", missing)
	case err != nil:
		t.Fatalf("Azurite does not start: %v", err)
	}
	defer e.Stop()
	dir := t.TempDir()
	start := func() (*exec.Cmd, *bytes.Buffer) {
		out := &bytes.Buffer{}
		c := exec.Command(os.Args[0], dir, "--rows=150", "--writers=2", "--lease=1s")
		c.Env = append(os.Environ(), asCommand+"=1", connection+"="+e.Connection)
		c.Stdout, c.Stderr = out, out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c, out
	}
	c, out := start()
	time.Sleep(2500 * time.Millisecond)
	_ = c.Process.Kill()
	if _ = c.Wait(); c.ProcessState.ExitCode() > 0 {
		t.Fatalf("it failed by itself:\n%s", out)
	}
	t.Logf("killed after:\n%s", out)
	c, out = start()
	if err := c.Wait(); err != nil || !strings.Contains(out.String(), "\nverified ") {
		t.Fatalf("%v:\n%s", err, out)
	}
	t.Logf("then:\n%s", out)
}

// Without a connection string the error says what to do.
func TestUsage(t *testing.T) {
	for value, want := range map[string]string{"": "is not set", "x": connection + ":"} {
		t.Setenv(connection, value)
		var out, messages bytes.Buffer
		if code := command.Run([]string{t.TempDir()}, &out, &messages); code != 1 || !strings.Contains(messages.String(), want) {
			t.Errorf("%q: exit code %d, %s%s", value, code, &out, &messages)
		}
	}
}
