package digest

import (
	"bytes"
	"log"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

type peer struct {
	addr string
	done chan struct{}
}

type server struct {
	Name  string
	peers map[string]*peer
	hooks []func()
	sub   struct{ raw unsafe.Pointer }
	other any
	many  [20]peer
}

func TestUnhashable(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{&server{}, ""},
		{&server{peers: map[string]*peer{"b": {}, "a": {done: make(chan struct{})}}}, `server.peers["a"].done (chan struct {})`},
		{&server{hooks: []func(){nil, func() {}}}, `server.hooks[1] (func())`},
		{&server{sub: struct{ raw unsafe.Pointer }{unsafe.Pointer(new(int))}}, `server.sub.raw (unsafe.Pointer)`},
		{&server{other: &peer{done: make(chan struct{})}}, `server.other.(*digest.peer).done (chan struct {})`},
		{&server{other: make(chan int)}, `server.other.(chan int) (chan int)`},
		{&server{many: [20]peer{17: {done: make(chan struct{})}}}, `server.many[17].done (chan struct {})`},
		{[]peer{{}, {done: make(chan struct{})}}, `([]digest.peer)[1].done (chan struct {})`},
		{func() {}, `(func()) (func())`},
		{map[chan int]int{make(chan int): 1}, `(map[chan int]int)[chan int] (chan int)`},
	} {
		var e Env
		e.Value(c.v)
		if c.want == "" {
			if e.Err != nil {
				t.Errorf("nil channels and functions: %v", e.Err)
			}
			continue
		}
		if e.Err == nil || !strings.HasPrefix(e.Err.Error(), c.want+" cannot") {
			t.Errorf("got %v, want %s", e.Err, c.want)
		}
	}
}

func TestHashingGoesOnBehindTheUnhashable(t *testing.T) {
	type half struct {
		c chan int
		n int
	}
	var e Env
	c := make(chan int)
	if e.Value(half{c, 1}) == e.Value(half{c, 2}) {
		t.Error("what follows a channel does not count")
	}
	if e.Value(half{c, 1}) != e.Value(half{make(chan int), 1}) {
		t.Error("the address of a channel counts")
	}
}

func TestHeldLock(t *testing.T) {
	type shard struct {
		mu sync.RWMutex
		n  int
	}
	type store struct {
		mu     sync.Mutex
		shards []*shard
		once   sync.Once
	}
	s := &store{shards: []*shard{{}, {}}}
	expect := func(want string) Digest {
		t.Helper()
		var e Env
		d := e.Value(s)
		got := ""
		if e.Locked != nil {
			got = e.Locked.Error()
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		return d
	}
	free := expect("")
	s.shards[1].mu.RLock()
	read := expect("store.shards[1].mu (sync.RWMutex) is held")
	s.shards[1].mu.RUnlock()
	s.shards[1].mu.Lock()
	written := expect("store.shards[1].mu (sync.RWMutex) is held")
	s.shards[1].mu.Unlock()
	s.mu.Lock()
	locked := expect("store.mu (sync.Mutex) is held")
	s.mu.Unlock()
	if expect("") != free {
		t.Error("a lock that was held and released counts")
	}
	s.once.Do(func() {})
	done := expect("")
	distinct := map[Digest]bool{free: true, read: true, written: true, locked: true, done: true}
	if len(distinct) != 5 {
		t.Errorf("%d distinct digests of 5 lock states", len(distinct))
	}
}

func TestCondAndPool(t *testing.T) {
	type queue struct {
		mu   sync.Mutex
		cond *sync.Cond
		pool sync.Pool
	}
	build := func() *queue {
		q := &queue{}
		q.cond = sync.NewCond(&q.mu)
		q.pool.New = func() any { return new(int) }
		return q
	}
	a, b := build(), build()
	b.cond.Signal()
	b.pool.Put(b.pool.Get())
	if digestOf(t, a) != digestOf(t, b) {
		t.Error("the history of a sync.Cond or the content of a sync.Pool counts")
	}
}

type (
	adapter interface{ Call() }
	noisy   struct{ n int }
	handle  struct{ id, cache int }
	hook    func()
	loggers struct {
		l *log.Logger
		a adapter
		n int
	}
)

func (n *noisy) Call() {}

func TestRegistrations(t *testing.T) {
	var e Env
	v := &loggers{l: log.New(&bytes.Buffer{}, "", 0), a: &noisy{1}, n: 5}
	before := e.Value(v)
	Opaque(reflect.TypeFor[log.Logger]())
	Opaque(reflect.TypeFor[adapter]())
	after := e.Value(v)
	if after == before {
		t.Error("a registration goes unnoticed")
	}
	if e.Value(&loggers{a: &noisy{2}, n: 5}) != after {
		t.Error("opaque fields count")
	}
	if e.Value(&loggers{n: 6}) == after {
		t.Error("other fields do not count")
	}
	Special(reflect.TypeFor[handle](), func(p unsafe.Pointer, h *Hasher) { h.Word(uint64((*handle)(p).id)) })
	if e.Value([]handle{{1, 2}}) != e.Value([]handle{{1, 3}}) || e.Value(handle{1, 2}) == e.Value(handle{2, 2}) {
		t.Error("Special is not used")
	}
	e.Err = nil
	Immutable(reflect.TypeFor[hook]())
	if e.Value(hook(hook1)) == e.Value(hook(hook2)) || e.Err != nil {
		t.Error("immutable functions are not digested by name")
	}
}

func hook1() {}
func hook2() {}

func TestOpaqueWhileHashing(t *testing.T) {
	type skipped struct{ n int }
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var e Env
			for range 200 {
				e.Value(sample())
				e.Value([]any{skipped{1}, time.Now()})
			}
		})
	}
	for range 50 {
		Opaque(reflect.TypeFor[skipped]())
	}
	wg.Wait()
}
