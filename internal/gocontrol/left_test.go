package gocontrol

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// What is in package variables outlives an execution. Its goroutines may end while they hold it: they are ended there.

var (
	globalMutex  sync.Mutex
	globalRW     sync.RWMutex
	globalGroup  sync.WaitGroup
	globalOnce   sync.Once
	globalCond   = sync.NewCond(&globalMutex)
	globalHeap   = new(struct{ sync.Mutex })
	globalHeapRW = new(struct{ sync.RWMutex })
	globalRan    atomic.Int64
	globalValue  func() int
	globalFunc   func()
	globalFile   *os.File
	globalValues func() (int, error)
	globalLogger = log.New(blockingWriter{}, "", 0)
)

// never is where goroutines wait until they are ended.
func never() { <-make(chan int) }

type blockingWriter struct{}

func (blockingWriter) Write(b []byte) (int, error) { never(); return len(b), nil }

// leavers leave what they use as no other execution could use it, unless somebody clears up.
var leavers = map[string]struct {
	leave func()
	use   func() // as a later execution does
	tells string // what was released, "" if it is no package variable
}{
	"a mutex":                {func() { globalMutex.Lock(); never() }, useMutex, "sync.Mutex"},
	"a mutex that is tried":  {func() { globalMutex.TryLock(); never() }, useMutex, "sync.Mutex"},
	"a mutex behind an exit": {func() { go globalMutex.Lock(); runtime.Gosched(); never() }, useMutex, "sync.Mutex"},
	"a mutex and waiters": {func() {
		globalMutex.Lock()
		for range 3 {
			go useMutex()
		}
		never()
	}, useMutex, "sync.Mutex"},
	"a mutex on the heap": {func() { globalHeap.Lock(); never() }, func() { globalHeap.Lock(); globalHeap.Unlock() }, ""},
	"a writer's lock":     {func() { globalRW.Lock(); never() }, useRW, "sync.RWMutex"},
	"readers' locks":      {func() { globalRW.RLock(); globalRW.RLock(); never() }, useRW, "sync.RWMutex"},
	"a tried reader's":    {func() { globalRW.TryRLock(); never() }, useRW, "sync.RWMutex"},
	"a tried writer's":    {func() { globalRW.TryLock(); never() }, useRW, "sync.RWMutex"},
	"a writer that waits for a reader": {func() {
		globalRW.RLock()
		go useRW()
		go func() { globalRW.RLock(); globalRW.RUnlock() }()
		never()
	}, useRW, "sync.RWMutex"},
	"a reader that waits for a writer": {func() {
		globalRW.Lock()
		go func() { globalRW.RLock(); globalRW.RUnlock() }()
		go useRW()
		never()
	}, useRW, "sync.RWMutex"},
	"a reader's lock on the heap": {func() { globalHeapRW.RLock(); never() }, func() { globalHeapRW.Lock(); globalHeapRW.Unlock() }, ""},
	"a group":                     {func() { globalGroup.Add(2); globalGroup.Done(); never() }, useGroup, "sync.WaitGroup"},
	"a group that is waited for": {func() {
		globalGroup.Go(never)
		go globalGroup.Wait()
		globalGroup.Wait()
	}, useGroup, "sync.WaitGroup"},
	"a condition": {func() {
		for range 2 {
			go func() { globalMutex.Lock(); globalCond.Wait(); globalMutex.Unlock() }()
		}
		never()
	}, func() {
		globalMutex.Lock()
		ready := false
		go func() { globalMutex.Lock(); ready = true; globalCond.Signal(); globalMutex.Unlock() }()
		for !ready {
			globalCond.Wait()
		}
		globalMutex.Unlock()
	}, ""},
	"a function that runs once": {func() { globalOnce.Do(never) }, func() {
		globalOnce.Do(func() { globalRan.Add(1) })
		wantRan()
	}, ""},
	"a value": {func() { globalValue() }, func() { wantRan(globalValue()) }, ""},
	"two values": {func() { globalValues() }, func() {
		n, err := globalValues()
		wantRan(n, err)
	}, ""},
	"a OnceFunc": {func() { globalFunc() }, func() { globalFunc(); wantRan() }, ""},
	"a handler of the default server": {func() { serveOnce("/never") }, func() {
		if body := serveOnce("/pong"); body != "pong" {
			panic(body)
		}
	}, ""},
	"the lock of a logger": {func() { globalLogger.Print("x") }, func() {
		globalLogger.SetOutput(new(bytes.Buffer))
		globalLogger.Print("y")
		globalLogger.SetOutput(blockingWriter{})
	}, ""},
	"a file": {func() {
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		globalFile = w
		r.Read(make([]byte, 1)) // until it is ended
	}, func() {
		if _, err := globalFile.Write([]byte("x")); err != nil {
			panic(err)
		}
		globalFile.Close()
	}, ""},
	"the standard logger": {func() { log.SetOutput(blockingWriter{}); log.Print("x") }, func() {
		log.SetOutput(new(bytes.Buffer))
		log.Print("y")
		log.SetOutput(os.Stderr)
	}, ""},
}

func init() {
	http.HandleFunc("/never", func(http.ResponseWriter, *http.Request) { never() })
	http.HandleFunc("/pong", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "pong") })
}

