package check_test

import (
	"cmp"
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
)

// The programs are in another package than the tests that run them, since positions in package check are not told to users.
func init() {
	check.Subjects = func(n uint64) *check.Subject {
		if n%2 == 0 {
			return service()
		}
		return scrambled(n)
	}
}

// service is a program with a little of everything that a Go program draws from outside of its own text: mutexes,
// channels, select, context, timers, maps, math/rand, crypto/rand, and a choice of the test's.
func service() *check.Subject {
	s := &check.Subject{}
	s.Body = func(t *check.T) {
		l := &check.Transcript{}
		s.Log = l
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Millisecond)
		defer cancel()
		requests, replies := make(chan int), make(chan string, 2)
		var mu sync.Mutex
		stock := map[string]int{}
		for i := range 12 {
			stock[fmt.Sprint("item", i)] = i
		}
		var workers sync.WaitGroup
		for w := range 3 {
			workers.Go(func() {
				for {
					select {
					case n, open := <-requests:
						if !open {
							return
						}
						mu.Lock()
						stock[fmt.Sprint("sold", n)] = w
						mu.Unlock()
						time.Sleep(time.Duration(rand.IntN(20)) * time.Millisecond)
						replies <- fmt.Sprint(w, " did ", n, " with ", crand.Text()[:6])
					case <-ctx.Done():
						l.Note(w, "%v at %v", ctx.Err(), time.Now().UnixNano())
						return
					}
				}
			})
		}
		go func() {
			defer close(requests)
			for i := range 4 {
				select {
				case requests <- i:
				case <-time.After(15 * time.Millisecond):
					l.Note(10, "request %d timed out", i)
				case <-ctx.Done():
					return
				}
			}
		}()
		go func() {
			workers.Wait()
			close(replies)
		}()
		for r := range replies {
			l.Note(20, "%s", r)
		}
		for k, v := range stock { // the order is part of the execution
			l.Note(20, "%s: %d", k, v)
		}
		l.Note(20, "%d, %d, %v", t.Int(3), rand.Uint64(), time.Now().UnixNano())
		if rand.IntN(50) == 7 {
			t.Errorf("seven, %v", slices.Collect(maps.Values(stock))[0])
		}
	}
	return s
}

// An action is one statement of a random program.
type action struct {
	what, obj int
	d         time.Duration
}

const actions = 30

// scrambled is a program drawn from shape: a few goroutines use everything that is controlled. It may pass, fail, panic,
// deadlock, leak or go on for ever: all ends must repeat.
func scrambled(shape uint64) *check.Subject {
	rng := rand.New(rand.NewPCG(shape, 1))
	lists := make([][]action, 2+rng.IntN(4))
	kinds := actions
	if rng.IntN(3) == 0 {
		kinds = 20 // without what ends an execution
	}
	for i := range lists {
		for range 2 + rng.IntN(9) {
			lists[i] = append(lists[i], action{rng.IntN(kinds), rng.IntN(2), time.Duration(1+rng.IntN(5)) * time.Millisecond})
		}
	}
	s := &check.Subject{}
	s.Body = func(t *check.T) {
		e := newWorld(t)
		s.Log = &e.log
		t.AtEnd(func() { e.log.Note(98, "at the end, %d", e.counter.Load()) })
		t.Cleanup(func() { e.log.Note(99, "cleaned up at %v", time.Now().Nanosecond()) })
		var wg sync.WaitGroup
		for i, list := range lists {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for _, a := range list {
					e.act(i, a)
				}
			}()
		}
		wg.Wait()
		e.seen.Lock()
		defer e.seen.Unlock()
		for k := range e.seen.m {
			e.log.Note(0, "key %d", k)
		}
		e.log.Note(0, "end at %v", time.Now().Nanosecond())
	}
	return s
}

// world is what the goroutines of one execution share.
type world struct {
	t       *check.T
	log     check.Transcript
	chans   [2]chan int
	mutexes [2]sync.Mutex
	conds   [2]*sync.Cond
	rw      sync.RWMutex
	once    sync.Once
	shared  sync.Map
	pool    sync.Pool
	counter atomic.Int64
	pointer atomic.Pointer[action]
	sink    ravel.ID
	ctx     context.Context
	seen    struct {
		sync.Mutex
		m map[int]bool
	}
}

// heard is what goroutines send to the machine of the world.
type heard struct{ from int }

func newWorld(t *check.T) *world {
	e := &world{t: t}
	e.chans = [2]chan int{make(chan int), make(chan int, 2)}
	e.conds = [2]*sync.Cond{sync.NewCond(&e.mutexes[0]), sync.NewCond(&e.mutexes[1])}
	ctx, cancel := context.WithTimeout(t.Context(), 7*time.Millisecond)
	t.Cleanup(cancel)
	e.ctx = ctx
	e.pool.New = func() any { return new(int) }
	e.sink = t.Go("sink", func(c *ravel.Context) {
		for {
			h := ravel.Next(c).(heard)
			e.log.Note(50, "heard of %d", h.from)
		}
	})
	time.AfterFunc(4*time.Millisecond, func() { e.log.Note(97, "after func at %v", time.Now().Nanosecond()) })
	return e
}

