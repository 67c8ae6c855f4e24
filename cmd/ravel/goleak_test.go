package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// goleakSum are the checksums of the release that the tests are tried with.
const goleakSum = `go.uber.org/goleak v1.3.0 h1:2K3zAYmnTNqV73imy9J1T3WC+gmCePx2hEGkimedGto=
go.uber.org/goleak v1.3.0/go.mod h1:CoHD4mav9JJNrW/WLlf7HGZPjdw8EucARQHekz1X6bE=
`

// usesGoleak is a package whose tests ask goleak, and one whose TestMain does.
var usesGoleak = files{
	"asks/asks_test.go": `package asks

import (
	"runtime"
	"testing"
	"time"

	"github.com/ravelgo/ravel/check"
	"go.uber.org/goleak"
)

func parked()  { <-make(chan int) }
func another() { <-make(chan int) }

func slow() { time.Sleep(20 * time.Millisecond) }

func explore(t *testing.T, body func(t *check.T)) { t.Helper(); check.Test(t, body, check.Goroutines(), check.Schedules(50)) }

func TestLeaks(t *testing.T) {
	explore(t, func(t *check.T) {
		defer goleak.VerifyNone(t)
		go parked()
	})
}

func TestIgnored(t *testing.T) {
	explore(t, func(t *check.T) {
		t.Cleanup(func() { goleak.VerifyNone(t, goleak.IgnoreTopFunction("example.com/leaks/asks.parked")) })
		go parked()
		go slow()
	})
}

func TestIgnoresAnother(t *testing.T) {
	explore(t, func(t *check.T) {
		defer goleak.VerifyNone(t, goleak.IgnoreTopFunction("example.com/leaks/asks.another"))
		go parked()
	})
}

func TestIgnoresCurrent(t *testing.T) {
	explore(t, func(t *check.T) {
		go parked()
		runtime.Gosched()
		defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	})
}

func TestStartsLater(t *testing.T) {
	explore(t, func(t *check.T) {
		if err := goleak.Find(); err != nil {
			t.Error(err)
		}
		go another()
	})
}

func TestFinds(t *testing.T) {
	explore(t, func(t *check.T) {
		go slow()
		if err := goleak.Find(); err != nil {
			t.Error(err)
		}
		if n := runtime.NumGoroutine(); n != 1 {
			t.Errorf("%d goroutines", n)
		}
	})
}
`,
	"main/main_test.go": `package main

import (
	"testing"

	"github.com/ravelgo/ravel/check"
	"go.uber.org/goleak"
)

const here = "example.com/leaks/main."

var more = []goleak.Option{goleak.IgnoreAnyFunction(here + "outer"), goleak.IgnoreCurrent()}

func computed() goleak.Option { return goleak.IgnoreTopFunction(here + "third") }

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, append(more, goleak.IgnoreTopFunction("example.com/leaks/main.parked"), computed())...)
}

func parked() { <-make(chan int) }
func inner()  { <-make(chan int) }
func outer()  { inner(); println() }
func above()  { parked(); println() }
func third()  { <-make(chan int) }

func leave(t *testing.T, f func()) {
	t.Helper()
	check.Test(t, func(t *check.T) { go f() }, check.Goroutines(), check.Schedules(50))
}

func TestTop(t *testing.T)   { leave(t, above) }
func TestAny(t *testing.T)   { leave(t, outer) }
func TestInner(t *testing.T) { leave(t, inner) }
func TestThird(t *testing.T) { leave(t, third) }
`,
	"ordinary/testdata/ravel/keep": "here failures are saved\n",
	"ordinary/ordinary_test.go": `package ordinary

import (
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("example.com/leaks/ordinary.third"))
}

func parked()  { <-make(chan int) }
func third()   { <-make(chan int) }
func slow()    { time.Sleep(20 * time.Millisecond) }
func ticking() {
	for range time.Tick(time.Second) {
	}
}

func TestVerified(t *testing.T) {
	defer goleak.VerifyNone(t)
	go slow()
	go parked()
}

func TestIgnored(t *testing.T) {
	t.Cleanup(func() { goleak.VerifyNone(t, goleak.IgnoreTopFunction("example.com/leaks/ordinary.parked")) })
	go slow()
	go parked()
}

func TestThird(t *testing.T) { go third(); go slow() }
func TestLeak(t *testing.T)  { go parked(); go slow() }
func TestTick(t *testing.T)  { go ticking(); go slow() }

func TestLong(t *testing.T) {
	go ticking()
	time.Sleep(300 * time.Second)
}

func TestBlocked(t *testing.T) {
	go ticking()
	t.Run("sub", func(t *testing.T) { parked() })
}

func TestLocks(t *testing.T) {
	go ticking()
	var a, b sync.Mutex
	var wg sync.WaitGroup
	both := func(first, second *sync.Mutex) {
		first.Lock()
		time.Sleep(time.Millisecond)
		second.Lock()
	}
	wg.Go(func() { both(&a, &b) })
	wg.Go(func() { both(&b, &a) })
	wg.Wait()
}
`,
	"other/other_test.go": `package other

import (
	"testing"

	"github.com/ravelgo/ravel/check"
)

func outer() { <-make(chan int) }

func TestOther(t *testing.T) { check.Test(t, func(t *check.T) { go outer() }, check.Goroutines(), check.Schedules(50)) }
`,
}

