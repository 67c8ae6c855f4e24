package check_test

import (
	"fmt"
	"hash/fnv"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/attr"
)

// What lies beyond control, as docs/goroutines.md lists it. Of each: a program that depends on it. Its run says that it is
// not reproducible, where, and what the likely cause is; it never says that it has found a bug.

// trail makes n scheduling points that others can see.
func trail(n int) {
	var mu sync.Mutex
	for range n {
		mu.Lock()
		mu.Unlock()
	}
}

// aside runs f beside the body, so that the body has goroutines.
func aside(f func()) {
	var wg sync.WaitGroup
	wg.Go(f)
	wg.Wait()
}

type key struct{ n, pad int }

var (
	leaked   atomic.Int64
	garbage  atomic.Pointer[[100_000]byte]
	cache    = map[string]int{}
	requests = make(chan chan int, 1) // who cannot send would wait for a goroutine outside
)

// fileBeyond outlives an execution.
var fileBeyond = filepath.Join(os.TempDir(), fmt.Sprint("ravel-boundary-", os.Getpid()))

// beyond are the programs, with a word of the advice that the report must give.
var beyond = map[string]struct {
	body func(t *check.T)
	say  string
}{
	"a map of more than 8 pointers": {func(t *check.T) {
		m := map[*key]int{}
		for i := range 64 {
			m[&key{n: i}] = i
		}
		for _, n := range m {
			aside(func() { trail(n % 7) })
		}
	}, "maps of more than 8 entries with pointers as keys"},
	"a printed address": {func(t *check.T) {
		h := fnv.New32a()
		fmt.Fprintf(h, "%p", new(key))
		aside(func() { trail(int(h.Sum32() % 1000)) })
	}, "addresses that are printed, compared or hashed"},
	"unsafe": {func(t *check.T) {
		p := new([100]key)
		aside(func() { trail(int(uintptr(unsafe.Pointer(p)) / unsafe.Sizeof(*p) % 997)) })
	}, "addresses"},
	"a package variable": {func(t *check.T) {
		aside(func() { trail(int(leaked.Add(1)) % 3) })
	}, "package variables, caches and pools that live longer than one execution"},
	"a cache": {func(t *check.T) {
		aside(func() {
			for i := range 3 {
				trail(cache[fmt.Sprint(i)])
				cache[fmt.Sprint(i)]++
			}
		})
	}, "package variables, caches and pools"},
	"a socket": {func(t *check.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Skip(err)
		}
		defer l.Close()
		var wg sync.WaitGroup
		wg.Go(func() {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			for range 8 {
				fmt.Fprintln(conn, "hello")
				runtime.Gosched()
			}
		})
		wg.Go(func() {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				return
			}
			defer conn.Close()
			buf := make([]byte, 1000)
			n := 0
			for n < 48 {
				k, err := conn.Read(buf)
				if err != nil {
					break
				}
				n += k
				trail(k)
			}
			_, port, _ := net.SplitHostPort(conn.LocalAddr().String())
			for _, digit := range port {
				trail(int(digit - '0'))
			}
		})
		wg.Wait()
	}, "the network or another device woke"},
	"a file": {func(t *check.T) {
		aside(func() {
			old, _ := os.ReadFile(fileBeyond)
			os.WriteFile(fileBeyond, append(old, 'x'), 0o600)
			trail(len(old) % 13)
		})
	}, "sockets, processes and files"},
	"cleanups": {func(t *check.T) {
		var collected atomic.Int64
		aside(func() {
			for range 100 {
				runtime.AddCleanup(new(key), func(c *atomic.Int64) { c.Add(1) }, &collected)
				garbage.Store(new([100_000]byte)) // sooner or later the collector runs
				trail(int(collected.Load() % 5))
			}
		})
	}, "finalizers, cleanups and weak pointers"},
	"a goroutine outside": {func(t *check.T) {
		reply := make(chan int, 1)
		aside(func() {
			for sent := false; !sent; {
				select {
				case requests <- reply:
					sent = true
				default:
					runtime.Gosched()
				}
			}
			for {
				select {
				case <-reply:
					return
				default:
					runtime.Gosched()
				}
			}
		})
	}, "goroutines that were started before the execution"},
	"a goroutine outside that wakes one inside": {func(t *check.T) {
		reply := make(chan int)
		var woken atomic.Bool
		var wg sync.WaitGroup
		wg.Go(func() {
			<-reply
			woken.Store(true)
		})
		for sent := false; !sent; runtime.Gosched() {
			select {
			case requests <- reply:
				sent = true
			default:
			}
		}
		for !woken.Load() {
			runtime.Gosched()
		}
		wg.Wait()
	}, "outside of the execution woke a goroutine"},
}

// serve answers requests, from outside of every execution.
func serve() {
	for r := range requests {
		time.Sleep(time.Duration(leaked.Add(1)%5) * 100 * time.Microsecond)
		select {
		case r <- 1:
		case <-time.After(10 * time.Millisecond): // the execution is over
		}
	}
}

