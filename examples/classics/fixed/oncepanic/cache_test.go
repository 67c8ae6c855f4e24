package oncepanic

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A backend has values while it is up.
type backend struct{ up atomic.Bool }

func (b *backend) load(key string) string {
	if !b.up.Load() {
		panic("connection refused")
	}
	return "value of " + key
}

// Readers get the value, or the error of a backend that is down, and nothing between.
func TestReaders(t *testing.T) {
	for name, up := range map[string]bool{"backend is up": true, "backend comes up": false} {
		t.Run(name, func(t *testing.T) {
			var b backend
			b.up.Store(up)
			c := NewCache(b.load)
			read := func() (ok bool) {
				value, err := c.Get("a")
				switch {
				case err != nil && !strings.Contains(err.Error(), "connection refused"):
					t.Errorf("another error: %v", err)
				case err == nil && value != "value of a":
					t.Errorf("got %q and no error", value)
				}
				return err == nil
			}
			var wg sync.WaitGroup
			for range 2 {
				wg.Go(func() {
					if !read() && up {
						t.Error("the backend is up, and could not be reached")
					}
				})
			}
			b.up.Store(true)
			wg.Wait()
			if !read() {
				t.Error("the backend was not asked again")
			}
			if n := c.Len(); n != 1 {
				t.Errorf("%d keys, want 1", n)
			}
		})
	}
}
