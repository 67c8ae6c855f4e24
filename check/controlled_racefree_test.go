package check_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

func init() {
	check.Racers = func() (list []func(*check.T)) {
		for _, p := range racers {
			list = append(list, func(t *check.T) { p.body(t, false) })
		}
		return list
	}
}

// synchronized are correct programs. Each hands plain memory from one goroutine to others by one means, and nothing else
// orders the accesses: if control got in the way of what the race detector sees, it would report them.
var synchronized = map[string]func(t *check.T){
	"Mutex and RWMutex": func(t *check.T) {
		var mu sync.Mutex
		var rw sync.RWMutex
		a, b := 0, 0
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				mu.Lock()
				a++
				mu.Unlock()
				rw.RLock()
				_ = b
				rw.RUnlock()
				if rw.TryLock() {
					b++
					rw.Unlock()
				}
				if mu.TryLock() {
					a++
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		sink.Store(int64(a + b))
	},
	"channels": func(t *check.T) {
		requests, replies, done := make(chan *int), make(chan *int, 2), make(chan struct{})
		for range 2 {
			go func() {
				for {
					select {
					case p := <-requests:
						*p++
						replies <- p
					case <-done:
						return
					}
				}
			}()
		}
		for i := range 3 {
			p := &i
			requests <- p
			sink.Store(int64(*<-replies))
		}
		close(done)
	},
	"a semaphore": func(t *check.T) {
		n, sem := 0, make(chan struct{}, 1)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				sem <- struct{}{}
				n++
				<-sem
			})
		}
		wg.Wait()
	},
	"atomics": func(t *check.T) {
		var typed atomic.Pointer[int]
		var value atomic.Value
		var flag, spin uint32
		plain, shared := 0, 0
		var wg sync.WaitGroup
		wg.Go(func() {
			plain = 7
			p := 1
			typed.Store(&p)
			value.Store([]int{1})
			atomic.StoreUint32(&flag, 1)
		})
		for range 2 {
			wg.Go(func() {
				if p := typed.Load(); p != nil {
					sink.Store(int64(*p))
				}
				if s, ok := value.Load().([]int); ok {
					sink.Store(int64(s[0]))
				}
				if atomic.LoadUint32(&flag) == 1 {
					sink.Store(int64(plain))
				}
				if atomic.CompareAndSwapUint32(&spin, 0, 1) {
					shared++
					atomic.StoreUint32(&spin, 0)
				}
			})
		}
		wg.Wait()
	},
	"Once, OnceValue and Cond": func(t *check.T) {
		var once sync.Once
		config := 0
		lazy := sync.OnceValue(func() *int { return new(int) })
		var mu sync.Mutex
		ready, cond := 0, sync.NewCond(&mu)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				once.Do(func() { config = 5 })
				sink.Store(int64(config + *lazy()))
				mu.Lock()
				defer mu.Unlock()
				for ready == 0 {
					cond.Wait()
				}
				ready++
			})
		}
		mu.Lock()
		ready = 1
		cond.Broadcast()
		mu.Unlock()
		wg.Wait()
	},
	"Map and Pool": func(t *check.T) {
		var m sync.Map
		pool := sync.Pool{New: func() any { return new([4]int) }}
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() {
				buf := pool.Get().(*[4]int)
				buf[0]++
				own := &[1]int{i}
				got, _ := m.LoadOrStore("key", own)
				sink.Store(int64(got.(*[1]int)[0]))
				m.Store(i, own)
				m.Range(func(_, v any) bool { sink.Store(int64(v.(*[1]int)[0])); return true })
				m.Delete(i)
				pool.Put(buf)
			})
		}
		wg.Wait()
	},
	"context and timers": func(t *check.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Millisecond, errors.New("late"))
		defer cancel()
		state, seen := 0, make(chan bool, 1)
		context.AfterFunc(ctx, func() { state = 1; seen <- true })
		tick := time.NewTicker(time.Millisecond)
		beats := 0
		for ctx.Err() == nil {
			select {
			case <-tick.C:
				beats++
			case <-ctx.Done():
			}
		}
		tick.Stop()
		<-seen
		fired := make(chan bool)
		time.AfterFunc(time.Millisecond, func() { state++; close(fired) })
		<-fired
		sink.Store(int64(state + beats))
		fmt.Fprint(io.Discard, context.Cause(ctx))
	},
	"iterators and pipes": func(t *check.T) {
		next, stop := iter.Pull(func(yield func(*int) bool) {
			for i := range 3 {
				if !yield(&i) {
					return
				}
			}
		})
		for p, ok := next(); ok; p, ok = next() {
			*p++
		}
		stop()
		r, w := io.Pipe()
		text := make([]byte, 1)
		go func() {
			text[0] = 'x'
			w.Write(text)
			w.Close()
		}()
		got, _ := io.ReadAll(r)
		text[0] = got[0]
	},
	"T in goroutines": func(t *check.T) {
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() {
				t.Helper()
				t.Log("here is", i)
				t.Cleanup(func() { t.Log(i, "is cleaned up") })
				fmt.Fprint(io.Discard, t.Failed(), t.Name())
			})
		}
		wg.Wait()
	},
	"machines and goroutines": func(t *check.T) {
		n := 0
		server := t.Go("server", func(c *ravel.Context) {
			for range 2 {
				p := ravel.Receive[*work](c)
				p.n++
				close(p.done)
			}
		})
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				w := &work{done: make(chan bool)}
				t.Send(server, w)
				<-w.done
				sink.Store(int64(w.n))
			})
		}
		wg.Wait()
		t.AtEnd(func() { n++ })
		n++
	},
	"HTTP over a pipe": func(t *check.T) {
		client, server := net.Pipe()
		served := make(chan bool)
		go func() {
			defer close(served)
			http.Serve(&once{conn: server}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }))
		}()
		req, _ := http.NewRequest("POST", "http://there/", strings.NewReader("echo"))
		req.Close = true
		go req.Write(client)
		resp, err := http.ReadResponse(bufio.NewReader(client), req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		if string(body) != "echo" {
			t.Errorf("%q", body)
		}
		client.Close()
		<-served
	},
}

