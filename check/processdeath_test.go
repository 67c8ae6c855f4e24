//go:build unix

package check_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ravelgo/ravel/check"
)

// workerEnv says what a worker process does before it comes to its test.
const workerEnv = "CHECK_TEST_WORKER"

func init() {
	if !check.InWorkerProcess() {
		return
	}
	if f := os.Getenv(pidsEnv); f != "" {
		os.WriteFile(filepath.Join(f, strconv.Itoa(os.Getpid())), nil, 0o666)
	}
	switch os.Getenv(workerEnv) {
	case "version":
		check.SetProtocolVersion(99)
	case "garbage":
		garble()
	case "exit":
		fmt.Println("no database")
		os.Exit(7)
	}
}

// diesEnv lets the test process die as its workers do.
const diesEnv = "CHECK_TEST_DIES"

// pidsEnv is a directory in which worker processes leave their numbers.
const pidsEnv = "CHECK_TEST_PIDS"

func garble() { os.NewFile(check.AnswersFile, "").WriteString("hello, world\n") }

// unlock is an error of the runtime.
func unlock() { new(sync.Mutex).Unlock() }

// deaths are ways in which an execution ends its process.
var deaths = map[string]struct {
	die  func()
	want string // how the process ended, and its last output
}{
	"exit":   {func() { fmt.Println("giving up"); os.Exit(3) }, `ended: exit status 3 (?s:.*)last output: giving up`},
	"exit0":  {func() { os.Exit(0) }, `ended: exit status 0`},
	"throw":  {unlock, `ended: exit status 2 (?s:.*)fatal error: sync: unlock of unlocked mutex(?s:.*)check_test\.unlock`},
	"panic":  {func() { go panic("nobody catches it"); time.Sleep(time.Second) }, `ended: exit status 2 (?s:.*)panic: nobody catches it`},
	"killed": {func() { syscall.Kill(os.Getpid(), syscall.SIGKILL); time.Sleep(time.Hour) }, `ended: signal: killed`},
	"hangs":  {func() { time.Sleep(time.Hour) }, `ended: exit status 2 (?s:.*)ravel: Death_hangs: stuck in execution \d+`},
	"stops":  {func() { syscall.Kill(os.Getpid(), syscall.SIGSTOP); time.Sleep(time.Hour) }, `ended: nothing came of it any more`},
}

// lasting is a test that goes on until processes take part, and 2000 executions longer.
func lasting(t *testing.T, body func(*check.T), opts ...check.Option) {
	defer func() {
		// All processes have ended, and were waited for.
		if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); !check.InWorkerProcess() && err != syscall.ECHILD {
			fmt.Println("LEFT BEHIND:", pid, err)
		}
	}()
	check.Test(t, body, append([]check.Option{check.Processes(), check.Workers(2), check.Strategy("random"), check.Seed(1), check.Schedules(12_000)}, opts...)...)
}

// slowly is a body of some 100 microseconds, which runs alone for long enough until processes are there.
func slowly(t *check.T) int {
	passing(t)
	for start := time.Now(); time.Since(start) < 50*time.Microsecond; {
	}
	return t.Int(100)*100 + t.Int(100)
}

func init() {
	for name, d := range deaths {
		children["Death_"+name] = func(t *testing.T) {
			lasting(t, func(t *check.T) {
				if slowly(t)%100 == 77 && check.InWorkerProcess() {
					d.die()
				}
			})
		}
	}
	children["DeathOnce"] = func(t *testing.T) {
		lasting(t, func(t *check.T) {
			if slowly(t)%100 == 77 && check.InWorkerProcess() {
				if _, err := os.Stat("died"); err != nil {
					os.WriteFile("died", nil, 0o666)
					os.Exit(3)
				}
			}
		})
	}
	children["DeathAnywhere"] = func(t *testing.T) {
		lasting(t, func(t *check.T) {
			switch {
			case slowly(t) >= 10:
			case check.InWorkerProcess(), os.Getenv(diesEnv) != "":
				os.Exit(3)
			default:
				os.WriteFile("spared", nil, 0o666)
			}
		})
	}
	children["DeathOfWorkers"] = func(t *testing.T) { lasting(t, func(t *check.T) { slowly(t) }) }
	children["Garbles"] = func(t *testing.T) {
		lasting(t, func(t *check.T) {
			if slowly(t)%100 == 77 && check.InWorkerProcess() {
				garble()
			}
		}, check.Workers(4))
	}
	children["Chatty"] = func(t *testing.T) {
		lasting(t, func(t *check.T) {
			if slowly(t); check.InWorkerProcess() {
				fmt.Println(strings.Repeat("chatter", 1000))
			}
		})
	}
	children["Endless"] = func(t *testing.T) { lasting(t, func(t *check.T) { slowly(t) }, check.Schedules(1<<40)) }
}

// An execution that ends its process is a failure that says how, with the last output, and what came of it in another
// process; nothing is left running.
func TestDeathOfProcess(t *testing.T) {
	for name, d := range deaths {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := runChild(t, t.TempDir(), "Death_"+name, "-ravel.stuck=500ms")
			r.has(t, `process failure found by random in execution [\d,]+:`, d.want, `once more: it ended another process as well: `,
				`go test github\.com/ravelgo/ravel/check -run '\^Death_`+name+`\$' -ravel\.workers=1 -ravel\.seed=1 -ravel\.schedules=\d+$`)
			if r.code != 1 || strings.Contains(r.out, "LEFT BEHIND") || strings.Contains(r.out, "saved:") {
				t.Errorf("exit code %d:\n%s", r.code, r.out)
			}
		})
	}
}

