package clone

import (
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"unsafe"
	"weak"
)

// TestUnderTheCollector copies while the collector runs all the time, lets go of what is not needed any more, and fills
// the memory that becomes free: a pointer that the collector did not hear of would lead to that.
func TestUnderTheCollector(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	stop := make(chan bool)
	var background sync.WaitGroup
	background.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	})
	r := rand.New(rand.NewPCG(5, 6))
	var e Env
	var litter []*thing
	for range rounds(t, 600) {
		data := make([]byte, 60)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		state := (&builder{data: data, closed: true}).state()
		for range 5 { // copies of copies, each the only owner of its memory
			next := make([]any, len(state))
			if err := e.Clone(next, state); err != nil {
				t.Fatal(err)
			}
			spoil(state)
			state = next
		}
		for range 20 {
			litter = append(litter, &thing{id: -1, name: strings.Repeat("x", 10)})
		}
		if len(litter) > 200 {
			litter = litter[:0]
		}
		again := (&builder{data: data, closed: true}).state()
		if err := compareStates(again, state); err != nil {
			t.Fatal("the last copy is not what the first state was: ", err)
		}
	}
	close(stop)
	background.Wait()
}

// TestSideBySide: any number of goroutines may copy one state.
func TestSideBySide(t *testing.T) {
	src := randomState(rand.New(rand.NewPCG(7, 9)))
	before := digestOf(src)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var e Env
			for range rounds(t, 300) {
				dst := make([]any, len(src))
				if err := e.Clone(dst, src); err != nil {
					t.Error(err)
				}
				if digestOf(dst) != before {
					t.Error("the copy has another digest")
				}
				spoil(dst)
			}
		})
	}
	wg.Wait()
}

// TestAllocations: once an Env has seen a state, it allocates the copies only, and little ones together.
func TestAllocations(t *testing.T) {
	if !canCloneMaps {
		t.Skip("package reflect allocates for itself")
	}
	for name, most := range map[string]float64{
		"flat":     1,
		"pointers": 3,  // servers, backing arrays, records
		"servers":  13, // and two for each map
		"list1000": 24, // chunks of a kilobyte
		"bytes64K": 2,
		"events":   2,
	} {
		src := benchStates()[name]
		dst := make([]any, len(src))
		var e Env
		for range 2 {
			if err := e.Clone(dst, src); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(100, func() { e.Clone(dst, src) }); n > most {
			t.Errorf("%s: %v allocations, want %v", name, n, most)
		}
	}
}

// TestLetsGo: an Env keeps the last copy alive, neither its original nor older copies.
func TestLetsGo(t *testing.T) {
	var e Env
	var ptrs []weak.Pointer[server]
	var src, dst any = newServer(1, 50), nil
	for i := range 6 {
		ptrs = append(ptrs, weak.Make(src.(*server)))
		out := make([]any, 1)
		e.skip = i % 2
		if err := e.Clone(out, []any{src}); err != nil {
			t.Fatal(err)
		}
		src, dst = out[0], src
	}
	dst = nil
	_ = dst
	runtime.GC()
	for i, p := range ptrs {
		if p.Value() != nil {
			t.Errorf("state %d of %d is still alive", i, len(ptrs))
		}
	}
	runtime.KeepAlive(src)
	runtime.KeepAlive(&e)
}

// TestMemoryOfTwoMinds: no conversion of the language lets one area be seen as these two types.
func TestMemoryOfTwoMinds(t *testing.T) {
	type three struct{ a, b, c *int }
	type two struct{ a, b *int }
	x := [2]three{}
	state := []any{&x, []*two{(*two)(unsafe.Pointer(&x[0].c))}, &x[0]}
	var e Env
	e.skip = 1
	if err := e.Clone(make([]any, 3), state); err != nil {
		t.Fatal("inside the wider type there is room for anything:", err)
	}
	y := make([]three, 4)
	half := unsafe.Slice((*three)(unsafe.Pointer(&y[0].b)), 2)
	e.skip = 1
	err := e.Clone(make([]any, 2), []any{y[:1:1], half})
	if err == nil || !strings.Contains(err.Error(), "used as different types") {
		t.Error(err)
	}
}

func TestMisuse(t *testing.T) {
	for name, f := range map[string]func(){
		"other length":       func() { new(Env).Clone(nil, []any{1}) },
		"handle of any type": func() { Handle(anyType) },
		"wrong handle": func() {
			e := Env{Handle: func(any) any { return 1 }}
			e.Clone(make([]any, 1), []any{new(handle)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			TestRegistrations(t)
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			f()
		})
	}
}

// TestWithoutTheRuntimesIterator: entries can also be copied out of a map one by one.
func TestWithoutTheRuntimesIterator(t *testing.T) {
	fresh := func() { register(func(*rules) {}) }
	defer func(was bool) {
		iterReadable = was
		fresh()
	}(iterReadable)
	iterReadable = false
	fresh()
	r := rand.New(rand.NewPCG(8, 8))
	for range rounds(t, 300) {
		src := randomState(r)
		verify(t, src, dst2(t, new(Env), src))
	}
}
