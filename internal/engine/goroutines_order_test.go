package engine_test

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
	"github.com/ravelgo/ravel/trace"
)

// Each program has two goroutines that meet. The first one calls first and then does something that the second one may see
// before it calls second; whether it has seen it, or what it has done cannot but come later, is what the second one returns.
// Then, and only then, the call of first happens before that of second.
var orderPrograms = []struct {
	name string
	both bool // it may see it, and may not
	a    func(s *orderState)
	b    func(s *orderState) bool
}{
	{"nothing in common", false, func(s *orderState) {}, func(s *orderState) bool { return false }},
	{"mutex", true, func(s *orderState) { s.mu.Lock(); s.done = true; s.mu.Unlock() },
		func(s *orderState) bool { s.mu.Lock(); defer s.mu.Unlock(); return s.done }},
	{"another mutex", false, func(s *orderState) { s.mu.Lock(); s.mu.Unlock() },
		func(s *orderState) bool { s.other.Lock(); defer s.other.Unlock(); return false }},
	{"try to lock", true, func(s *orderState) { s.mu.Lock(); s.done = true; s.mu.Unlock() },
		func(s *orderState) bool {
			if !s.mu.TryLock() {
				return false
			}
			defer s.mu.Unlock()
			return s.done
		}},
	{"writer before reader", true, func(s *orderState) { s.rw.Lock(); s.done = true; s.rw.Unlock() },
		func(s *orderState) bool { s.rw.RLock(); defer s.rw.RUnlock(); return s.done }},
	{"reader before writer", true, func(s *orderState) { s.rw.RLock(); s.flag.Store(true); s.rw.RUnlock() },
		func(s *orderState) bool { s.rw.Lock(); defer s.rw.Unlock(); return s.flag.Load() }},
	{"two readers", false, func(s *orderState) { s.rw.RLock(); s.rw.RUnlock() },
		func(s *orderState) bool { s.rw.RLock(); s.rw.RUnlock(); return false }},
	{"unbuffered channel", false, func(s *orderState) { s.c0 <- 1 }, func(s *orderState) bool { <-s.c0; return true }},
	{"receive before the end of a send", false, func(s *orderState) { <-s.c0 }, func(s *orderState) bool { s.c0 <- 1; return true }},
	{"buffered channel", false, func(s *orderState) { s.c2 <- 1 }, func(s *orderState) bool { <-s.c2; return true }},
	{"room in a channel", false, func(s *orderState) { <-s.c1 }, func(s *orderState) bool { s.c1 <- 1; s.c1 <- 2; return true }},
	{"room in a wider channel", false, func(s *orderState) { <-s.c2 }, func(s *orderState) bool { s.c2 <- 1; s.c2 <- 2; return false }},
	{"close", false, func(s *orderState) { close(s.c0) }, func(s *orderState) bool { <-s.c0; return true }},
	{"select that waits", false, func(s *orderState) { s.c0 <- 1 }, func(s *orderState) bool {
		select {
		case <-s.c0:
		case <-s.never:
		}
		return true
	}},
	{"atomic store and load", true, func(s *orderState) { s.flag.Store(true) }, func(s *orderState) bool { return s.flag.Load() }},
	{"atomic load and store", false, func(s *orderState) { s.flag.Load() }, func(s *orderState) bool { s.flag.Store(true); return false }},
	{"atomic updates", true, func(s *orderState) { s.n.Add(1) }, func(s *orderState) bool { return s.n.Add(1) == 2 }},
	{"once", true, func(s *orderState) { s.once.Do(func() { s.done = true }) },
		func(s *orderState) bool { mine := false; s.once.Do(func() { mine = true }); return !mine }},
	{"wait group", false, func(s *orderState) { s.wg.Done() }, func(s *orderState) bool { s.wg.Wait(); return true }},
	{"condition", false, func(s *orderState) { s.mu.Lock(); s.done = true; s.mu.Unlock(); s.cond.Signal() },
		func(s *orderState) bool {
			s.mu.Lock()
			for !s.done {
				s.cond.Wait()
			}
			s.mu.Unlock()
			return true
		}},
	{"go statement", false, func(s *orderState) {
		go func() { second(); s.c2 <- 1 }()
	}, func(s *orderState) bool { <-s.c2; return true }},
	{"select that finds a value", true, func(s *orderState) { s.c2 <- 1 }, func(s *orderState) bool {
		select {
		case <-s.c2:
			return true
		default:
			return false
		}
	}},
	{"value of a select", false, func(s *orderState) {
		select {
		case s.c0 <- 1:
		case <-s.never:
		}
	}, func(s *orderState) bool { <-s.c0; return true }},
}

type orderState struct {
	mu, other  sync.Mutex
	rw         sync.RWMutex
	c0, c1, c2 chan int
	never      chan int
	flag       atomic.Bool
	n          atomic.Int32
	once       sync.Once
	wg         sync.WaitGroup
	cond       *sync.Cond
	done       bool
}

//go:noinline
func first() { runtime.Gosched() }

//go:noinline
func second() { runtime.Gosched() }

func TestControlledOrder(t *testing.T) {
	controlled(t)
	e := engine.New()
	defer e.Close()
	for _, p := range orderPrograms {
		t.Run(p.name, func(t *testing.T) {
			seen := map[bool]int{}
			s := strategy.NewRandom()
			for k := range uint64(150) {
				saw := false
				body := func(c *ravel.Context) {
					s := &orderState{c0: make(chan int), c1: make(chan int, 1), c2: make(chan int, 2), never: make(chan int)}
					s.cond = sync.NewCond(&s.mu)
					s.wg.Add(1)
					over := make(chan bool)
					go func() { first(); p.a(s); over <- true }()
					go func() { saw = p.b(s); second(); over <- true }()
					<-over
					<-over
				}
				s.Start(strategy.Execution{K: k, Seed: k + 1, Steps: 30, MaxSteps: 300})
				o := e.Run(engine.Config{MaxSteps: 300, Threshold: 300, Goroutines: true, Record: true, Explain: true}, s, engine.Program{Body: body})
				if o.Err != nil {
					t.Fatal(o.Err)
				}
				seen[saw]++
				if got := happensBefore(t, o.Events); got != saw {
					tr := trace.New(trace.Header{}, o.Events, nil)
					t.Fatalf("execution %d: first before second: %v, but what was seen: %v\n%s", k, got, saw, tr.Text(trace.TextOptions{Limit: -1}))
				}
			}
			if p.both && len(seen) < 2 {
				t.Errorf("only one outcome: %v", seen)
			}
		})
	}
}

// happensBefore reports whether the operation in function first happens before that in second.
func happensBefore(t *testing.T, events []trace.Event) bool {
	t.Helper()
	at := func(name string) int {
		for i, ev := range events {
			if ev.Kind == trace.Did && ev.Type == "yield" && len(ev.Stack) > 1 && strings.HasSuffix(ev.Stack[0].Func, "."+name) {
				return i
			}
		}
		t.Fatalf("%s has not been called, or has no stack", name)
		return -1
	}
	return trace.NewOrder(&trace.Trace{Events: events}).Before(at("first"), at("second"))
}
