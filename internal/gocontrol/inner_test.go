package gocontrol

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// noCtx is for the tables below.
func noCtx(f func()) func(context.Context) { return func(context.Context) { f() } }

// observed holds what operations that are points act on.
var observed struct {
	mu     sync.Mutex
	rw     sync.RWMutex
	wg     sync.WaitGroup
	m      sync.Map
	listed sync.Map
	pool   sync.Pool
	once   sync.Once
	value  atomic.Int64
	c      chan int
	timer  *time.Timer
}

type embedding struct{ context.Context }

// TestOnePoint: an operation that the program does is one point, whatever it is made of; what the standard library does
// inside is none, unless asked for. The first execution of each prepares, the second counts.
func TestOnePoint(t *testing.T) {
	control(t)
	o := &observed
	o.c = make(chan int, 3)
	o.listed.Store(1, 2)
	lazy := sync.OnceValue(func() int { return 1 })
	for name, c := range map[string]struct {
		f    func(context.Context)
		want string
	}{
		"Mutex":             {noCtx(func() { o.mu.Lock(); o.mu.TryLock(); o.mu.Unlock() }), "Lock TryLock Unlock"},
		"RWMutex":           {noCtx(func() { o.rw.Lock(); o.rw.TryLock(); o.rw.Unlock() }), "Lock TryLock Unlock"},
		"RWMutex, reading":  {noCtx(func() { o.rw.RLock(); o.rw.TryRLock(); o.rw.RUnlock(); o.rw.RUnlock() }), "RLock TryRLock RUnlock RUnlock"},
		"Locker":            {noCtx(func() { touch(o.rw.RLocker()) }), "RLock RUnlock"},
		"WaitGroup":         {noCtx(func() { o.wg.Add(1); o.wg.Done(); o.wg.Wait() }), "WaitGroup.Add WaitGroup.Add WaitGroup.Wait"},
		"WaitGroup.Go":      {noCtx(func() { o.wg.Go(func() {}); o.wg.Wait() }), "WaitGroup.Add go WaitGroup.Wait WaitGroup.Add"},
		"Once":              {noCtx(func() { o.once.Do(func() { touch(&o.mu) }) }), "Once.Do"},
		"first Once":        {noCtx(func() { new(sync.Once).Do(func() { touch(&o.mu) }) }), "Once.Do Lock Unlock"},
		"OnceValue":         {noCtx(func() { lazy() }), "Once.Do"},
		"Cond":              {noCtx(func() { c := sync.NewCond(&o.mu); c.Signal(); c.Broadcast() }), "Cond.Signal Cond.Broadcast"},
		"Map":               {noCtx(func() { o.m.Store(1, 2); o.m.Load(1); o.m.LoadOrStore(1, 2); o.m.CompareAndSwap(1, 2, 3) }), "Map update Map load Map update Map update"},
		"Map, ranging":      {noCtx(func() { o.listed.Range(func(k, v any) bool { o.value.Load(); return true }) }), "Map load atomic load"},
		"Pool":              {noCtx(func() { o.pool.Put(o); o.pool.Get() }), "Pool.Put Pool.Get"},
		"channel":           {noCtx(func() { o.c <- 1; <-o.c }), "send receive"},
		"reflected channel": {noCtx(func() { v := reflect.ValueOf(o.c); v.Send(reflect.ValueOf(1)); v.Recv() }), "send receive"},
		"defer":             {noCtx(func() { defer o.mu.Unlock(); o.mu.Lock(); o.listed.Load(1) }), "Lock Map load Unlock"},
		"method value":      {noCtx(func() { lock, unlock := o.mu.Lock, o.mu.Unlock; lock(); unlock() }), "Lock Unlock"},
		"interface":         {noCtx(func() { touch(&o.mu) }), "Lock Unlock"},
		"embedded":          {noCtx(func() { var x struct{ sync.Mutex }; touch(&x) }), "Lock Unlock"},
		"timers": {noCtx(func() {
			if o.timer = time.AfterFunc(time.Hour, func() {}); !o.timer.Stop() || o.timer.Reset(1) || !o.timer.Stop() {
				panic("timer")
			}
		}), "timer start timer stop timer reset timer stop"},
		"time.After":        {noCtx(func() { <-time.After(1) }), "receive"},
		"Context.Err":       {func(ctx context.Context) { ctx.Err() }, "context err"},
		"Cause":             {func(ctx context.Context) { context.Cause(ctx) }, "context err"},
		"value context":     {func(ctx context.Context) { context.WithValue(embedding{ctx}, o, 2).Err() }, "context err"},
		"WithCancel":        {func(ctx context.Context) { _, cancel := context.WithCancel(ctx); cancel() }, "context cancel"},
		"WithCancelCause":   {func(ctx context.Context) { _, cancel := context.WithCancelCause(ctx); cancel(io.EOF) }, "context cancel"},
		"WithTimeout":       {func(ctx context.Context) { _, cancel := context.WithTimeout(ctx, time.Hour); cancel() }, "context cancel"},
		"WithTimeout, past": {func(ctx context.Context) { _, cancel := context.WithTimeout(ctx, 0); cancel() }, "context cancel"},
		"AfterFunc":         {func(ctx context.Context) { context.AfterFunc(ctx, func() {})() }, "context cancel"},
		"Done":              {func(ctx context.Context) { ctx.Done() }, ""},
		"log":               {noCtx(func() { slog.Default().Enabled(context.Background(), slog.LevelDebug) }), ""},
		"fmt":               {noCtx(func() { fmt.Fprint(io.Discard, "x") }), ""},
		"pipe":              {noCtx(pipe), "go receive close"},
		"sort":              {noCtx(func() { slices.SortFunc([]int{2, 1}, func(a, b int) int { o.value.Load(); return a - b }) }), "atomic load"},
	} {
		t.Run(name, func(t *testing.T) {
			var kinds []string
			run := func(inner bool) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				r := inRuntime(t, func() { c.f(ctx) }, func(cfg *config) {
					cfg.strategy, cfg.inner, cfg.maxTrace = uint8(Default), inner, 100
				})
				if r.End != Finished {
					t.Fatalf("ended with %v %v %s", r.End, r.Panic, r.Message)
				}
				kinds = nil
				for _, p := range r.Trace {
					kinds = append(kinds, p.Kind.String())
				}
			}
			run(false)
			run(false)
			if got := strings.Join(kinds, " "); got != c.want {
				t.Errorf("points %q, want %q", got, c.want)
			}
			outer := kinds
			run(true)
			rest := kinds
			for _, k := range outer {
				i := slices.Index(rest, k)
				if i < 0 {
					t.Fatalf("with points inside of the library %q, want among them %q in this order", kinds, outer)
				}
				rest = rest[i+1:]
			}
			if slices.Contains([]string{"log", "fmt", "pipe", "WithCancel"}, name) && len(kinds) <= len(outer) {
				t.Errorf("with points inside of the library %q, without %q", kinds, outer)
			}
		})
	}
}

