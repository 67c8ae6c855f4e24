package gocontrol

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// inRuntime runs f with a configuration that Options cannot say.
func inRuntime(t testing.TB, f func(), set func(*config)) Result {
	t.Helper()
	cfg := config{maxSteps: DefaultMaxSteps, atomics: true, depth: 3, expect: 20}
	set(&cfg)
	var res result
	if err := startError(hooks.run(f, &cfg, &res)); err != nil {
		t.Fatal(err)
	}
	return res.describe(Options{Strategy: Strategy(cfg.strategy)})
}

// together runs the same function on two goroutines.
func together(f func()) {
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			f()
		}()
	}
	wg.Wait()
}

// An atomicProgram adds one twice to a counter of zero: by a load and a store, which may lose one, and as one operation
// or a loop of CompareAndSwap.
type atomicProgram struct {
	name      string
	bad, good func() (counted int)
}

func counter[T any](name string, load func(*T) int, store func(*T, int), add func(*T)) atomicProgram {
	run := func(f func(*T)) func() int {
		return func() int {
			x := new(T)
			together(func() { f(x) })
			return load(x)
		}
	}
	return atomicProgram{name, run(func(x *T) { store(x, load(x)+1) }), run(add)}
}

// numbers let a pointer count.
var numbers = [...]int{0, 1, 2}

func numbered(p unsafe.Pointer) int {
	if p == nil {
		return 0
	}
	return *(*int)(p)
}

func numbersAt(n int) *int { return &numbers[n] }

func casLoop[V any](load func() V, next func(V) V, swap func(old, new V) bool) {
	for {
		if old := load(); swap(old, next(old)) {
			return
		}
	}
}

var atomicPrograms = []atomicProgram{
	counter("int32", func(x *int32) int { return int(atomic.LoadInt32(x)) }, func(x *int32, n int) { atomic.StoreInt32(x, int32(n)) },
		func(x *int32) { atomic.AddInt32(x, 1) }),
	counter("int64", func(x *int64) int { return int(atomic.LoadInt64(x)) }, func(x *int64, n int) { atomic.StoreInt64(x, int64(n)) },
		func(x *int64) { atomic.AddInt64(x, 1) }),
	counter("uint32", func(x *uint32) int { return int(atomic.LoadUint32(x)) }, func(x *uint32, n int) { atomic.SwapUint32(x, uint32(n)) },
		func(x *uint32) {
			casLoop(func() uint32 { return atomic.LoadUint32(x) }, func(v uint32) uint32 { return v + 1 },
				func(old, new uint32) bool { return atomic.CompareAndSwapUint32(x, old, new) })
		}),
	counter("uint64", func(x *uint64) int { return int(atomic.LoadUint64(x)) }, func(x *uint64, n int) { atomic.StoreUint64(x, uint64(n)) },
		func(x *uint64) { atomic.AddUint64(x, 1) }),
	counter("uintptr", func(x *uintptr) int { return int(atomic.LoadUintptr(x)) }, func(x *uintptr, n int) { atomic.StoreUintptr(x, uintptr(n)) },
		func(x *uintptr) { atomic.AddUintptr(x, 1) }),
	counter("pointer", func(x *unsafe.Pointer) int { return numbered(atomic.LoadPointer(x)) },
		func(x *unsafe.Pointer, n int) { atomic.StorePointer(x, unsafe.Pointer(numbersAt(n))) },
		func(x *unsafe.Pointer) {
			casLoop(func() unsafe.Pointer { return atomic.LoadPointer(x) },
				func(p unsafe.Pointer) unsafe.Pointer { return unsafe.Pointer(numbersAt(numbered(p) + 1)) },
				func(old, new unsafe.Pointer) bool { return atomic.CompareAndSwapPointer(x, old, new) })
		}),
	counter("bits", func(x *uint32) int { return int(atomic.LoadUint32(x)) &^ 4 },
		func(x *uint32, n int) { atomic.AndUint32(x, 0); atomic.OrUint32(x, uint32(n)) },
		func(x *uint32) { // the first to get a bit of its own
			if atomic.OrUint32(x, 4)&4 == 0 {
				atomic.AddUint32(x, 2)
			}
		}),
	counter("Int32", func(x *atomic.Int32) int { return int(x.Load()) }, func(x *atomic.Int32, n int) { x.Store(int32(n)) },
		func(x *atomic.Int32) { x.Add(1) }),
	counter("Int64", func(x *atomic.Int64) int { return int(x.Load()) }, func(x *atomic.Int64, n int) { x.Store(int64(n)) },
		func(x *atomic.Int64) { x.Add(1) }),
	counter("Uint64", func(x *atomic.Uint64) int { return int(x.Load()) }, func(x *atomic.Uint64, n int) { x.Swap(uint64(n)) },
		func(x *atomic.Uint64) { x.Add(1) }),
	counter("Uintptr", func(x *atomic.Uintptr) int { return int(x.Load()) }, func(x *atomic.Uintptr, n int) { x.Store(uintptr(n)) },
		func(x *atomic.Uintptr) { x.Add(1) }),
	counter("Pointer", func(x *atomic.Pointer[int]) int { return numbered(unsafe.Pointer(x.Load())) },
		func(x *atomic.Pointer[int], n int) { x.Store(numbersAt(n)) },
		func(x *atomic.Pointer[int]) {
			casLoop(x.Load, func(p *int) *int { return numbersAt(numbered(unsafe.Pointer(p)) + 1) }, x.CompareAndSwap)
		}),
	counter("Value", func(x *atomic.Value) int { n, _ := x.Load().(int); return n }, func(x *atomic.Value, n int) { x.Store(n) },
		func(x *atomic.Value) {
			casLoop(x.Load, func(v any) any { n, _ := v.(int); return n + 1 }, x.CompareAndSwap)
		}),
	{"Bool", func() (counted int) {
		var taken atomic.Bool
		var n atomic.Int64
		together(func() {
			if !taken.Load() { // both may come here
				taken.Store(true)
				n.Add(-1)
			}
		})
		return int(n.Load()) + 3
	}, func() int {
		var taken atomic.Bool
		var n atomic.Int64
		together(func() {
			if taken.CompareAndSwap(false, true) {
				n.Add(-1)
			}
		})
		return int(n.Load()) + 3
	}},
}

