package clone

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

func TestRefused(t *testing.T) {
	type peer struct{ done chan bool }
	type state struct {
		peers map[string]*peer
		list  []any
		f     func()
		t     *time.Timer
		log   *slog.Logger
		ctx   context.Context
		raw   unsafe.Pointer
		file  *os.File
		hooks [2]func()
		tree  *tree
		m     sync.Map
	}
	n := 1
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := &state{
		peers: map[string]*peer{"a": {make(chan bool)}, "b": {}},
		list:  []any{1, []any{func() { n++ }}},
		f:     func() { n++ },
		t:     time.AfterFunc(time.Hour, func() {}),
		log:   slog.New(slog.NewTextHandler(os.Stdout, nil)),
		ctx:   ctx, raw: unsafe.Pointer(&n), file: os.Stderr,
		hooks: [2]func(){nil, func() {}},
	}
	s.m.Store("k", make(chan int))
	var e Env
	dst := []any{1, 2}
	err := e.Clone(dst, []any{5, s})
	var list *Error
	if !errors.As(err, &list) {
		t.Fatal(err)
	}
	for _, want := range []string{
		`state.peers["a"].done (chan bool): a channel`, `state.list[1].([]interface {})[0].(func()) (func()): what a function captures`,
		"state.f (func())", "state.t (time.Timer): a timer", "state.log", "(poll.FD): a file", "(context.cancelCtx)", "state.raw (unsafe.Pointer)",
		"state.hooks[1] (func())", `state.m["k"].(chan int) (chan int)`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is missing in\n%v", want, err)
		}
	}
	if strings.Contains(err.Error(), `"b"`) || dst[0] != nil || dst[1] != nil {
		t.Error(err, dst)
	}
	*s = state{tree: &tree{}}
	if err := e.Clone(dst, []any{5, s}); err != nil || dst[1].(*state).tree == s.tree {
		t.Error("an Env that has refused something does not copy any more:", err)
	}
}

// outside is a lock that is not part of the state, so that reading it is no data race with the goroutine that waits.
type outside struct{ sync.Mutex }

func TestWaitersAreRefused(t *testing.T) {
	Opaque(reflect.TypeFor[outside]())
	c := sync.NewCond(new(outside))
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
	var e Env
	err := e.Clone(make([]any, 1), []any{c})
	if err == nil || !strings.Contains(err.Error(), "Cond (sync.Cond): goroutines wait") {
		t.Error(err)
	}
	c.L.Unlock()
	c.Signal()
	<-done
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
		want := []string{"state.peers[][].done (chan bool)", "state.keys[] (func())", "state.t (time.Timer)", "state.hooks[] (func())"}
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
