package sct_test

import (
	"errors"
	"math/big"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel/systems/sct"
	"github.com/ravelgo/ravel/systems/sct/internal/count"
)

// counted is a program as package count takes it.
func counted(f func(sct.TB)) count.Program {
	return func() (func(), func() bool) {
		rec := new(recorder)
		return func() { f(rec) }, func() bool { return rec.message != "" }
	}
}

func equal(a, b count.Count) bool {
	return a.Schedules.Cmp(b.Schedules) == 0 && a.Failing.Cmp(b.Failing) == 0 && a.Random.Cmp(b.Random) == 0
}

// TestCountByHand: the main goroutine and another one with a and b atomic additions are two sequences of a+1 and b+1 steps.
// The first a+1 must be over before the other's second step, or it does not see all additions.
func TestCountByHand(t *testing.T) {
	control(t)
	const a, b = 3, 2
	program := counted(func(t sct.TB) {
		var x atomic.Int64
		go func() {
			for range a {
				x.Add(1)
			}
		}()
		for i := range b {
			if x.Add(1) == a+1 && i == 0 {
				t.Errorf("all additions of the other come first")
			}
		}
	})
	want := count.Count{
		Schedules: new(big.Int).Binomial(a+b+2, a+1),
		Failing:   big.NewInt(a + 2),
		Random:    new(big.Rat).Add(big.NewRat(1, 1<<(a+1)), big.NewRat(a+1, 1<<(a+2))),
	}
	for name, search := range map[string]func(count.Program, int) (count.Count, error){"all": count.All, "merged": count.Merged} {
		if got, err := search(program, 1000); err != nil || !equal(got, want) {
			t.Errorf("%s: %v (error %v), want %v", name, got, err, want)
		}
		if _, err := search(program, 5); !errors.Is(err, count.ErrLimit) {
			t.Errorf("%s with a limit of 5 executions: error %v", name, err)
		}
	}
}

// TestMergedCountsAll compares the merged search with the plain one, on uses of everything that blocks and on programs of
// the catalog.
func TestMergedCountsAll(t *testing.T) {
	control(t)
	programs := map[string]func(sct.TB){
		"channels": func(t sct.TB) {
			c, d := make(chan int), make(chan int, 1)
			go func() { c <- 1; d <- 1 }()
			go func() { c <- 2; d <- 2 }()
			if first, second := <-c, <-c; first != 1 || second+<-d != 3 {
				t.Errorf("in another order")
			}
		},
		"select": func(t sct.TB) {
			c, d := make(chan int, 1), make(chan int, 1)
			go func() { c <- 1 }()
			go func() { d <- 2 }()
			for range 2 {
				select {
				case <-c:
				case <-d:
					select {
					case <-c:
						t.Errorf("both were ready")
					default:
					}
				}
			}
		},
		"condition": func(t sct.TB) {
			var mu sync.Mutex
			cond := sync.NewCond(&mu)
			n := 0
			for range 2 {
				go func() {
					mu.Lock()
					defer mu.Unlock()
					n++
					if n == 1 {
						cond.Wait()
					}
				}()
			}
			mu.Lock()
			defer mu.Unlock()
			cond.Signal() // a leak if it comes too early
		},
		"once": func(t sct.TB) {
			var once sync.Once
			go once.Do(func() { t.Errorf("the other one comes first") })
			once.Do(func() {})
		},
		"wait group": func(t sct.TB) {
			var n atomic.Int64
			var wg sync.WaitGroup
			wg.Go(func() { n.Add(1) })
			if n.Load() == 1 {
				t.Errorf("the other one comes first")
			}
			wg.Wait()
		},
		"readers and a writer": func(t sct.TB) {
			var mu sync.RWMutex
			n := 0
			go func() { mu.Lock(); n++; mu.Unlock() }()
			mu.RLock()
			defer mu.RUnlock()
			if n > 0 {
				t.Errorf("the writer came first")
			}
		},
		"time": func(t sct.TB) {
			var x atomic.Int64
			for i := range 2 {
				go func() {
					time.Sleep(time.Second)
					x.Store(int64(i))
				}()
			}
			time.Sleep(time.Second)
			runtime.Gosched()
			if x.Load() == 1 {
				t.Errorf("the second one was last, or alone")
			}
			time.Sleep(time.Second)
		},
		"goroutines of goroutines": func(t sct.TB) {
			var x atomic.Int64
			go func() {
				go func() { x.Store(1) }()
				x.Store(2)
			}()
			go func() { x.Add(4) }()
			if x.Load() == 1 {
				t.Errorf("overtaken")
			}
		},
	}
	for _, name := range []string{"deadlock01", "wsq_chaselev_late"} {
		p, err := sct.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		programs[name] = p.Run
	}
	for name, f := range programs {
		all, err := count.All(counted(f), 300_000)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		merged, err := count.Merged(counted(f), 300_000)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Logf("%s: %v of %v schedules fail, %v of random walks; %d executions, merged %d",
			name, all.Failing, all.Schedules, all.Random, all.Executions, merged.Executions)
		if !equal(all, merged) {
			t.Errorf("%s: merged %v, all %v", name, merged, all)
		}
		if all.Failing.Sign() == 0 || all.Failing.Cmp(all.Schedules) == 0 {
			t.Errorf("%s: %v of %v schedules fail, want some and not all", name, all.Failing, all.Schedules)
		}
	}
}

// TestCountNeedsDeterminism: a program that behaves differently from one execution to the next is found out.
func TestCountNeedsDeterminism(t *testing.T) {
	control(t)
	n := 0
	if c, err := count.All(counted(func(sct.TB) {
		n++
		for range 1 + n%2 {
			go new(atomic.Int64).Load()
		}
	}), 1000); err == nil || errors.Is(err, count.ErrLimit) {
		t.Errorf("counted %v with error %v, want one that says that the program depends on something else", c, err)
	}
}

// TestModel: the models of reorder_N and twostage_N come to the same probability as the searches of measured.json.
func TestModel(t *testing.T) {
	compared := 0
	for _, p := range sct.All() {
		m := modelOf(p)
		if m == nil || !p.Failing.Known() {
			continue
		}
		compared++
		if want := m.random().RatString(); p.Failing.Random != want {
			t.Errorf("%s: counted %v, the model says %v", p.Name, p.Failing.Random, want)
		}
	}
	if compared < 4 {
		t.Errorf("only %d programs have been counted and have a model", compared)
	}
}