type work struct {
	n    int
	done chan bool
}

// once is a listener for one connection.
type once struct{ conn net.Conn }

func (l *once) Accept() (net.Conn, error) {
	if l.conn == nil {
		return nil, net.ErrClosed
	}
	conn := l.conn
	l.conn = nil
	return conn, nil
}
func (l *once) Close() error   { return nil }
func (l *once) Addr() net.Addr { return &net.IPAddr{} }

// TestControlledRaceFree: correct programs are silent, whatever they synchronize with, in thousands of schedules.
func TestControlledRaceFree(t *testing.T) {
	detector(t)
	executions := uint64(0)
	for name, body := range synchronized {
		t.Run(name, func(t *testing.T) {
			cfg := check.Config{Schedules: 250, Seed: 1, Seeded: true}
			if strings.HasPrefix(name, "HTTP") {
				cfg.Schedules = 100
			}
			for _, spec := range []string{"portfolio", "delay:3"} {
				cfg.Strategy = spec
				r := explore(t, cfg, body)
				if r.Failure != nil || r.Nondeterminism != nil {
					t.Fatalf("%s: %v\n%s", spec, r.Nondeterminism, r.Failure.Text("", ""))
				}
				if r.Bounded > 0 || r.Distinct < 2 {
					t.Errorf("%s: %s", spec, r.Summary())
				}
				executions += r.Executions
			}
		})
	}
	t.Logf("figures: %d executions of %d programs without races", executions, len(synchronized))
}

// TestControlledRaceAndFailure: goroutines that fail a test at the same time do not race, and a failure is what it is.
func TestControlledRaceAndFailure(t *testing.T) {
	detector(t)
	r := explore(t, check.Config{Schedules: 500, Seed: 1, Seeded: true}, func(t *check.T) {
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() { t.Errorf("number %d", i) })
		}
		wg.Wait()
	})
	if r.Failure == nil || !r.Failure.Reproduced || failure.Of(r.Failure.Err).Kind() != failure.KindTest {
		t.Errorf("%v", r.Failure)
	}
}
