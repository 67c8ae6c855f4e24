package gocontrol

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTrace: every scheduling point with its goroutine, kind, object and position in this file.
func TestTrace(t *testing.T) {
	control(t)
	r := mustRun(t, Options{Strategy: Default, Trace: 100}, func() {
		var mu sync.Mutex
		c := make(chan int)
		go func() {
			mu.Lock()
			//lint:ignore SA2001 two points at one object
			mu.Unlock()
			c <- 1
		}()
		<-c
		time.Sleep(time.Second)
		mu.Lock()
	})
	var got []string
	for _, p := range r.Trace {
		if !strings.HasSuffix(p.Position.File, "trace_test.go") {
			t.Errorf("a point at %v", p.Position)
		}
		got = append(got, fmt.Sprintf("g%d %v #%d", p.Goroutine, p.Kind, p.Object))
	}
	const want = "g0 go #0; g0 receive #1; g1 Lock #2; g1 Unlock #2; g1 send #1; g0 sleep #0; g0 Lock #2"
	if s := strings.Join(got, "; "); s != want {
		t.Errorf("trace\n%s, want\n%s", s, want)
	}
	if uint64(len(r.Trace))+5 != r.Steps || r.Elapsed != time.Second { // the clock advanced once, two goroutines parked and exited
		t.Errorf("%d points, %d steps in %v", len(r.Trace), r.Steps, r.Elapsed)
	}
	if r := mustRun(t, Options{Trace: 1}, func() { go func() {}(); make(chan int, 1) <- 1 }); len(r.Trace) != 1 {
		t.Errorf("%d points in a trace of at most one", len(r.Trace))
	}
}

func TestOptionErrors(t *testing.T) {
	control(t)
	ask := func(Question) (int, bool) { return 0, true }
	for _, o := range []Options{
		{Strategy: 99}, {Strategy: Ask}, {Choose: ask}, {Replay: []Decision{1}}, {Strategy: PCT, Depth: 66}, {Depth: -1}, {Trace: -1},
	} {
		if _, err := Run(func() { t.Error("called") }, o); err == nil {
			t.Errorf("%+v was accepted", o)
		}
	}
	if _, err := Run(nil, Options{}); err == nil {
		t.Error("a nil function was accepted")
	}
}
