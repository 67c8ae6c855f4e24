// Package goroutines is an example for those who have goroutines, locks and channels, and no machines: a cache that loads what
// it lacks, once for all who ask at the same time, and a queue of bounded length. Neither knows that it is tested.
//
// The tests run under control of the schedule with
//
//	ravel test ./examples/goroutines
//
// which takes some seconds; plain go test skips them and says why. The test file is the part to read: two tests as one
// would write them anyway. Each of the two types has a mistake that can be put in, one that needs a few goroutines in just
// the wrong order. To see how Ravel reports it, with the schedule that leads there:
//
//	ravel test ./examples/goroutines -- -args -mistake
//
// A third test sees to it that the mistakes are found, and so that the other two can fail.
package goroutines

import "sync"

// Cache loads values by key and keeps them.
type Cache struct {
	load func(key string) (string, error)

	mu      sync.Mutex
	values  map[string]string
	loading map[string]*call

	mistake bool // who waits for a load is told before the table is in order
}

// A call is a load that is under way. What is behind done may be read when it is closed.
type call struct {
	done  chan struct{}
	value string
	err   error
}

// NewCache returns an empty cache. It calls load at most once at a time for each key.
func NewCache(load func(key string) (string, error)) *Cache {
	return &Cache{load: load, values: map[string]string{}, loading: map[string]*call{}}
}

// Get returns the value of a key. It may be called from many goroutines.
func (c *Cache) Get(key string) (string, error) {
	c.mu.Lock()
	if v, ok := c.values[key]; ok {
		c.mu.Unlock()
		return v, nil
	}
	if l := c.loading[key]; l != nil {
		c.mu.Unlock()
		<-l.done
		return l.value, l.err
	}
	l := &call{done: make(chan struct{})}
	c.loading[key] = l
	c.mu.Unlock()

	l.value, l.err = c.load(key)
	if c.mistake {
		close(l.done)
	}
	c.mu.Lock()
	delete(c.loading, key)
	if l.err == nil {
		c.values[key] = l.value
	}
	c.mu.Unlock()
	if !c.mistake {
		close(l.done)
	}
	return l.value, l.err
}
