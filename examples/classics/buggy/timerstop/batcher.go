// Package timerstop collects events and passes them on in batches.
package timerstop

import (
	"sync"
	"time"
)

// Batcher passes a batch on when it is full, or when its oldest event has waited for long enough. It may be used from
// many goroutines.
type Batcher struct {
	size  int
	delay time.Duration
	out   chan []string

	mu     sync.Mutex
	events []string
	timer  *time.Timer // runs while there are events
	closed bool
}

// NewBatcher returns a batcher. Somebody has to receive the batches.
func NewBatcher(size int, delay time.Duration) *Batcher {
	return &Batcher{size: size, delay: delay, out: make(chan []string)}
}

// Batches returns the channel that batches come by. Close closes it.
func (b *Batcher) Batches() <-chan []string { return b.out }

// Add takes an event, and reports whether the batcher is open.
func (b *Batcher) Add(event string) bool {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return false
	}
	b.events = append(b.events, event)
	var full []string
	switch len(b.events) {
	case b.size:
		full = b.take()
	case 1:
		b.timer = time.AfterFunc(b.delay, b.flush)
	}
	b.mu.Unlock()
	b.send(full)
	return true
}

// take removes the events. Who calls it holds the lock.
func (b *Batcher) take() []string {
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	events := b.events
	b.events = nil
	return events
}

// flush passes on what there is.
func (b *Batcher) flush() {
	b.mu.Lock()
	events := b.take()
	b.mu.Unlock()
	b.send(events)
}

func (b *Batcher) send(events []string) {
	if len(events) > 0 {
		b.out <- events
	}
}

// Close passes on what there is, and closes the channel. Nobody may call Add at the same time.
func (b *Batcher) Close() {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return
	}
	b.closed = true
	b.mu.Unlock()
	b.flush()
	close(b.out)
}
