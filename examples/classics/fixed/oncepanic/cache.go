// Package oncepanic is a cache that loads a value once for all who ask for it at the same time.
package oncepanic

import (
	"fmt"
	"sync"
)

// Cache keeps what it has loaded. It may be used from many goroutines.
type Cache struct {
	load func(key string) string

	mu      sync.Mutex
	entries map[string]*entry
}

// An entry is a value that is loaded by the first who wants it. The others wait.
type entry struct {
	once  sync.Once
	value string
	err   error
}

// NewCache returns an empty cache. The function panics if it cannot load a value.
func NewCache(load func(key string) string) *Cache {
	return &Cache{load: load, entries: map[string]*entry{}}
}

// Get returns the value of a key. If loading panics, that is an error, and who comes later tries again.
func (c *Cache) Get(key string) (value string, err error) {
	e := c.entry(key)
	e.once.Do(func() {
		defer func() {
			if cause := recover(); cause != nil {
				e.err = fmt.Errorf("load %q: %v", key, cause)
			}
		}()
		e.value = c.load(key)
	})
	if e.err != nil {
		c.drop(key, e)
	}
	return e.value, e.err
}

func (c *Cache) entry(key string) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.entries[key]
	if e == nil {
		e = &entry{}
		c.entries[key] = e
	}
	return e
}

// drop removes an entry, unless it has been replaced.
func (c *Cache) drop(key string, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] == e {
		delete(c.entries, key)
	}
}

// Forget removes a key, so that it is loaded again.
func (c *Cache) Forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.entries, key)
}

// Len returns the number of keys.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.entries)
}