// goleakModule makes the module, and skips the test where goleak cannot be had.
func goleakModule(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := usesGoleak.with("go.mod", "module example.com/leaks\n\ngo 1.25.0\n\nrequire (\n\tgithub.com/ravelgo/ravel v0.0.0\n\tgo.uber.org/goleak v1.3.0\n)\n\n"+
		"replace github.com/ravelgo/ravel => "+filepath.ToSlash(root)+"\n").with("go.sum", goleakSum).module(t)
	cmd := exec.Command("go", "list", "-deps", "-test", "./...")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), clean("GOWORK=off")...)
	if out, err := cmd.CombinedOutput(); err != nil {
		if strings.Contains(string(out), "go.uber.org/goleak") {
			t.Skipf("go.uber.org/goleak v1.3.0 cannot be fetched (through GOPROXY): %s", out)
		}
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}

// What a test asks goleak inside of an execution is about the execution's goroutines, and what goleak accepts is no leak.
func TestGoleakInTests(t *testing.T) {
	t.Parallel()
	dir := goleakModule(t)
	r := ravel(t, dir, clean("GOWORK=off"), "test", "./asks", "--seed=1")
	has(t, "output", r.out,
		`^--- FAIL: TestLeaks`, `test failure found by`, `found unexpected goroutines`, `example.com/leaks/asks.parked on`,
		`^--- PASS: TestIgnored `, `^--- FAIL: TestIgnoresAnother`, `^--- PASS: TestIgnoresCurrent`, `^--- FAIL: TestStartsLater`, `leak found by`,
		`\^example\\.com/leaks/asks\\.another\$`, `^--- PASS: TestFinds`)
	if strings.Contains(r.out, "synctest bubble") || strings.Contains(r.out, "not reproducible") || r.code != cli.Found {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	saved, err := filepath.Glob(filepath.Join(dir, "asks/testdata/ravel/TestLeaks/*.ravel"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("saved %v, %v", saved, err)
	}
	r = ravel(t, dir, clean("GOWORK=off"), "replay", saved[0])
	has(t, "output", r.out, `replay fails as recorded`, `found unexpected goroutines`)
	if r.code != cli.Found {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

// What TestMain tells goleak counts for every execution of its package's tests, and for no other.
func TestGoleakInTestMain(t *testing.T) {
	t.Parallel()
	dir := goleakModule(t)
	r := ravel(t, dir, clean("GOWORK=off"), "test", "./main", "./other", "--seed=1")
	has(t, "output", r.out, `^--- PASS: TestTop`, `goleak.IgnoreTopFunction\("example.com/leaks/main.parked"\) matched 50\s+goroutines in 50\s+executions`,
		`^--- PASS: TestAny`, `goleak.IgnoreAnyFunction\("example.com/leaks/main.outer"\)\s+matched 50`,
		`^--- FAIL: TestInner`, `^--- FAIL: TestThird`, `^--- FAIL: TestOther`)
	has(t, "hint", strings.ReplaceAll(r.err, "\n ", ""), `example.com/leaks/main: an option of goleak.VerifyTestMain is not literal`, `main_test.go:17`, `--allow-leak`)
	if r.code != cli.Found {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
	// Once more with what the hint says, and with what the report of a leak says.
	r = ravel(t, dir, clean("GOWORK=off"), "test", "./main", "./other", "--seed=1",
		`--allow-leak=^example\.com/leaks/main\.third$`, `--allow-leak=\.inner$|other\.outer$`, "--allow-leak=nobody")
	has(t, "output", r.out, `^--- PASS: TestThird`, `^--- PASS: TestInner`, `^--- PASS: TestOther`, `--allow-leak nobody matched no goroutine`)
	if r.code != cli.Clean {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
}

// The same for tests that have never heard of Ravel.
func TestGoleakInOrdinaryTests(t *testing.T) {
	t.Parallel()
	dir := goleakModule(t)
	r := ravel(t, dir, clean("GOWORK=off"), "test", "./ordinary", "--seed=1", "--schedules=50", "--steps=2000")
	has(t, "output", strings.Join(strings.Fields(r.out), " "),
		`--- FAIL: TestVerified .* found unexpected goroutines`, `--- PASS: TestIgnored `,
		`--- PASS: TestThird .* goleak.IgnoreTopFunction\("example.com/leaks/ordinary.third"\) matched 50 goroutines in 50 executions`,
		`--- FAIL: TestLeak .* leak found by .* --allow-leak='\^example\\.com/leaks/ordinary\\.parked\$'`,
		`--- PASS: TestTick .* 50 executions were bounded: .* ticks for ever, at ordinary_test.go:\d+: 100 turns of the clock after the test's end --- `,
		`--- PASS: TestLong .* 100 turns of the clock after the test's end --- `,
		`--- PASS: TestBlocked .* cut at the step bound: .* waits to receive from a channel, at ordinary_test.go:\d+, and did not move for \d+ `+
			`turns of the clock: blocked, while g\d \(ordinary_test.go:\d+\) `,
		`--- FAIL: TestLocks .* deadlock found by .* some goroutines can never go on, whatever the others do: g\d .* which g\d .* holds`)
	if strings.Contains(r.out, "not reproducible") || r.code != cli.Found {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	t.Log(r.out)
	// goleak's own look, when all tests are over, finds nothing of their executions.
	r = ravel(t, dir, clean("GOWORK=off"), "test", "./ordinary", "--seed=1", "--schedules=50", "--run=TestIgnored|TestThird|TestTick")
	has(t, "output", r.out, `^ok\s+example.com/leaks/ordinary`)
	if r.code != cli.Clean || strings.Contains(r.out+r.err, "goleak: Errors") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}

func TestGoleakOptions(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name, text  string
		lines, says []string
	}{
		{"none", `import "go.uber.org/goleak"; func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }`, nil, nil},
		{"another name, and a raw text", "import leak \"go.uber.org/goleak\"; func f() { leak.VerifyTestMain(m, leak.IgnoreTopFunction(`a/b.c`)) }", []string{"p top a/b.c"}, nil},
		{"without a name", `import . "go.uber.org/goleak"; func f() { VerifyTestMain(m, IgnoreAnyFunction("a/b.(*T).c"), Cleanup(nil), IgnoreCurrent()) }`,
			[]string{"p any a/b.(*T).c"}, nil},
		{"another VerifyTestMain", `import "go.uber.org/goleak"; func f() { other.VerifyTestMain(m, goleak.IgnoreAnyFunction("x")) }`, nil, nil},
		{"a variable", `import "go.uber.org/goleak"; func f() { o := []goleak.Option{goleak.IgnoreAnyFunction("x")}; goleak.VerifyTestMain(m, o...) }`,
			[]string{"p any x"}, nil},
		{"a variable that changes", `import "go.uber.org/goleak"; func f() { o := []goleak.Option{goleak.IgnoreAnyFunction("x")}; o = append(o, g()); goleak.VerifyTestMain(m, o...) }`,
			nil, []string{"p_test.go:2"}},
		{"itself", `import "go.uber.org/goleak"; var o = o; func f() { goleak.VerifyTestMain(m, o...) }`, nil, []string{"p_test.go:2"}},
		{"a call", `import "go.uber.org/goleak"; func f() { goleak.VerifyTestMain(m, goleak.IgnoreTopFunction(name()), other()) }`, nil, []string{"p_test.go:2", "p_test.go:2"}},
		{"does not parse", `import "go.uber.org/goleak"; func f() { goleak.`, nil, nil},
	} {
		write(t, filepath.Join(dir, "p_test.go"), "package p\n"+c.text+"\n")
		b := &build{}
		says := b.goleak(listing{tests: []listedPackage{{ImportPath: "p", Dir: dir, TestGoFiles: []string{"p_test.go", "missing_test.go"}}}})
		var env []string
		if len(c.lines) > 0 {
			env = []string{"RAVEL_GOLEAK=" + strings.Join(c.lines, "\n")}
		}
		if !slices.Equal(b.env, env) || len(says) != len(c.says) {
			t.Errorf("%s: %q, %q", c.name, b.env, says)
			continue
		}
		for i, s := range c.says {
			if !strings.Contains(says[i], s) {
				t.Errorf("%s: %q does not say %s", c.name, says[i], s)
			}
		}
	}
}
