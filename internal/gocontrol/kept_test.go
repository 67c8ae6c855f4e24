package gocontrol

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// TestObjectIsKept: the object of the last point of a goroutine is there for as long as the goroutine is listed with it, even
// if nobody else knows of it. Otherwise the list would lead to memory that has been freed, and that the collector finds
// marked. It is not kept for longer than the execution.
func TestObjectIsKept(t *testing.T) {
	control(t)
	var collected atomic.Bool
	collect := func() {
		runtime.GC()
		time.Sleep(time.Millisecond) // cleanups run beside us
	}
	wake(t, func() {
		others := touchAndForget(&collected)
		Park()
		runtime.KeepAlive(others)
	}, func(s *Session) {
		for range 20 {
			collect()
		}
		s.Look()
		if s.Ready() != 1 {
			t.Fatalf("%d goroutines are ready", s.Ready())
		}
		switch _, kind, object := s.ReadyAt(0); {
		case kind != AtomicUpdate:
			t.Fatalf("its last point was %v", kind)
		case collected.Load() && object != nil:
			t.Fatalf("it is ready after %v of an object that was collected", kind)
		}
	})
	for i := 0; !collected.Load(); i++ {
		if i == 1000 {
			t.Fatal("the object is still there when the execution is over")
		}
		collect()
	}
}

// wake runs f, which parks, and looks after it was woken.
//
//go:noinline
func wake(t *testing.T, f func(), look func(*Session)) {
	s := new(Session)
	if err := s.Open(SessionOptions{Atomics: true}); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	id := s.Spawn(f, true)
	for s.Look(); s.Ready() > 0; s.Look() {
		s.Go(Command{How: Free, Limit: 1 << 20})
	}
	s.Wake(id)
	look(s)
	for s.Look(); s.Ready() > 0; s.Look() {
		s.Go(Command{How: Free, Limit: 1 << 20})
	}
}

type touched struct {
	counter atomic.Int64
	next    *touched
	_       [90]byte
}

// touchAndForget has a point at an object that nobody knows of afterwards. It returns objects that live beside it, as memory
// without any goes back.
//
//go:noinline
func touchAndForget(collected *atomic.Bool) (others []*touched) {
	for range 1000 {
		others = append(others, new(touched))
	}
	x := others[500]
	others[500] = nil
	runtime.AddCleanup(x, func(c *atomic.Bool) { c.Store(true) }, collected)
	x.counter.Add(1)
	return others
}
