package trace_test

import (
	"fmt"
	"path/filepath"
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
	cfg.Record = true
	for k := range uint64(10_000) {
		s.Start(strategy.Execution{K: k, Seed: k + 1, Steps: 40, MaxSteps: cfg.MaxSteps})
		o := e.Run(cfg, s, engine.Program{Body: p.body})
		if kind := failureKind(o.Err); kind != p.want {
			continue
		}
		h := trace.Header{
			Package: "example.com/" + p.name, Test: "Test" + p.name, Strategy: "random", Seed: k + 1, Execution: k,
			Settings: schedule.Settings{MaxSteps: cfg.MaxSteps, Threshold: cfg.Threshold},
		}
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

// anywhere makes the places of a trace the same on every machine.
func anywhere(t *trace.Trace) *trace.Trace {
	base := func(p *failure.Place) {
		if !p.IsZero() {
			p.File = "/src/" + filepath.Base(p.File)
		}
	}
	for i := range t.Events {
		base(&t.Events[i].Place)
	}
	if f := t.Failure; f != nil {
		if !f.Place.IsZero() {
			dir := filepath.Dir(f.Place.File)
			f.Detail = strings.ReplaceAll(f.Detail, dir, "/src")
		}
		base(&f.Place)
	}
	return t
}

func TestRuns(t *testing.T) {
	for _, p := range programs {
		fmt.Println("=================", p.name)
		fmt.Print(record(t, p).Text(trace.TextOptions{More: "See them all with -ravel.trace=all."}))
	}
}
