package goroutines

import (
	"errors"
	"flag"
	"sync"
	"testing"
	"time"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
)

var mistake = flag.Bool("mistake", false, "put the mistakes in: the tests then fail, and show how Ravel reports it")

// TestQueue: whatever the order in which producers and consumers run, every item arrives once, and everybody ends.
func TestQueue(t *testing.T) {
	check.Test(t, queueTest(*mistake), check.Goroutines())
}

func queueTest(mistake bool) func(*check.T) {
	return func(t *check.T) {
		q := NewQueue[int](1)
		q.mistake = mistake
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() { q.Put(i) })
		}
		var mu sync.Mutex
		taken := map[int]int{}
		for range 3 {
			wg.Go(func() {
				item := q.Take()
				mu.Lock()
				defer mu.Unlock()
				taken[item]++
			})
		}
		wg.Wait() // a deadlock, if one of them never ends
		for i := range 3 {
			if taken[i] != 1 {
				t.Errorf("item %d was taken %d times", i, taken[i])
			}
		}
	}
}

var errDown = errors.New("the store is down")

// TestCacheRetry: a store fails once. Whoever is told so and asks again gets the value, not the old error.
func TestCacheRetry(t *testing.T) {
	check.Test(t, cacheTest(*mistake), check.Goroutines())
}

func cacheTest(mistake bool) func(*check.T) {
	return func(t *check.T) {
		var mu sync.Mutex
		loads := 0
		c := NewCache(func(key string) (string, error) {
			time.Sleep(time.Second) // costs nothing: time is virtual
			mu.Lock()
			defer mu.Unlock()
			if loads++; loads == 1 {
				return "", errDown
			}
			return "value of " + key, nil
		})
		c.mistake = mistake
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				_, err := c.Get("a")
				if err != nil {
					_, err = c.Get("a")
				}
				if err != nil {
					t.Errorf("asked again, and got the old error: %v", err)
				}
			})
		}
		wg.Wait()
		t.Sometimes(loads == 2, "one load failed, and one load served both")
	}
}

// TestMistakesAreFound: with its mistake, each of the tests above fails, in the way that one expects.
func TestMistakesAreFound(t *testing.T) {
	for name, find := range map[string]struct {
		body func(*check.T)
		kind failure.Kind
	}{
		"queue": {queueTest(true), failure.KindDeadlock},
		"cache": {cacheTest(true), failure.KindTest},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := check.Explore(name, check.Config{Goroutines: true}, find.body)
			if err != nil {
				t.Skip(err)
			}
			f := r.Failure
			if f == nil {
				t.Fatalf("nothing found: %s", r.Summary())
			}
			if !f.Reproduced || failure.Of(f.Err).Kind() != find.kind {
				t.Errorf("found something else: %v", f.Err)
			}
			t.Logf("found in execution %d: %v", f.Execution, f.Err)
		})
	}
}
