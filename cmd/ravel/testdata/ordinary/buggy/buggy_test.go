package buggy

import (
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"example.com/ordinary"
)

func TestAssertion(t *testing.T) {
	for _, careless := range []bool{false, true} {
		t.Run(fmt.Sprint(careless), func(t *testing.T) {
			c := &ordinary.Counter{Careless: careless}
			var wg sync.WaitGroup
			for i := 0; i < 2; i++ {
				wg.Add(1)
				go func() {
					defer wg.Done()
					c.Add(1)
				}()
			}
			wg.Wait()
			equal(t, c.Value(), 2)
		})
	}
}

func equal(t *testing.T, got, want int) {
	t.Helper()
	if got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}

func TestDeadlock(t *testing.T) {
	var a, b sync.Mutex
	var wg sync.WaitGroup
	for _, p := range [][2]*sync.Mutex{{&a, &b}, {&b, &a}} {
		p := p
		wg.Add(1)
		go func() {
			defer wg.Done()
			p[0].Lock()
			defer p[0].Unlock()
			p[1].Lock()
			defer p[1].Unlock()
		}()
	}
	wg.Wait()
}

// The first answer wins, and nobody takes the other one.
func TestLeak(t *testing.T) {
	answer := make(chan int)
	for i := 0; i < 2; i++ {
		i := i
		go func() { answer <- i }()
	}
	<-answer
}

func TestPanicInGoroutine(t *testing.T) {
	c := make(chan int)
	for i := 0; i < 2; i++ {
		go func() {
			defer func() { recover() }()
			close(c)
		}()
	}
	<-c
	go func() { defer close(c) }()
	time.Sleep(time.Second)
}

func TestPanicInTest(t *testing.T) {
	t.Cleanup(func() {})
	var once sync.Once
	var m map[string]int
	done := make(chan bool, 2)
	go func() { once.Do(func() { m = map[string]int{} }); done <- true }()
	go func() { done <- true }()
	<-done
	m["a"] = 1
}

func TestLate(t *testing.T) {
	go func() {
		time.Sleep(time.Second)
		t.Log("too late")
	}()
}

func TestTemporary(t *testing.T) {
	os.Setenv("ORDINARY_DIR", t.TempDir())
	<-make(chan int)
}

func Example() {
	c := make(chan int)
	go func() { c <- 1 }()
	go func() { c <- 2 }()
	fmt.Println(<-c, <-c)
	// Output: 1 2
}
