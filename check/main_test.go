package check_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ravelgo/ravel/check"
)

// children are tests that must fail, or end the process: they are run by another process of this test binary.
var children = map[string]func(t *testing.T){}

const childEnv = "CHECK_TEST_CHILD"

// noCopiesEnv makes copies of the process fail before they come to a test, as they do where TestMain needs a port or a file.
const noCopiesEnv = "CHECK_TEST_NO_COPIES"

func TestMain(m *testing.M) {
	if os.Getenv(noCopiesEnv) != "" && check.InWorkerProcess() {
		os.Stderr.WriteString("only one of us at a time\n")
		os.Exit(3)
	}
	if os.Getenv(childEnv) != "" {
		var tests []testing.InternalTest
		for name, f := range children {
			tests = append(tests, testing.InternalTest{Name: name, F: f})
		}
		testing.Main(regexp.MatchString, tests, nil, nil)
	}
	os.Exit(m.Run())
}

// result is how a child process ended.
type result struct {
	out  string
	code int
	cpu  time.Duration // of the process and those that it has waited for
}

// runChild runs one of the children in dir, with flags, and with variables, which contain "=" and begin with a capital.
func runChild(t testing.TB, dir, name string, settings ...string) result {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^"+name+"$", "-test.timeout=60s")
	cmd.Dir = dir
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "RAVEL_") {
			cmd.Env = append(cmd.Env, kv)
		}
	}
	cmd.Env = append(cmd.Env, childEnv+"=1")
	for _, s := range settings {
		if strings.HasPrefix(s, "-") {
			cmd.Args = append(cmd.Args, s)
		} else {
			cmd.Env = append(cmd.Env, s)
		}
	}
	return finished(t, cmd)
}

// finished runs a command that must not take long.
func finished(t testing.TB, cmd *exec.Cmd) result {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, &out)
	}
	if took := time.Since(start); took > 100*time.Second {
		t.Errorf("%v took %v", cmd.Args, took)
	}
	return result{out.String(), cmd.ProcessState.ExitCode(), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
}

// has fails t unless the output matches all patterns; white space in a pattern matches any, as reports are wrapped.
func (r result) has(t *testing.T, patterns ...string) {
	t.Helper()
	for _, p := range patterns {
		if !matches(r.out, p) {
			t.Errorf("exit code %d, the output does not match %q:\n%s", r.code, p, r.out)
		}
	}
}

func matches(text, pattern string) bool {
	return regexp.MustCompile(`(?m)` + strings.ReplaceAll(pattern, " ", `\s+`)).MatchString(text)
}

// ours fails t if the output tells of a panic, a fatal error or a data race that should have been a report.
func (r result) ours(t *testing.T) {
	t.Helper()
	r.alive(t)
	if strings.Contains(r.out, "DATA RACE") {
		t.Errorf("a data race:\n%s", r.out)
	}
}

// alive is ours for programs that do race.
func (r result) alive(t *testing.T) {
	t.Helper()
	for _, bad := range []string{"\npanic: ", "fatal error: ", "[recovered]"} {
		if strings.Contains("\n"+r.out, bad) {
			t.Errorf("the process died instead of reporting:\n%s", r.out)
		}
	}
}
