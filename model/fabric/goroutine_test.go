package fabric

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// parallel is a service that has goroutines count for it, and waits for them.
type parallel struct {
	counter
	lock sync.Mutex
	safe bool // they lock what they share
}

func (s *parallel) Serve(ctx context.Context, req []byte) ([]byte, error) {
	n := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if s.safe {
				s.lock.Lock()
				defer s.lock.Unlock()
			}
			was := n
			if ctx.Err() == nil {
				n = was + 1
			}
		}()
	}
	wg.Wait()
	if _, err := s.counter.Serve(ctx, req); err != nil {
		return nil, err
	}
	results := make(chan int)
	go func() { results <- n }()
	return fmt.Append(nil, <-results), nil
}

// lent is a service that has a goroutine replicate for it.
type lent struct{ counter }

func (s *lent) Serve(ctx context.Context, _ []byte) ([]byte, error) {
	result := make(chan error)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				result <- fmt.Errorf("panic: %v", v)
			}
		}()
		_, err := s.p.Replicate(ctx, nil)
		result <- err
	}()
	return nil, <-result
}

// Replicate waits, so it is no call for a goroutine, and says so.
func TestNoCallOfGoroutine(t *testing.T) {
	cfg := one(Config{}, Service{Name: "counter", New: func(service.Info) service.Replica { return &lent{} }})
	r := explore(t, "lent", 100, "random", func(t *check.T) {
		f := New(t.Root(), cfg)
		t.Go("client", func(c *ravel.Context) {
			var client Client
			for range 20 {
				_, err := f.Call(c, &client, service.PartitionID{Service: "counter"}, nil)
				c.Assert(err == nil || !strings.Contains(err.Error(), "panic: "), "%v", err)
			}
		})
	})
	if r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), "let Partition.Go start it") {
		t.Fatalf("%v\n%s", r.Failure, r.Summary())
	}
}

// A service may start goroutines and wait for them. In a program that controls goroutines they are explored.
func TestGoroutines(t *testing.T) {
	for name, safe := range map[string]bool{"locked": true, "not locked": false} {
		t.Run(name, func(t *testing.T) {
			cfg := one(Config{Crashes: 1}, Service{Name: "counter", New: func(service.Info) service.Replica { return &parallel{safe: safe} }})
			body := func(t *check.T) {
				f := New(t.Root(), cfg)
				t.Go("client", func(c *ravel.Context) {
					var client Client
					for range 3 {
						n, err := f.Call(c, &client, service.PartitionID{Service: "counter"}, []byte("add a"))
						c.Assert(err != nil || string(n) == "2", "two goroutines have counted to %s", n)
					}
				})
			}
			r, err := check.Explore(name, check.Config{Schedules: 300, Steps: 6000, NoShrink: true, Goroutines: true}, body)
			switch {
			case err != nil && strings.Contains(err.Error(), "ravel test"):
				t.Skip(err)
			case err != nil:
				t.Fatal(err)
			case safe && r.Failure != nil:
				t.Fatal(r.Failure.Err)
			case !safe && (r.Failure == nil || !strings.Contains(r.Failure.Err.Error(), "counted to 1")):
				t.Fatalf("not found, but: %v\n%s", r.Failure, r.Summary())
			}
			t.Log(r.Summary())
		})
	}
}