// TestAtomicFunctions: every function and method of sync/atomic is a scheduling point. Without one, the programs would
// count to two in every execution.
func TestAtomicFunctions(t *testing.T) {
	control(t)
	for _, p := range atomicPrograms {
		t.Run(p.name, func(t *testing.T) {
			for _, atomics := range []bool{true, false} {
				lost := 0
				for seed := range uint64(200) {
					counted := 0
					opts := Options{Seed: seed, Atomics: atomics}
					mustRun(t, opts, func() { counted = p.good() })
					if counted != 2 {
						t.Fatalf("the correct twin counted to %d", counted)
					}
					if r := mustRun(t, opts, func() { counted = p.bad() }); counted != 2 {
						lost++
						again := mustRun(t, Options{Seed: seed, Atomics: atomics, Strategy: Replay, Replay: r.Decisions}, func() { counted = p.bad() })
						if again.Digest != r.Digest || counted == 2 {
							t.Fatalf("the replay ended with %v and %d", again.End, counted)
						}
					}
				}
				if atomics != (lost > 0) {
					t.Errorf("atomics %v: %d of 200 executions lost an update", atomics, lost)
				}
			}
		})
	}
}

// TestAtomicPoints: one operation is one point of its kind, also where a method is made of a function, with and without
// the race detector.
func TestAtomicPoints(t *testing.T) {
	control(t)
	var i32 int32
	var p unsafe.Pointer
	var ptr atomic.Pointer[int]
	var value atomic.Value
	var flag atomic.Bool
	for name, c := range map[string]struct {
		f    func()
		want Kind
	}{
		"LoadInt32":            {func() { atomic.LoadInt32(&i32) }, AtomicLoad},
		"StoreInt32":           {func() { atomic.StoreInt32(&i32, 1) }, AtomicStore},
		"AddInt32":             {func() { atomic.AddInt32(&i32, 1) }, AtomicUpdate},
		"AndInt32":             {func() { atomic.AndInt32(&i32, 1) }, AtomicUpdate},
		"OrInt32":              {func() { atomic.OrInt32(&i32, 1) }, AtomicUpdate},
		"SwapInt32":            {func() { atomic.SwapInt32(&i32, 1) }, AtomicUpdate},
		"CompareAndSwapInt32":  {func() { atomic.CompareAndSwapInt32(&i32, 1, 2) }, AtomicUpdate},
		"StorePointer":         {func() { atomic.StorePointer(&p, nil) }, AtomicStore},
		"SwapPointer":          {func() { atomic.SwapPointer(&p, nil) }, AtomicUpdate},
		"Pointer.Load":         {func() { ptr.Load() }, AtomicLoad},
		"Pointer.Store":        {func() { ptr.Store(nil) }, AtomicStore},
		"Pointer.CAS":          {func() { ptr.CompareAndSwap(nil, nil) }, AtomicUpdate},
		"Value.Load":           {func() { value.Load() }, AtomicLoad},
		"Value.Store":          {func() { value.Store(1) }, AtomicStore},
		"Value.Swap":           {func() { value.Swap(2) }, AtomicUpdate},
		"Value.CompareAndSwap": {func() { value.CompareAndSwap(2, 1) }, AtomicUpdate},
		"Bool.Load":            {func() { flag.Load() }, AtomicLoad},
		"Bool.CompareAndSwap":  {func() { flag.CompareAndSwap(false, true) }, AtomicUpdate},
	} {
		for _, inner := range []bool{false, true} {
			r := inRuntime(t, func() { c.f(); c.f() }, func(c *config) { c.inner = inner; c.maxTrace = 10 })
			var got []Kind
			for _, point := range r.Trace {
				got = append(got, point.Kind)
			}
			if want := []Kind{c.want, c.want}; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s twice, inner %v: points %v, want %v", name, inner, got, want)
			}
		}
	}
}

// TestPointsUnderCoverage: in a program built with -covermode=atomic, the code that starts the main goroutine counts that
// it has run. TestUnderCoverage builds it so.
func TestPointsUnderCoverage(t *testing.T) {
	control(t)
	var x atomic.Int64
	r := mustRun(t, Options{Atomics: true, Trace: 10}, func() { x.Add(1) })
	if len(r.Trace) != 1 || r.Trace[0].Kind != AtomicUpdate {
		t.Errorf("points %+v, want one update", r.Trace)
	}
}
