// Package rlock limits how often clients may do something.
package rlock

import (
	"sync"
	"time"
)

// Limiter gives every client a budget that fills up again as time passes. It may be used from many goroutines.
type Limiter struct {
	now func() time.Time

	mu      sync.RWMutex
	burst   float64 // the most that a client can save
	rate    float64 // what it gets each second
	clients map[string]*bucket
}

type bucket struct {
	mu     sync.Mutex
	tokens float64
	filled time.Time
}

// NewLimiter returns a limiter by a clock, as a rule time.Now.
func NewLimiter(burst, rate float64, now func() time.Time) *Limiter {
	return &Limiter{burst: burst, rate: rate, now: now, clients: map[string]*bucket{}}
}

// Register adds a client with a full budget, if it is new.
func (l *Limiter) Register(client string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.clients[client] == nil {
		l.clients[client] = &bucket{tokens: l.burst, filled: l.now()}
	}
}

// SetLimits changes burst and rate of all clients.
func (l *Limiter) SetLimits(burst, rate float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.burst, l.rate = burst, rate
}

// Limits returns burst and rate.
func (l *Limiter) Limits() (burst, rate float64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.burst, l.rate
}

// Allow takes one from the budget of a client, and reports whether there was one. Strangers have none.
func (l *Limiter) Allow(client string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	b := l.clients[client]
	if b == nil {
		return false
	}
	burst, rate := l.Limits()
	return b.take(burst, rate, l.now())
}

func (b *bucket) take(burst, rate float64, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(burst, b.tokens+rate*now.Sub(b.filled).Seconds())
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