// pipe is a conversation in which only the library blocks.
func pipe() {
	here, there := net.Pipe()
	done := make(chan bool)
	go func() {
		defer close(done)
		if line, err := bufio.NewReader(there).ReadString('\n'); err != nil || line != "hello\n" {
			panic(fmt.Sprint(line, err))
		}
	}()
	if _, err := io.Copy(here, bytes.NewBufferString("hello\n")); err != nil {
		panic(err)
	}
	<-done
}

// inOrder runs two goroutines that take a number and then do something with it. That the first to take a number is the
// first to do something holds only if what they do is no scheduling point.
func inOrder(do func(number int64)) {
	var next atomic.Int64
	together(func() { do(next.Add(1)) })
}

// operationPairs are programs that go wrong only if the operation of that name is a point, and correct twins.
var operationPairs = []struct {
	name      string
	bad, good func() bool
}{
	{"Once.Do", func() bool {
		var once sync.Once
		var winner atomic.Int64
		inOrder(func(number int64) { once.Do(func() { winner.Store(number) }) })
		return winner.Load() == 1
	}, func() bool {
		var once sync.Once
		var winners atomic.Int64
		inOrder(func(number int64) { once.Do(func() { winners.Add(1) }) })
		return winners.Load() == 1
	}},
	{"sync.Map", func() bool {
		var m sync.Map
		m.Store("x", 0)
		together(func() { v, _ := m.Load("x"); m.Store("x", v.(int)+1) })
		v, _ := m.Load("x")
		return v == 2
	}, func() bool {
		var m sync.Map
		m.Store("x", 0)
		together(func() {
			casLoop(func() any { v, _ := m.Load("x"); return v }, func(v any) any { return v.(int) + 1 },
				func(old, new any) bool { return m.CompareAndSwap("x", old, new) })
		})
		v, _ := m.Load("x")
		return v == 2
	}},
	{"Pool", func() bool {
		var pool sync.Pool
		var last atomic.Int64
		inOrder(func(number int64) { pool.Put(&number); last.Store(number) })
		return last.Load() == 2
	}, func() bool {
		pool := sync.Pool{New: func() any { return new(int) }}
		var wrong atomic.Bool
		together(func() {
			x := pool.Get().(*int)
			if *x++; *x != 1 {
				wrong.Store(true)
			}
		})
		return !wrong.Load()
	}},
	{"cancel", func() bool {
		ctx, cancel := context.WithCancelCause(context.Background())
		inOrder(func(number int64) { cancel(fmt.Errorf("of %d", number)) })
		return context.Cause(ctx).Error() == "of 1"
	}, func() bool {
		ctx, cancel := context.WithCancelCause(context.Background())
		inOrder(func(number int64) { cancel(fmt.Errorf("of %d", number)) })
		return ctx.Err() == context.Canceled && context.Cause(ctx) != nil
	}},
	{"Context.Err", func() bool {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		return ctx.Err() != nil || ctx.Err() == nil // canceled in between
	}, func() bool {
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		err := ctx.Err()
		return err == nil || err == context.Canceled
	}},
	{"Timer.Stop", func() bool {
		timer := time.AfterFunc(time.Hour, func() {})
		var stopper atomic.Int64
		inOrder(func(number int64) {
			if timer.Stop() {
				stopper.Store(number)
			}
		})
		return stopper.Load() == 1
	}, func() bool {
		timer := time.AfterFunc(time.Hour, func() {})
		var stopped atomic.Int64
		inOrder(func(number int64) {
			if timer.Stop() {
				stopped.Add(1)
			}
		})
		return stopped.Load() == 1
	}},
	{"Timer.Reset", func() bool {
		timer := time.NewTimer(time.Hour)
		start := time.Now()
		inOrder(func(number int64) { timer.Reset(time.Duration(number) * time.Minute) })
		return (<-timer.C).Sub(start) == 2*time.Minute
	}, func() bool {
		timer := time.NewTimer(time.Hour)
		start := time.Now()
		inOrder(func(number int64) { timer.Reset(time.Duration(number) * time.Minute) })
		d := (<-timer.C).Sub(start)
		return d == time.Minute || d == 2*time.Minute
	}},
}

