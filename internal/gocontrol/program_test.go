package gocontrol

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A program is a random use of everything that is controlled. It may finish, deadlock, leak or panic: all ends must
// repeat. What it does is drawn from shape before the execution; what it observes is its log.
type program struct {
	ops [][]op

	logMu sync.Mutex
	log   strings.Builder
}

type op struct {
	what, obj int
	d         time.Duration
}

func newProgram(shape uint64) *program {
	rng := rand.New(rand.NewPCG(shape, 1))
	p := &program{ops: make([][]op, 2+rng.IntN(4))}
	for i := range p.ops {
		for range 3 + rng.IntN(10) {
			p.ops[i] = append(p.ops[i], op{rng.IntN(18), rng.IntN(2), time.Duration(1+rng.IntN(5)) * time.Millisecond})
		}
	}
	return p
}

func (p *program) note(who int, format string, args ...any) {
	p.logMu.Lock()
	defer p.logMu.Unlock()
	fmt.Fprintf(&p.log, "%d:", who)
	fmt.Fprintf(&p.log, format, args...)
	p.log.WriteByte('\n')
}

func (p *program) run() {
	var e environment
	e.chans = [2]chan int{make(chan int), make(chan int, 2)}
	e.conds = [2]*sync.Cond{sync.NewCond(&e.mutexes[0]), sync.NewCond(&e.mutexes[1])}
	ctx, cancel := context.WithTimeout(context.Background(), 7*time.Millisecond)
	defer cancel()
	e.ctx = ctx
	time.AfterFunc(4*time.Millisecond, func() { p.note(99, "after func at %v", time.Now().Nanosecond()) })
	var wg sync.WaitGroup
	for i := range p.ops {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, o := range p.ops[i] {
				p.do(i, o, &e)
			}
		}()
	}
	wg.Wait()
	for k := range e.seen.m { // map order is part of the execution
		p.note(0, "key %d", k)
	}
	p.note(0, "end at %v", time.Now().Nanosecond())
}

type environment struct {
	chans   [2]chan int
	mutexes [2]sync.Mutex
	conds   [2]*sync.Cond
	rw      sync.RWMutex
	once    sync.Once
	shared  sync.Map
	counter atomic.Int64
	ctx     context.Context
	seen    struct {
		sync.Mutex
		m map[int]bool
	}
}

func (p *program) do(who int, o op, e *environment) {
	c := e.chans[o.obj]
	switch o.what {
	case 0, 1:
		select {
		case c <- who:
			p.note(who, "sent")
		case <-time.After(o.d):
			p.note(who, "send timed out")
		}
	case 2, 3:
		select {
		case v := <-c:
			p.note(who, "got %d", v)
		case <-e.ctx.Done():
			p.note(who, "%v", e.ctx.Err())
		}
	case 4:
		select {
		case v := <-e.chans[0]:
			p.note(who, "got %d of 0", v)
		case v := <-e.chans[1]:
			p.note(who, "got %d of 1", v)
		case e.chans[1] <- who:
			p.note(who, "sent to 1")
		default:
			p.note(who, "nothing ready")
		}
	case 5:
		time.Sleep(o.d)
	case 6, 7:
		e.mutexes[o.obj].Lock()
		defer e.mutexes[o.obj].Unlock()
		v := e.counter.Load()
		runtime.Gosched()
		e.counter.Store(v + 1)
		p.note(who, "counter %d", v)
	case 8:
		e.rw.RLock()
		defer e.rw.RUnlock()
		runtime.Gosched()
	case 9:
		e.rw.Lock()
		defer e.rw.Unlock()
		p.note(who, "alone")
	case 10:
		e.conds[o.obj].Signal()
		e.conds[1-o.obj].Broadcast()
	case 11:
		if o.d == time.Millisecond { // may block for ever
			e.mutexes[o.obj].Lock()
			defer e.mutexes[o.obj].Unlock()
			e.conds[o.obj].Wait()
			p.note(who, "woken")
		}
	case 12:
		e.once.Do(func() { p.note(who, "once") })
		v, _ := e.shared.LoadOrStore(o.obj, who)
		p.note(who, "first %v, random %d", v, rand.IntN(1000))
	case 13:
		e.seen.Lock()
		defer e.seen.Unlock()
		if e.seen.m == nil {
			e.seen.m = make(map[int]bool)
		}
		e.seen.m[who*10+o.obj] = true
		e.seen.m[who*100] = true
	case 14: // a child that may leak
		leave := e.ctx.Done()
		if o.d == time.Millisecond {
			leave = nil
		}
		go func() {
			select {
			case c <- 100 + who:
			case <-leave:
			}
		}()
	case 15:
		if e.mutexes[o.obj].TryLock() {
			e.mutexes[o.obj].Unlock()
			p.note(who, "tried")
		}
	case 16: // lock order depends on obj
		e.mutexes[o.obj].Lock()
		defer e.mutexes[o.obj].Unlock()
		if o.d == 2*time.Millisecond {
			e.mutexes[1-o.obj].Lock()
			defer e.mutexes[1-o.obj].Unlock()
		}
	case 17:
		t := time.NewTicker(o.d)
		defer t.Stop()
		at := <-t.C
		p.note(who, "tick at %d", at.Nanosecond())
	}
}

// TestReplayExact runs random programs three times: twice with a seed and once from the recorded decisions. Nothing may
// differ. The strategies and all kinds of ends must occur.
func TestReplayExact(t *testing.T) {
	control(t)
	const programs = 1000
	ends := make(map[End]int)
	before := runtime.NumGoroutine()
	for i := uint64(0); i < programs; i++ {
		opts := Options{Seed: i, Strategy: Strategy(i % 2), Atomics: i%3 == 0, MaxSteps: 20_000}
		first, log := observe(t, i, opts)
		if i == 0 {
			first, log = observe(t, i, opts) // the first one initializes the libraries
		}
		ends[first.End]++
		again, log2 := observe(t, i, opts)
		same(t, i, "run again", first, again, log, log2)
		opts.Strategy, opts.Replay = Replay, first.Decisions
		replayed, log3 := observe(t, i, opts)
		same(t, i, "replayed", first, replayed, log, log3)
		if t.Failed() {
			return
		}
	}
	t.Logf("ends of %d programs: %v", programs, ends)
	for _, end := range []End{Finished, Deadlock, Leak} {
		if ends[end] < programs/100 {
			t.Errorf("only %d executions ended with %v: the programs test too little", ends[end], end)
		}
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines before, %d after", before, n)
	}
}

func observe(t *testing.T, shape uint64, opts Options) (Result, string) {
	t.Helper()
	p := newProgram(shape)
	r := mustRun(t, opts, p.run)
	if r.Abandoned != 0 || r.Outside != 0 {
		t.Errorf("program %d: %d goroutines abandoned, %d wakeups from outside", shape, r.Abandoned, r.Outside)
	}
	return r, p.log.String()
}

func same(t *testing.T, shape uint64, how string, a, b Result, logA, logB string) {
	t.Helper()
	if a.End != b.End || a.Digest != b.Digest || a.Steps != b.Steps || a.Elapsed != b.Elapsed || logA != logB ||
		fmt.Sprint(a.Decisions) != fmt.Sprint(b.Decisions) || len(a.Blocked) != len(b.Blocked) {
		t.Errorf("program %d %s differs: %v after %d steps, %v after %d steps\n%s\n--- %s\n%s\n%v\n%v", shape, how, a.End, a.Steps,
			b.End, b.Steps, logA, how, logB, a.Decisions, b.Decisions)
	}
}