func TestControlledBoundary(t *testing.T) {
	check.NeedControl(t)
	t.Cleanup(func() { os.Remove(fileBeyond) })
	go serve()
	for name, p := range beyond {
		t.Run(name, func(t *testing.T) {
			cfg := check.Config{Schedules: 1000, Seed: 1, Seeded: true}
			if name == "cleanups" {
				cfg.Schedules = 20 // they collect garbage all the time
			}
			r := explore(t, cfg, p.body)
			// What decides (the collector, ports, addresses) may do the same thing twice.
			for ; r.Nondeterminism == nil && r.Failure == nil && cfg.Seed < 6; cfg.Seed++ {
				r = explore(t, cfg, p.body)
			}
			d := r.Nondeterminism
			switch f := r.Failure; {
			case f != nil && f.Reproduced:
				t.Fatalf("it is taken for a bug: %v", f.Err)
			case f != nil:
				n, ok := f.Err.(*failure.NotReproducible)
				if !ok {
					t.Fatalf("it failed: %v", f.Err)
				}
				if !strings.Contains(n.Detail(), p.say) {
					t.Errorf("the report does not say %q:\n%s", p.say, n.Detail())
				}
			case d == nil:
				t.Fatalf("nobody noticed: %s", r.Summary())
			default:
				if d.First == d.Second || d.Step == 0 || !strings.Contains(d.Detail(), p.say) {
					t.Errorf("the report does not say where, and %q:\n%v\n%s", p.say, d, d.Detail())
				}
			}
			if d != nil {
				t.Logf("%v\n%s", d, d.Detail())
			}
		})
	}
}

// TestControlledLate: executions that take the same steps and choices, but begin late to do something else in them, are found
// by those that are run twice.
func TestControlledLate(t *testing.T) {
	check.NeedControl(t)
	n := 0
	r := explore(t, check.Config{Schedules: 2000, Strategy: "random", Workers: 1}, func(t *check.T) {
		n++
		aside(func() {
			var mu sync.RWMutex
			if n > 900 && n%2 == 0 {
				mu.RLock()
				mu.RUnlock()
			} else {
				mu.Lock()
				mu.Unlock()
			}
		})
	})
	d := r.Nondeterminism
	if d == nil || r.Failure != nil {
		t.Fatalf("%v %s", r.Failure, r.Summary())
	}
	if told := d.First + d.Second; !strings.Contains(told, "RLock") || !strings.Contains(told, " Lock") || d.Step == 0 {
		t.Errorf("no first point that differs: %+v", d)
	}
}

func init() {
	children["BlocksInSystemCall"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			aside(func() {
				r, _, err := os.Pipe()
				if err != nil {
					panic(err)
				}
				r.Fd() // Read blocks the thread from now on
				r.Read(make([]byte, 1))
			})
		})
	}
	children["WaitsForDevice"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) {
			aside(func() {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					panic(err)
				}
				l.Accept()
			})
		})
	}
	children["LoopsWithoutPoint"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) { aside(spinForever) })
	}
	children["ServedFromOutside"] = func(t *testing.T) {
		asks := make(chan int)
		go receiveAll(asks)
		check.Test(t, func(t *check.T) {
			done := make(chan int)
			go func() { done <- 1 }()
			<-done
			answer := make(chan int)
			<-answer
		})
	}
	children["BeyondControl"] = func(t *testing.T) {
		check.Test(t, func(t *check.T) { aside(func() { trail(int(leaked.Add(1)) % 3) }) })
	}
}

func receiveAll(c chan int) {
	for range c {
	}
}

// TestControlledStuck: what blocks outside of control for ever is named by the look-out, with its line.
func TestControlledStuck(t *testing.T) {
	check.NeedControl(t)
	for name, in := range map[string]string{
		"BlocksInSystemCall": `os\.\(\*File\)\.Read`, "WaitsForDevice": `Accept`, "LoopsWithoutPoint": `check_test\.spinForever`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := runChild(t, t.TempDir(), name, "-ravel.stuck=700ms")
			if r.code != 2 {
				t.Errorf("exit code %d", r.code)
			}
			r.has(t, `^ravel: `+name+`: stuck in execution \d+`, `has run for 700ms without taking a step`, in,
				`^  line: .*_test\.go:\d+ in .*check_test\.`, `-ravel\.stuck`)
		})
	}
}

// TestControlledServedFromOutside: a wait for a goroutine that no execution owns looks like a deadlock. The report says
// that somebody outside may be waited for, and what to do.
func TestControlledServedFromOutside(t *testing.T) {
	check.NeedControl(t)
	r := runChild(t, t.TempDir(), "ServedFromOutside")
	r.ours(t)
	r.has(t, `deadlock`, `not part of the execution, and perhaps who is waited for:`, `goroutine check_test\.receiveAll \[chan receive\], started at`,
		`start that goroutine inside the test`)
}

// TestControlledBeyondFails: a test whose executions are not reproducible fails, and tells ravel test what to end with.
func TestControlledBeyondFails(t *testing.T) {
	check.NeedControl(t)
	r := runChild(t, t.TempDir(), "BeyondControl", "-test.v=test2json", attr.Variable+"="+attr.AskOutcome)
	r.has(t, `nondeterminism: the same schedule did two different things`, `where: step \d+`, `package variables`, `ravel\.outcome not-reproduced`)
}
