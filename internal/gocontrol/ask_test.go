package gocontrol

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// explore runs f once for every schedule, depth first, through Choose. It returns what f left in the string, by how
// often.
func explore(t *testing.T, f func(*strings.Builder)) map[string]int {
	t.Helper()
	seen := make(map[string]int)
	var stack []struct{ pick, n int }
	for {
		depth := 0
		var out strings.Builder
		r := mustRun(t, Options{Strategy: Ask, Choose: func(q Question) (int, bool) {
			if depth == len(stack) {
				stack = append(stack, struct{ pick, n int }{0, len(q.Alternatives)})
			}
			if stack[depth].n != len(q.Alternatives) {
				t.Errorf("%d alternatives at depth %d, %d before", len(q.Alternatives), depth, stack[depth].n)
			}
			depth++
			return stack[depth-1].pick, true
		}}, func() { f(&out) })
		if r.End != Finished {
			t.Fatalf("ended with %v: %v\n%v", r.End, r.Panic, r.Blocked)
		}
		if len(r.Decisions) != depth {
			t.Fatalf("%d decisions recorded of %d asked", len(r.Decisions), depth)
		}
		replayed := ""
		out2 := strings.Builder{}
		again := mustRun(t, Options{Strategy: Replay, Replay: r.Decisions}, func() { f(&out2) })
		if replayed = out2.String(); again.End != Finished || replayed != out.String() {
			t.Fatalf("the replay of %v ended with %v and %q, want %q", r.Decisions, again.End, replayed, out.String())
		}
		seen[out.String()]++
		for len(stack) > 0 && stack[len(stack)-1].pick+1 == stack[len(stack)-1].n {
			stack = stack[:len(stack)-1]
		}
		if len(stack) == 0 {
			return seen
		}
		stack[len(stack)-1].pick++
	}
}

// TestEverySchedule: with a function that decides, all interleavings are reached and each exactly once.
func TestEverySchedule(t *testing.T) {
	control(t)
	mustRun(t, Options{}, func() { _ = fmt.Sprint(len(t.Name())) })
	// Two goroutines of two steps behind a gate: 4!/(2!2!) orders.
	orders := explore(t, func(out *strings.Builder) {
		var wg sync.WaitGroup
		var written atomic.Uint64 // no scheduling point here, and no data race
		for _, name := range "ab" {
			wg.Go(func() {
				written.Store(written.Load()<<8 | uint64(name))
				runtime.Gosched()
				written.Store(written.Load()<<8 | uint64(name))
			})
		}
		wg.Wait()
		for shift := 24; shift >= 0; shift -= 8 {
			out.WriteByte(byte(written.Load() >> shift))
		}
	})
	for _, want := range []string{"aabb", "abab", "abba", "baab", "baba", "bbaa"} {
		if orders[want] == 0 {
			t.Errorf("order %s was never reached: %v", want, orders)
		}
	}
	// A select takes each of its ready cases, and only those.
	cases := explore(t, func(out *strings.Builder) {
		a, b, c, d := make(chan int, 1), make(chan int, 1), make(chan int, 1), make(chan int)
		a <- 1
		close(c)
		select {
		case <-a:
			out.WriteString("a")
		case b <- 1:
			out.WriteString("b")
		case <-c:
			out.WriteString("c")
		case <-d:
			out.WriteString("d")
		}
	})
	if fmt.Sprint(cases) != "map[a:1 b:1 c:1]" {
		t.Errorf("the select took %v, want a, b and c once each", cases)
	}
}

func TestChooseStops(t *testing.T) {
	control(t)
	var ended atomic.Int64
	body := func() {
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				defer ended.Add(1)
				runtime.Gosched()
			})
		}
		wg.Wait()
		t.Error("the execution went on")
	}
	asked := 0
	r := mustRun(t, Options{Strategy: Ask, Choose: func(q Question) (int, bool) {
		asked++
		return len(q.Alternatives) - 1, asked < 5
	}}, body)
	if r.End != Stopped || asked != 5 || ended.Load() == 0 {
		t.Errorf("ended with %v after %d questions, %d deferred functions ran", r.End, asked, ended.Load())
	}
	ready := make(chan int, 1)
	r = mustRun(t, Options{Strategy: Ask, Choose: func(q Question) (int, bool) { return 0, !q.Select }}, func() {
		select {
		case ready <- 1:
		case <-ready:
		}
		close(ready)
		select {
		case <-ready:
		case <-ready:
		}
		t.Error("the execution went on")
	})
	if r.End != Stopped {
		t.Errorf("stopped at a select: %v", r.End)
	}
	defer func() {
		if p := recover(); p != "of Choose" {
			t.Errorf("recovered %v, want the panic of Choose", p)
		}
		if err := SelfTest(); err != nil {
			t.Errorf("after a panic in Choose: %v", err)
		}
	}()
	mustRun(t, Options{Strategy: Ask, Choose: func(Question) (int, bool) { panic("of Choose") }}, body)
}

func TestDiverged(t *testing.T) {
	control(t)
	program := func() {
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(runtime.Gosched)
		}
		wg.Wait()
	}
	r := mustRun(t, Options{Seed: 3}, program)
	d := r.Decisions
	for name, replay := range map[string][]Decision{
		"too short":           d[:len(d)-1],
		"too long":            append(append([]Decision{}, d...), 0),
		"goroutine not there": append([]Decision{77}, d[1:]...),
		"select for a switch": append([]Decision{selectBit}, d[1:]...),
		"of another program":  {1, 1, 1, 0, 2},
		"empty":               nil,
	} {
		if r := mustRun(t, Options{Strategy: Replay, Seed: 3, Replay: replay}, program); r.End != Diverged {
			t.Errorf("%s: ended with %v, want %v", name, r.End, Diverged)
		}
	}
}
