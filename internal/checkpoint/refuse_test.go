package checkpoint

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

type nilClone struct{ p *int }

func (n *nilClone) CloneRavel() *nilClone {
	if n.p == nil {
		return nil
	}
	return &nilClone{n.p}
}

type keyClone struct{ n int }

func (k keyClone) CloneRavel() keyClone { return k }

// TestRefused has, for each place that is refused, a twin that is not.
func TestRefused(t *testing.T) {
	type peer struct{ done chan bool }
	type holder struct{ v any }
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 1
	var full, empty sync.Map
	full.Store("k", make(chan int))
	empty.Store("k", new(int))
	for _, c := range []struct {
		bad, good any
		want      string // path, type and reason
	}{
		{&peer{make(chan bool)}, &peer{}, "peer.done (chan bool): a channel"},
		{map[string]*peer{"a": {make(chan bool)}, "b": {}}, map[string]*peer{"a": {}}, `(map[string]*checkpoint.peer)["a"].done (chan bool)`},
		{&struct{ list []any }{[]any{1, []any{func() { n++ }}}}, &struct{ list []any }{[]any{1, []any{seven()}}},
			"(struct { list []interface {} }).list[1].([]interface {})[0].(func()) (func()): what a function captures"},
		{&struct{ f func() }{func() {}}, &struct{ f plainFunc }{seven}, "(struct { f func() }).f (func())"},
		{&holder{time.AfterFunc(time.Hour, func() {})}, &holder{(*time.Timer)(nil)}, "holder.v.(*time.Timer) (time.Timer): a timer"},
		{&holder{time.Ticker{}}, &holder{time.Time{}}, "(time.Ticker): a timer"},
		{&holder{ctx}, &holder{context.Background()}, "(context.cancelCtx): a context"},
		{&holder{os.Stderr}, &holder{(*os.File)(nil)}, "(poll.FD): a file"},
		{&holder{slog.New(slog.NewTextHandler(os.Stdout, nil))}, &holder{slog.LevelInfo}, "holder.v.(*slog.Logger)"},
		{&struct{ raw unsafe.Pointer }{unsafe.Pointer(&n)}, &struct{ raw unsafe.Pointer }{}, ".raw (unsafe.Pointer)"},
		{&struct{ hooks [2]func() }{[2]func(){nil, func() {}}}, &struct{ hooks [2]func() }{}, ".hooks[1] (func())"},
		{&[]func(){nil, func() {}}, &[]func(){nil}, "[1] (func())"},
		{&full, &empty, `Map["k"].(chan int) (chan int)`},
		{map[keyClone]int{{1}: 1}, map[int]keyClone{1: {1}}, "[key] (checkpoint.keyClone): a key of a map"},
		{holder{keyClone{}}, &holder{keyClone{}}, "(checkpoint.keyClone): there is no variable"},
		{map[string]any{"a": keyClone{}}, map[string]keyClone{"a": {}}, `["a"].(checkpoint.keyClone) (checkpoint.keyClone): there is no variable`},
		{&holder{holder{keyClone{}}}, &holder{&holder{keyClone{}}}, "(checkpoint.keyClone): there is no variable"},
		{map[string]sync.Map{"a": {}}, map[string]*sync.Map{"a": {}}, `["a"] (sync.Map): there is no variable`},
		{&nilClone{}, &nilClone{&n}, "nilClone (checkpoint.nilClone): its method CloneRavel returns nil"},
		{&holder{nilClone{}}, &holder{nilClone{&n}}, "(checkpoint.nilClone): its method CloneRavel returns nil"},
	} {
		var s Saver
		var img Image
		save(t, &s, &img, 5, c.good)
		if img.Restore(); len(img.regions) == 0 && reflect.TypeOf(c.good).Elem().Size() > 0 {
			t.Errorf("%T: nothing saved", c.good)
		}
		err := s.Save(&img, 5, c.bad)
		var list *Error
		if !errors.As(err, &list) || len(list.Problems) == 0 {
			t.Errorf("%s: no error but %v", c.want, err)
		} else if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), `"b"`) || strings.Contains(err.Error(), "it changes") {
			t.Errorf("%s is missing in\n%v", c.want, err)
		}
		if len(img.regions) != 0 || slices.ContainsFunc(img.ptrs[:cap(img.ptrs)], func(p unsafe.Pointer) bool { return p != nil }) {
			t.Error("the image still holds something")
		}
		img.Restore() // nothing
		save(t, &s, &img, c.good)
	}
}

// TestAllProblemsAreNamed: a report has every place.
func TestAllProblemsAreNamed(t *testing.T) {
	type state struct {
		a, b chan int
		m    map[string]func()
		ok   int
	}
	var s Saver
	err := s.Save(new(Image), &state{a: make(chan int), b: make(chan int), m: map[string]func(){"x": func() {}}})
	for _, want := range []string{"state.a ", "state.b ", `state.m["x"] `} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is missing in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "state.ok") {
		t.Error(err)
	}
}

// outside is a lock that is not part of the state, so that reading it is no data race with the goroutine that waits.
type outsideLock struct{ sync.Mutex }

func TestWaitersAreRefused(t *testing.T) {
	Opaque(reflect.TypeFor[outsideLock]())
	c := sync.NewCond(new(outsideLock))
	locked, done := make(chan bool), make(chan bool)
	go func() {
		c.L.Lock()
		close(locked)
		c.Wait()
		c.L.Unlock()
		close(done)
	}()
	<-locked
	c.L.Lock() // which the goroutine gives away by waiting
	var s Saver
	var img Image
	err := s.Save(&img, c)
	if err == nil || !strings.Contains(err.Error(), "Cond (sync.Cond): goroutines wait") {
		t.Error(err)
	}
	c.L.Unlock()
	c.Signal()
	<-done
	save(t, &s, &img, c)
}

func TestCheck(t *testing.T) {
	type peer struct {
		done chan bool
		next *peer
	}
	type state struct {
		name  string
		peers map[string][]*peer
		keys  map[oneWord]func()
		bad   map[keyClone]int
		maps  map[int]struct{ m sync.Map }
		any   any
		log   *slog.Logger
		out   chan int `ravel:"-"`
		t     time.Timer
		hooks [20]func()
		f     plainFunc
		self  *state
		err   error
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[state](), reflect.TypeFor[*state]()} {
		err := Check(typ)
		want := []string{"state.peers[][].done (chan bool)", "state.keys[] (func())", "state.bad[key] (checkpoint.keyClone)",
			"state.maps[].m (sync.Map)",
			"state.t (time.Timer)", "state.hooks[] (func())"}
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("%s is missing in\n%v", w, err)
			}
		}
		if e := err.(*Error); len(e.Problems) != len(want) {
			t.Error(err)
		}
	}
	for _, typ := range []reflect.Type{reflect.TypeFor[thing](), reflect.TypeFor[int](), reflect.TypeFor[mapOfItself](), reflect.TypeFor[any]()} {
		if err := Check(typ); err != nil {
			t.Error(err)
		}
	}
}
