package check

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ravelgo/ravel/internal/prose"
)

// launch is how this process was started. Tests change their directory, their environment and os.Args, and a worker that
// begins where they have led would change them twice.
var launch struct {
	dir       string
	args, env []string
}

// workerVariable tells a process that it is a worker.
const workerVariable = "RAVEL_WORKER"

func init() {
	launch.dir, _ = os.Getwd()
	launch.args, launch.env = slices.Clone(os.Args), os.Environ()
	if v := os.Getenv(workerVariable); v != "" {
		os.Unsetenv(workerVariable) // the processes that the test starts are none
		launch.env = os.Environ()
		work, workErr = parseAssignment(v)
	}
	if ordinaryMode = os.Getenv(ordinaryVariable); injected() {
		os.Unsetenv(ordinaryVariable) // tests that run their own binary again want it to be an ordinary one
	}
}

// assignment is what a worker process knows before it has come to its test.
type assignment struct {
	requests, answers, memory int // inherited files
	n, of                     int // which one it is of how many processes
	test                      string
}

// The files that a worker inherits behind the standard ones.
const (
	requestsFile = 3 + iota
	answersFile
	memoryFile
)

func (a *assignment) String() string {
	return fmt.Sprintf("%d,%d,%d,%d,%d,%s", a.requests, a.answers, a.memory, a.n, a.of, a.test)
}

// parseAssignment reads the variable of a worker process.
func parseAssignment(v string) (*assignment, error) {
	a := &assignment{}
	fields := strings.SplitN(v, ",", 6)
	numbers := []*int{&a.requests, &a.answers, &a.memory, &a.n, &a.of}
	if len(fields) <= len(numbers) {
		return nil, errWorkerVariable(v)
	}
	for i, n := range numbers {
		var err error
		if *n, err = strconv.Atoi(fields[i]); err != nil || *n < 0 {
			return nil, errWorkerVariable(v)
		}
	}
	if a.test = fields[5]; a.test == "" || a.n >= a.of || a.of > maxWorkers {
		return nil, errWorkerVariable(v)
	}
	for _, fd := range numbers[:3] {
		keepFromChildren(*fd)
	}
	return a, nil
}

func errWorkerVariable(v string) error {
	return fmt.Errorf("ravel: %s=%q: Ravel sets this variable itself, in its worker processes; the number of workers is set by RAVEL_WORKERS", workerVariable, v)
}

// command is a copy of this process that runs one test.
func (a *assignment) command(test string) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe, workerArgs(flag.CommandLine, launch.args[1:], test)...)
	cmd.Args[0] = launch.args[0]
	cmd.Dir = launch.dir
	cmd.Env = append(withoutRaceSleep(slices.Clone(launch.env)), workerVariable+"="+a.String())
	return cmd, nil
}

// withoutRaceSleep lets a process under the race detector end at once: by default it sleeps for a second first.
func withoutRaceSleep(env []string) []string {
	const name, setting = "GORACE=", "atexit_sleep_ms=0"
	for i, v := range env {
		if strings.HasPrefix(v, name) {
			if !strings.Contains(v, "atexit_sleep_ms") {
				env[i] = v + " " + setting
			}
			return env
		}
	}
	return append(env, name+setting)
}

// testFlags are the flags of package testing that a worker process gets as well, because they may change what a test does.
// All others choose tests, say where results go, or would write over the files of the tester: profiles, coverage, and the
// list by which the go command caches results.
var testFlags = []string{"short", "paniconexit0", "parallel", "cpu"}

// workerArgs makes the arguments of a worker process from those of this one, as package flag reads them: what follows is
// the user's, a test and its parents are the only ones that run, and no deadline ends them.
func workerArgs(known *flag.FlagSet, args []string, test string) []string {
	var kept []string
	for len(args) > 0 {
		name, _, hasValue := strings.Cut(strings.TrimLeft(args[0], "-"), "=")
		n := len(args[0]) - len(strings.TrimLeft(args[0], "-"))
		if n == 0 || n > 2 || name == "" {
			break // what follows are no flags
		}
		size := 1
		if f := known.Lookup(name); !hasValue && f != nil && len(args) > 1 {
			if b, ok := f.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
				size = 2
			}
		}
		word, ours := strings.CutPrefix(name, "test.")
		switch {
		case !ours, slices.Contains(testFlags, word) && word != "cpu":
			kept = append(kept, args[:size]...)
		case word == "cpu":
			// The tester runs its test for each number of a list: now it is at one of them.
			kept = append(kept, "-test.cpu="+strconv.Itoa(runtime.GOMAXPROCS(0)))
		}
		args = args[size:]
	}
	run := []string{"-test.run=" + runPattern(test), "-test.count=1", "-test.timeout=0"}
	return slices.Concat(run, kept, args)
}

// tail keeps the end of what a process writes.
type tail struct {
	mu   sync.Mutex
	text []byte
	cut  bool
}

// tailSize is how much of it. A Go process that dies writes the stacks of its goroutines.
const tailSize = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.text = append(t.text, p...); len(t.text) > 2*tailSize {
		t.text, t.cut = append([]byte(nil), t.text[len(t.text)-tailSize:]...), true
	}
	return len(p), nil
}

// Lines of a process that dies. What it died of comes first, and below it many goroutines that have nothing to do with it.
const (
	lastLines   = 10
	deathLines  = 40
	longestLine = 400
)

var deathMarks = []string{"fatal error: ", "panic: ", "runtime: ", "unexpected fault address", "SIG", "ravel: ", "WARNING: DATA RACE"}

// lastWords returns the lines that tell most.
func (t *tail) lastWords() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimRight(string(t.text), "\n"), "\n")
	if t.cut {
		lines = lines[1:] // it may have lost its beginning
	}
	from, most := max(0, len(lines)-lastLines), lastLines
	for i, l := range lines {
		if slices.ContainsFunc(deathMarks, func(mark string) bool { return strings.HasPrefix(l, mark) }) {
			from, most = i, deathLines
			break
		}
	}
	lines = lines[from:]
	if left := len(lines) - most; left > 0 {
		lines = append(lines[:most:most], fmt.Sprintf("... (%s more)", prose.Plural(left, "line")))
	}
	for i, l := range lines {
		if len(l) > longestLine {
			lines[i] = l[:longestLine] + "..."
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Processes that are asked to end get some time: what the tests of the package have set up, they take down.
const endTime = 2 * time.Second