// act does one statement.
func (e *world) act(who int, a action) {
	c := e.chans[a.obj]
	mu := &e.mutexes[a.obj]
	switch a.what {
	case 0, 1:
		select {
		case c <- who:
			e.log.Note(who, "sent")
		case <-time.After(a.d):
			e.log.Note(who, "send timed out")
		}
	case 2, 3:
		select {
		case v := <-c:
			e.log.Note(who, "got %d", v)
		case <-e.ctx.Done():
			e.log.Note(who, "%v", context.Cause(e.ctx))
		}
	case 4:
		select {
		case v := <-e.chans[0]:
			e.log.Note(who, "got %d of 0", v)
		case v := <-e.chans[1]:
			e.log.Note(who, "got %d of 1", v)
		case e.chans[1] <- who:
			e.log.Note(who, "sent to 1")
		default:
			e.log.Note(who, "nothing ready")
		}
	case 5:
		time.Sleep(a.d)
	case 6, 7:
		v := e.counter.Load()
		runtime.Gosched()
		e.counter.Store(v + 1)
		e.log.Note(who, "counter %d", v)
	case 8:
		e.rw.RLock()
		defer e.rw.RUnlock()
		v := e.pointer.Swap(&a)
		e.log.Note(who, "before %v", v == nil)
	case 9:
		e.rw.Lock()
		defer e.rw.Unlock()
		e.log.Note(who, "alone")
	case 10:
		e.conds[a.obj].Signal()
		e.conds[1-a.obj].Broadcast()
	case 11:
		e.once.Do(func() { e.log.Note(who, "once") })
		v, _ := e.shared.LoadOrStore(a.obj, who)
		e.log.Note(who, "first %v, random %d", v, rand.IntN(1000))
	case 12:
		e.seen.Lock()
		defer e.seen.Unlock()
		if e.seen.m == nil {
			e.seen.m = make(map[int]bool)
		}
		for i := range 10 {
			e.seen.m[who*100+i*10+a.obj] = true
		}
	case 13:
		if mu.TryLock() {
			defer mu.Unlock()
			e.log.Note(who, "tried")
		}
	case 14: // lock order depends on obj
		mu.Lock()
		defer mu.Unlock()
		if a.d <= 2*time.Millisecond {
			e.mutexes[1-a.obj].Lock()
			defer e.mutexes[1-a.obj].Unlock()
		}
	case 15:
		t := time.NewTicker(a.d)
		defer t.Stop()
		at := <-t.C
		e.log.Note(who, "tick at %d", at.Nanosecond())
	case 16:
		next, stop := iter.Pull(func(yield func(int) bool) {
			for i := 0; yield(i + rand.IntN(3)); i++ {
				runtime.Gosched()
			}
		})
		defer stop()
		next()
		v, _ := next()
		e.log.Note(who, "pulled %d", v)
	case 17:
		p := e.pool.Get().(*int)
		*p++
		e.log.Note(who, "pooled %d", *p)
		e.pool.Put(p)
	case 18:
		done := context.AfterFunc(e.ctx, func() { e.log.Note(who, "the context is over") })
		defer done()
		runtime.Gosched()
	case 19:
		go func() {
			defer func() { e.log.Note(who, "child is over") }()
			select {
			case c <- 100 + who:
			case <-e.ctx.Done():
			}
		}()
	default:
		e.misact(who, a)
	}
}

var errDrawn = errors.New("drawn")

// misact does a statement that may end the execution, or keep it from ending.
func (e *world) misact(who int, a action) {
	c, mu := e.chans[a.obj], &e.mutexes[a.obj]
	if a.d != time.Millisecond {
		runtime.Gosched()
		return
	}
	switch a.what {
	case 20:
		mu.Lock()
		defer mu.Unlock()
		e.conds[a.obj].Wait()
		e.log.Note(who, "woken")
	case 21:
		go func() {
			defer func() { e.log.Note(who, "lost child is over") }()
			c <- 100 + who
		}()
	case 22:
		if e.counter.Load() == 2 {
			panic(fmt.Errorf("%w: %d", errDrawn, rand.IntN(10)))
		}
	case 23:
		if os.Getenv("CHECK_TEST_RACE") != "" {
			return // a close beside a send is a data race
		}
		defer func() { e.log.Note(who, "recovered %v", cmp.Or(fmt.Sprint(recover()), "nothing")) }()
		close(c)
	case 24:
		if !mu.TryLock() {
			mu.Unlock() // of another one
		}
		mu.Unlock()
	case 25:
		e.t.Errorf("%d is not content with %d", who, e.counter.Load())
	case 26:
		e.t.Fatalf("%d has had enough", who)
	case 27:
		e.t.Send(e.sink, heard{who})
	case 28:
		var m map[int]int
		e.log.Note(who, "about to panic")
		m[who] = 1
	case 29:
		for e.counter.Load() < 4 {
			runtime.Gosched()
		}
	}
}
