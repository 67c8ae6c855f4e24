// Package condif is a pool of connections.
package condif

import (
	"errors"
	"fmt"
	"sync"
)

// ErrClosed is the error of a pool that is closed.
var ErrClosed = errors.New("pool is closed")

// Conn is a connection. One goroutine at a time uses it.
type Conn interface {
	Query(q string) (string, error)
	Close() error
}

// Pool lends connections, up to a number. It may be used from many goroutines.
type Pool struct {
	dial func() (Conn, error)
	max  int

	mu     sync.Mutex
	freed  *sync.Cond // there may be a connection, or room for one
	idle   []Conn
	open   int // those that are lent included
	closed bool
}

// NewPool returns a pool of up to max connections, which it opens when they are needed.
func NewPool(max int, dial func() (Conn, error)) *Pool {
	p := &Pool{dial: dial, max: max}
	p.freed = sync.NewCond(&p.mu)
	return p
}

// Get lends a connection, and waits for one if all are lent. It has to come back with Put.
func (p *Pool) Get() (Conn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.closed && len(p.idle) == 0 && p.open == p.max {
		p.freed.Wait()
	}
	if p.closed {
		return nil, ErrClosed
	}
	if len(p.idle) == 0 && p.open < p.max {
		c, err := p.dial()
		if err != nil {
			return nil, fmt.Errorf("pool: %w", err)
		}
		p.open++
		return c, nil
	}
	last := len(p.idle) - 1
	c := p.idle[last]
	p.idle = p.idle[:last]
	return c, nil
}

// Put gives a connection back.
func (p *Pool) Put(c Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		c.Close()
		return
	}
	p.idle = append(p.idle, c)
	p.freed.Signal()
}

// Query runs a query on a connection of the pool.
func (p *Pool) Query(q string) (string, error) {
	c, err := p.Get()
	if err != nil {
		return "", err
	}
	defer p.Put(c)
	return c.Query(q)
}

// Close closes the connections, those that are lent when they come back. Who waits for one gets ErrClosed.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		c.Close()
	}
	p.idle = nil
	p.freed.Broadcast()
}