// serveOnce serves one request with the package variables of net/http, over a connection in memory, and returns its answer.
func serveOnce(path string) string {
	near, far := net.Pipe()
	http.DefaultTransport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) { return near, nil }
	l := make(listener, 1)
	l <- far
	go http.Serve(l, nil)
	defer close(l)
	resp, err := http.Get("http://test" + path)
	if err != nil {
		panic(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		panic(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	return string(body)
}

// listener accepts the connections that are sent to it.
type listener chan net.Conn

func (l listener) Accept() (net.Conn, error) {
	if c, ok := <-l; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l listener) Close() error   { return nil }
func (l listener) Addr() net.Addr { return &net.TCPAddr{} }

func useMutex() { globalMutex.Lock(); globalMutex.Unlock() }

func useRW() {
	globalRW.Lock()
	globalRW.Unlock()
	globalRW.RLock()
	globalRW.RUnlock()
}

// useGroup fails if Wait returns before Done, as well.
func useGroup() {
	done := false
	globalGroup.Add(1)
	go func() { runtime.Gosched(); done = true; globalGroup.Done() }()
	globalGroup.Wait()
	if !done {
		panic("Wait has not waited")
	}
}

func wantRan(values ...any) {
	for _, v := range values {
		if v != 7 && v != nil {
			panic(fmt.Sprint("the value is ", v))
		}
	}
	if n := globalRan.Swap(0); n != 1 {
		panic(fmt.Sprintf("it ran %d times", n))
	}
}

// renew makes anew what runs once. The function blocks on its first call and not on the second.
func renew() {
	globalOnce = sync.Once{}
	globalRan.Store(0)
	calls := 0
	f := func() int {
		if calls++; calls == 1 {
			never()
		}
		globalRan.Add(1)
		return 7
	}
	globalFunc, globalValue = sync.OnceFunc(func() { f() }), sync.OnceValue(f)
	globalValues = sync.OnceValues(func() (int, error) { return f(), nil })
}

func TestNothingIsLeftLocked(t *testing.T) {
	control(t)
	for name, p := range leavers {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(50) {
				renew()
				opts := Options{Seed: seed, Strategy: Strategy(seed % 2), Expect: 20}
				if r := mustRun(t, opts, func() { go p.leave(); time.Sleep(time.Second) }); r.End != Leak {
					t.Fatalf("seed %d: leaving ended with %v: %v %s\n%v", seed, r.End, r.Panic, r.Message, r.Blocked)
				}
				if r := mustRun(t, opts, p.use); r.End != Finished {
					t.Fatalf("seed %d: using ended with %v: %v %s\n%v", seed, r.End, r.Panic, r.Message, r.Blocked)
				}
			}
		})
	}
}

// TestReleased: what was released is told, with its address, if it is part of a package variable.
func TestReleased(t *testing.T) {
	control(t)
	for name, p := range leavers {
		t.Run(name, func(t *testing.T) {
			renew()
			var s Session
			if err := s.Open(SessionOptions{}); err != nil {
				t.Fatal(err)
			}
			s.Spawn(func() { p.leave() }, false)
			s.Look()
			for s.Ready() > 0 {
				s.Go(Command{How: Free, Limit: 1 << 20})
			}
			s.Close()
			kinds := ""
			for _, r := range s.Released() {
				kinds += r.Kind
				if r.Address == 0 {
					t.Error("no address")
				}
			}
			if kinds != p.tells {
				t.Errorf("released %q, want %q", kinds, p.tells)
			}
		})
	}
}

// TestSpoilt: a lock that a wrong program has spoilt is as new for the next execution.
func TestSpoilt(t *testing.T) {
	control(t)
	for name, f := range map[string]func(){
		"an Unlock too many": func() { globalRW.Lock(); globalRW.Unlock(); globalRW.RLock(); globalRW.Unlock() },
		"an RUnlock too many": func() {
			globalRW.Lock()
			globalRW.Unlock()
			globalRW.TryRLock()
			globalRW.RUnlock()
			globalRW.RUnlock()
		},
		"an Unlock of another": func() { globalRW.Lock(); go globalRW.Unlock(); runtime.Gosched(); globalRW.RLock(); globalRW.Unlock() },
	} {
		r := mustRun(t, Options{}, f)
		if r.End != Fatal {
			t.Errorf("%s: ended with %v", name, r.End)
		}
		globalRW = sync.RWMutex{} // what nobody holds is not cleared up
		if r := mustRun(t, Options{}, useRW); r.End != Finished {
			t.Errorf("behind %s: ended with %v: %s", name, r.End, r.Message)
		}
	}
}

// TestHeldOutside: what goroutines outside hold, and wait for, is left to them.
func TestHeldOutside(t *testing.T) {
	control(t)
	globalMutex.Lock()
	globalRW.RLock()
	globalGroup.Add(1)
	for range 50 {
		mustRun(t, Options{}, func() {
			go useMutex()
			go useRW()
			go globalGroup.Wait()
			globalRW.TryRLock()
			time.Sleep(time.Second)
		})
	}
	globalGroup.Done()
	globalGroup.Wait()
	globalRW.RUnlock()
	globalMutex.Unlock()
	useRW()
	useMutex()
}

// TestWaitingOutside: who waits outside for what a goroutine inside has left gets it.
func TestWaitingOutside(t *testing.T) {
	control(t)
	var asked atomic.Bool
	got := make(chan bool)
	go func() {
		for !asked.Load() {
			runtime.Gosched()
		}
		useMutex()
		close(got)
	}()
	mustRun(t, Options{}, func() {
		globalMutex.Lock()
		asked.Store(true)
		for atomic.LoadInt32((*int32)(unsafe.Pointer(&globalMutex)))>>3 == 0 {
			runtime.Gosched() // until it waits
		}
		never()
	})
	<-got
	useMutex()
}