// TestOperationPairs: what the points of whole operations find, with those of their parts switched off.
func TestOperationPairs(t *testing.T) {
	control(t)
	const tries = 300
	for _, p := range operationPairs {
		t.Run(p.name, func(t *testing.T) {
			wrong := 0
			for seed := range uint64(tries) {
				var ok bool
				opts := Options{Seed: seed}
				if r := mustRun(t, opts, func() { ok = p.good() }); r.End != Finished || !ok {
					t.Fatalf("the correct twin: %v, %v", r.End, ok)
				}
				r := mustRun(t, opts, func() { ok = p.bad() })
				if ok {
					continue
				}
				wrong++
				opts.Strategy, opts.Replay = Replay, r.Decisions
				if again := mustRun(t, opts, func() { ok = p.bad() }); ok || again.Digest != r.Digest {
					t.Fatalf("the replay ended with %v, and right: %v", again.End, ok)
				}
			}
			if wrong == 0 {
				t.Errorf("no execution of %d went wrong", tries)
			}
		})
	}
}

// TestDigests logs what 200 random programs did. TestSameSchedules compares builds by it.
func TestDigests(t *testing.T) {
	control(t)
	var sum uint64
	for i := range uint64(200) {
		r, _ := observe(t, i, Options{Seed: i, Atomics: true, MaxSteps: 20_000})
		if i == 0 {
			r, _ = observe(t, i, Options{Seed: i, Atomics: true, MaxSteps: 20_000})
		}
		sum = sum*31 + r.Digest
	}
	t.Logf("digests: %x", sum)
}
