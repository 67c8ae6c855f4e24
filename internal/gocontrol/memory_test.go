//go:build race

package gocontrol

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// memoryVariable is set in the child process in which TestMemoryPoints runs: its programs have data races.
const memoryVariable = "RAVEL_GOCONTROL_MEMORY"

// A memoryProgram goes wrong only if its plain accesses of memory are scheduling points.
type memoryProgram struct {
	name      string
	bad, good func() (ok bool)
}

type lazy struct {
	mu    sync.Mutex
	once  sync.Once
	made  bool
	value int
}

// get is the double-checked lock without synchronization of the first check, and sets the flag before the value.
func (l *lazy) get() int {
	if !l.made {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !l.made {
			l.made = true
			l.value = 7
		}
	}
	return l.value
}

func (l *lazy) getOnce() int {
	l.once.Do(func() { l.value = 7 })
	return l.value
}

type halves struct{ a, b [4]int }

func (h *halves) set(n int) { h.a[3] = n; h.b[0] = n }

var memoryPrograms = []memoryProgram{
	{"counter", func() bool {
		x := new(int)
		together(func() { *x++ })
		return *x == 2
	}, func() bool {
		x := new(int)
		var mu sync.Mutex
		together(func() { mu.Lock(); defer mu.Unlock(); *x++ })
		return *x == 2
	}},
	{"map", func() bool {
		m := map[string]int{"x": 0}
		together(func() { n := m["x"]; m["x"] = n + 1 })
		return m["x"] == 2
	}, func() bool {
		m := map[string]int{"x": 0}
		var mu sync.Mutex
		together(func() { mu.Lock(); defer mu.Unlock(); n := m["x"]; m["x"] = n + 1 })
		return m["x"] == 2
	}},
	{"double-checked lock", func() bool {
		var l lazy
		var wrong atomic.Bool
		together(func() {
			if l.get() != 7 {
				wrong.Store(true)
			}
		})
		return !wrong.Load()
	}, func() bool {
		var l lazy
		var wrong atomic.Bool
		together(func() {
			if l.getOnce() != 7 {
				wrong.Store(true)
			}
		})
		return !wrong.Load()
	}},
	{"copy of a struct", func() bool {
		h := new(halves)
		var copied halves
		done := make(chan bool)
		go func() { defer close(done); h.set(1) }()
		copied = *h
		<-done
		return copied.a[3] == copied.b[0]
	}, func() bool {
		h := new(halves)
		var copied halves
		var mu sync.Mutex
		done := make(chan bool)
		go func() { defer close(done); mu.Lock(); defer mu.Unlock(); h.set(1) }()
		mu.Lock()
		copied = *h
		mu.Unlock()
		<-done
		return copied.a[3] == copied.b[0]
	}},
}

// clean synchronizes by everything there is. The race detector must stay silent.
func clean() {
	var mu sync.Mutex
	var once sync.Once
	var published atomic.Pointer[[]int]
	shared, lazily := 0, 0
	c := make(chan *int)
	go func() {
		x := new(int)
		*x = 1
		c <- x
	}()
	together(func() {
		once.Do(func() { lazily = 1 })
		mu.Lock()
		shared += lazily
		mu.Unlock()
		if p := published.Load(); p != nil {
			shared := (*p)[0]
			_ = shared
			return
		}
		published.Store(&[]int{shared1(&mu, &shared)})
	})
	*<-c += shared
}

func shared1(mu *sync.Mutex, p *int) int {
	mu.Lock()
	defer mu.Unlock()
	return *p
}

// TestMemoryPoints: on request every plain access of memory is a scheduling point. The points order nothing for the race
// detector, in either direction: it reports the races of the wrong programs and none of the correct ones.
func TestMemoryPoints(t *testing.T) {
	if os.Getenv(memoryVariable) == "" {
		t.Skip("has data races on purpose; TestMemoryUnderRace runs it in a child process")
	}
	control(t)
	const tries = 300
	asWanted := true // t.Failed counts the races
	fail := func(format string, args ...any) {
		asWanted = false
		t.Errorf(format, args...)
	}
	explore := func(f func() bool, memory bool) (wrong int, trace string) {
		for seed := range uint64(tries) {
			ok := false
			r := inRuntime(t, func() { ok = f() }, func(c *config) {
				c.seed, c.memory = seed, memory
				if seed < 5 {
					c.maxTrace = 100
				}
			})
			if r.End != Finished {
				t.Fatalf("ended with %v: %v %s", r.End, r.Panic, r.Message)
			}
			if !ok {
				wrong++
			}
			for _, p := range r.Trace {
				if p.Kind == MemoryRead || p.Kind == MemoryWrite {
					trace += fmt.Sprintln(p.Kind, p.Position)
				}
			}
		}
		return wrong, trace
	}
	for _, p := range memoryPrograms {
		if wrong, _ := explore(p.good, true); wrong != 0 {
			fail("%s: the correct twin went wrong in %d executions", p.name, wrong)
		}
	}
	if _, trace := explore(func() bool { clean(); return true }, true); !strings.Contains(trace, "memory write") {
		fail("no accesses among the points:\n%s", trace)
	}
	if n := runtime.RaceErrors(); n != 0 {
		t.Fatalf("%d data races in correct programs", n)
	}
	for _, p := range memoryPrograms {
		if wrong, trace := explore(p.bad, false); wrong != 0 || trace != "" {
			fail("%s: went wrong in %d executions without points at memory:\n%s", p.name, wrong, trace)
		}
		before := runtime.RaceErrors()
		wrong, trace := explore(p.bad, true)
		fmt.Printf("%s: %d of %d executions went wrong, %d races\n", p.name, wrong, tries, runtime.RaceErrors())
		if wrong == 0 {
			fail("%s: no execution of %d went wrong", p.name, tries)
		}
		if before == 0 && runtime.RaceErrors() == 0 {
			fail("%s: no data race was reported", p.name)
		}
		for _, line := range strings.Split(trace, "\n") {
			if strings.Contains(line, ".go:") && !strings.Contains(line, "_test.go:") {
				fail("%s: a point in %s", p.name, line)
			}
		}
	}
	if asWanted {
		fmt.Println("memory points: as wanted")
		os.Exit(0) // before package testing fails the test for its races
	}
}
