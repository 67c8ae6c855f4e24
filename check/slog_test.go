package check_test

import (
	"bytes"
	"context"
	"log"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/trace"
)

// logged lists the lines of a trace: who, in which step, what.
func logged(tr *trace.Trace) (lines []string, inOrder bool) {
	step := 0
	for _, ev := range tr.Events {
		if ev.Kind == trace.Logged {
			lines = append(lines, ev.Who+": "+ev.Value)
			if ev.Step < step || ev.Step == 0 {
				return lines, false
			}
			step = ev.Step
		}
	}
	return lines, true
}

// talkative logs in every way there is, in the body, in handlers and in plain functions, and fails in some schedules.
func talkative(t *check.T) {
	l := t.Logger().With("test", 1)
	l.Info("begins", "machines", 2)
	server := t.Go("server", func(c *ravel.Context) {
		for n := range 2 {
			from := ravel.Receive[int](c)
			l.WithGroup("got").Warn("a number", "from", from, "n", n)
			slog.Info("default", "from", from)
			log.Printf("plain %d", from)
			c.Assert(n > 0 || from == 0, "client %d was first", from)
		}
	})
	for i := range 2 {
		t.Go("client", func(c *ravel.Context) {
			l.Debug("sends", "i", i)
			c.Send(server, i)
		})
	}
}

// TestLogging has a process of its own: beside other explorations nobody knows whose lines of package log are.
func TestLogging(t *testing.T) {
	if r := runChild(t, t.TempDir(), "TestChildLogging"); r.code != 0 || !strings.Contains(r.out, "PASS") {
		t.Errorf("exit %d\n%s", r.code, r.out)
	}
}

func init() { children["TestChildLogging"] = logging }

// logging: thousands of executions log, and all that there is to see is in the trace of the one that failed, in order.
func logging(t *testing.T) {
	var out bytes.Buffer
	was := log.Writer()
	log.SetOutput(&out)
	defer log.SetOutput(was)
	r, err := check.Explore("logging", check.Config{Schedules: 1000, Seed: 1, Seeded: true}, talkative)
	if err != nil || r.Failure == nil || !r.Failure.Reproduced {
		t.Fatalf("%v, %v", err, r)
	}
	if out.Len() > 0 {
		t.Errorf("%d bytes came out:\n%.300s", out.Len(), out.String())
	}
	lines, inOrder := logged(r.Failure.Trace)
	got := strings.Join(lines, "\n")
	if !inOrder {
		t.Errorf("out of order:\n%s", got)
	}
	for _, want := range []string{
		"test: level=INFO msg=begins test=1 machines=2",
		"client#2: level=DEBUG msg=sends test=1 i=1",
		"server: level=WARN msg=\"a number\" test=1 got.from=1 got.n=0\nserver: INFO default from=1\nserver: plain 1",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no line\n%s in\n%s", want, got)
		}
	}
	if log.Printf("outside"); !strings.Contains(out.String(), "outside") {
		t.Error("behind the exploration nothing is logged any more")
	}
}

// TestLoggingBeside: what others log meanwhile goes where it went.
func TestLoggingBeside(t *testing.T) {
	var out bytes.Buffer
	was := log.Writer()
	log.SetOutput(&out)
	defer log.SetOutput(was)
	first := true
	check.Explore("beside", check.Config{Schedules: 3, Workers: 1, Seed: 1, Seeded: true}, func(t *check.T) {
		if first {
			first = false
			done := make(chan bool)
			go func() { log.Print("another goroutine"); close(done) }()
			<-done
		}
		log.Print("an execution")
	})
	if s := out.String(); !strings.Contains(s, "another goroutine") || strings.Contains(s, "an execution") {
		t.Errorf("logged: %q", s)
	}
}

// TestLoggerIsQuiet: a logger is enabled where somebody will read the lines, and nowhere else.
func TestLoggerIsQuiet(t *testing.T) {
	var executions, enabled atomic.Int64
	r, err := check.Explore("quiet", check.Config{Schedules: 200, Workers: 1, NoShrink: true, Seed: 1, Seeded: true}, func(t *check.T) {
		executions.Add(1)
		if t.Logger().Enabled(context.Background(), slog.LevelError) {
			enabled.Add(1)
		}
		t.Go("a", func(*ravel.Context) {})
	})
	if err != nil || r.Failure != nil || executions.Load() < 200 || enabled.Load() > 20 {
		t.Errorf("enabled in %d of %d executions, %v", enabled.Load(), executions.Load(), err)
	}
}
