package main

import (
	"testing"

	"github.com/ravelgo/ravel/internal/cli"
)

// A test that fails under control in any schedule, and passes without, has no finding; one that fails in the default order and
// passes in others has one.
func TestFailureInEverySchedule(t *testing.T) {
	t.Parallel()
	m := files{"go.mod": small["go.mod"], "testdata/ravel/keep": ""}
	always := m.with("m_test.go", testHead[:len(testHead)-len("import \"testing\"\n\n")]+`import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	done := make(chan bool)
	go func() { close(done) }()
	start := time.Now()
	<-done
	if time.Now().Equal(start) {
		t.Error("the clock stands still")
	}
}
`)
	r := ravel(t, always.module(t), clean(), "test", "--schedules", "100")
	has(t, "output", r.out, `not explored: it fails whatever the schedule.*`, `^ok`)
	if r.code != cli.Clean {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	first := m.with("m_test.go", testHead[:len(testHead)-len("import \"testing\"\n\n")]+`import (
	"sync/atomic"
	"testing"
)

func TestOrder(t *testing.T) {
	var n atomic.Int32
	go n.Store(1)
	if n.Load() == 0 {
		t.Error("the goroutine came later")
	}
}
`)
	r = ravel(t, first.module(t), clean(), "test", "--schedules", "100")
	has(t, "output", r.out, `^--- FAIL: TestOrder`, `in execution 0`, `the goroutine came later`)
	if r.code != cli.Found {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
}
