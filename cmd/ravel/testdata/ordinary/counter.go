// Package ordinary has never heard of Ravel.
package ordinary

import "sync"

// Counter counts. Add of the careless one reads and writes under the lock, but not both at once.
type Counter struct {
	Careless bool
	mu       sync.Mutex
	n        int
}

func (c *Counter) Add(d int) {
	c.mu.Lock()
	n := c.n
	if c.Careless {
		c.mu.Unlock()
		c.mu.Lock()
	}
	c.n = n + d
	c.mu.Unlock()
}

func (c *Counter) Value() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}
