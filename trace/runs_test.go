package trace_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// record runs executions of a program until one ends as the program says, and returns its trace.
func record(t testing.TB, p program) *trace.Trace {
	t.Helper()
	e := engine.New()
	defer e.Close()
	s := strategy.WithFaults(strategy.NewRandom())
	cfg := p.cfg
	cfg.Record, cfg.Explain = true, true
	for k := range uint64(10_000) {
		s.Start(strategy.Execution{K: k, Seed: k + 1, Steps: 40, MaxSteps: cfg.MaxSteps})
		o := e.Run(cfg, s, engine.Program{Body: p.body})
		if kind := failureKind(o.Err); kind != p.want {
			continue
		}
		h := trace.Header{
			Package: "example.com/story", Test: "Test" + strings.ToUpper(p.name[:1]) + p.name[1:], Strategy: "random", Seed: k + 1, Execution: k,
			Settings: schedule.Settings{MaxSteps: cfg.MaxSteps, Threshold: cfg.Threshold},
		}
		trace.Explain(o.Err, o.Events)
		return anywhere(trace.New(h, slices.Clone(o.Events), o.Err))
	}
	t.Fatalf("no execution of %s ends with %q", p.name, p.want)
	return nil
}

func failureKind(err error) string {
	if f := failure.Of(err); f != nil {
		return f.Kind().String()
	}
	return ""
}

// funcName is the name that a compiler gave a function.
var funcName = regexp.MustCompile(`github\.com/ravelgo/ravel/trace_test\.\S+`)

// What a stack says of a function differs from run to run, its arguments, and from compiler to compiler, its code.
var (
	arguments = regexp.MustCompile(`(?m)(story\.handler)[ (].*0x.*$`)
	offset    = regexp.MustCompile(`(?m) \+0x[0-9a-f]+$`)
)

// anywhere makes the places of a trace the same on every machine and with every compiler.
func anywhere(t *trace.Trace) *trace.Trace {
	base := func(p *failure.Place) {
		if !p.IsZero() {
			p.File, p.Func = "/src/"+filepath.Base(p.File), funcName.ReplaceAllString(p.Func, "story.handler")
		}
	}
	for i := range t.Events {
		base(&t.Events[i].Place)
		for j := range t.Events[i].Stack {
			base(&t.Events[i].Stack[j])
		}
	}
	if f := t.Failure; f != nil {
		if !f.Place.IsZero() {
			dir := filepath.Dir(f.Place.File)
			f.Detail = funcName.ReplaceAllString(strings.ReplaceAll(f.Detail, dir, "/src"), "story.handler")
			f.Detail = offset.ReplaceAllString(arguments.ReplaceAllString(f.Detail, "$1(...)"), "")
		}
		base(&f.Place)
	}
	return t
}