// The command of the report leads to the same execution in the test process.
func TestDeathIsRepeated(t *testing.T) {
	for seed := range 20 {
		dir, s := t.TempDir(), fmt.Sprint("-ravel.seed=", seed)
		r := runChild(t, dir, "DeathAnywhere", s)
		if _, err := os.Stat(filepath.Join(dir, "spared")); err == nil {
			continue // an execution before it would have ended the test process
		}
		r.has(t, `process failure found by random`)
		_, rest, _ := strings.Cut(r.out, "-ravel.schedules=")
		n, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
		before := runChild(t, dir, "DeathAnywhere", s, "-ravel.workers=1", fmt.Sprint("-ravel.schedules=", n-1), diesEnv+"=1")
		there := runChild(t, dir, "DeathAnywhere", s, "-ravel.workers=1", fmt.Sprint("-ravel.schedules=", n), diesEnv+"=1")
		if before.code != 0 || there.code != 3 {
			t.Errorf("with %d executions exit code %d, with %d exit code %d:\n%s", n-1, before.code, n, there.code, r.out)
		}
		return
	}
	t.Error("the test process was always first")
}

// A process that ends once, and not again, leaves a failure that did not happen again.
func TestDeathOfProcessOnce(t *testing.T) {
	r := runChild(t, t.TempDir(), "DeathOnce")
	r.has(t, `not reproducible found by random in execution`, `first seen was: the process that ran the execution ended: exit status 3; its replay gave no failure`)
	if r.code != 1 {
		t.Errorf("exit code %d", r.code)
	}
}

// Processes that never get to the test are named, and the run goes on as if there were none.
func TestProcessesThatDoNotGetReady(t *testing.T) {
	for kind, want := range map[string]string{
		"version": `does not speak the protocol of worker processes: it speaks version 99 and this process version 3`,
		"garbage": `does not speak the protocol of worker processes`,
		"exit":    `ended before it was ready: exit status 7; its last output: no database\. The run went on without it`,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := runChild(t, t.TempDir(), "DeathOfWorkers", "-ravel.v", workerEnv+"="+kind)
			r.has(t, `12,000 executions`, `1 worker$`, want)
			if r.code != 0 || strings.Contains(r.out, "LEFT BEHIND") {
				t.Errorf("exit code %d:\n%s", r.code, r.out)
			}
		})
	}
}

// What processes have claimed is run by others when they speak nonsense: the report has all executions.
func TestGarbledProcesses(t *testing.T) {
	r := runChild(t, t.TempDir(), "Garbles", "-ravel.v")
	r.has(t, `a worker process ended between two executions: it does not speak the protocol`)
	all := regexp.MustCompile(`12,000 executions.*\n.*longest execution \d+ steps`)
	one := all.FindString(runChild(t, t.TempDir(), "Garbles", "-ravel.v", "-ravel.workers=1").out)
	if got := all.FindString(r.out); got != one || one == "" {
		t.Errorf("%s\nwith one worker:\n%s", got, one)
	}
	if r.code != 0 || strings.Contains(r.out, "LEFT BEHIND") {
		t.Errorf("exit code %d:\n%s", r.code, r.out)
	}
}

// What processes write is nobody's business as long as they live.
func TestChattyProcesses(t *testing.T) {
	r := runChild(t, t.TempDir(), "Chatty", "-ravel.v")
	r.has(t, `12,000 executions`, `2 workers, one in a process of its own`)
	if r.code != 0 || strings.Contains(r.out, "chatter") {
		t.Errorf("exit code %d:\n%.1000s", r.code, r.out)
	}
}

// Processes end when the one that started them does, however that ends.
func TestProcessesEndWithTheTester(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd := exec.Command(os.Args[0], "-test.run=^Endless$")
			cmd.Dir, cmd.Env = dir, append(os.Environ(), childEnv+"=1", pidsEnv+"="+dir)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Wait()
			defer cmd.Process.Kill()
			var pid int
			for until := time.Now().Add(30 * time.Second); pid == 0; time.Sleep(10 * time.Millisecond) {
				if files, _ := os.ReadDir(dir); len(files) > 0 {
					pid, _ = strconv.Atoi(files[0].Name())
				}
				if time.Now().After(until) {
					t.Fatal("no worker process")
				}
			}
			time.Sleep(100 * time.Millisecond) // some are amid executions, some are not ready yet
			cmd.Process.Signal(sig)
			cmd.Wait()
			for until := time.Now().Add(20 * time.Second); running(pid); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(until) {
					syscall.Kill(pid, syscall.SIGKILL)
					t.Fatalf("process %d is still there", pid)
				}
			}
		})
	}
}

// running reports whether a process runs; one that has ended and that nobody has waited for does not.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, state, _ := strings.Cut(string(stat), ") ")
	return err != nil || !strings.HasPrefix(state, "Z")
}

// Who sets the variable of worker processes by mistake is told of the right one.
func TestWorkerVariable(t *testing.T) {
	for _, v := range []string{"4", "3,4,5,0,1", "x,4,5,0,1,T", "3,4,5,1,1,T", "-3,4,5,0,1,T"} {
		r := runChild(t, t.TempDir(), "Passing", "RAVEL_WORKER="+v)
		r.has(t, `RAVEL_WORKER=.* Ravel sets this variable itself, .* the number of workers is set by RAVEL_WORKERS`)
		if r.code != 1 {
			t.Errorf("%s: exit code %d", v, r.code)
		}
	}
}
