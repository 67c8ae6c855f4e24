package tcpnet

import (
	"sync"

	"github.com/ravelgo/ravel/systems/vnext/extmgr"
	"github.com/ravelgo/ravel/systems/vnext/extnode"
	"github.com/ravelgo/ravel/systems/vnext/wire"
)

// queue has what waits for one peer, in order. Its zero value is not usable.
type queue struct {
	maxLen   int
	maxBytes int64
	wake     chan struct{} // has an element if the queue may have become non-empty

	mu    sync.Mutex
	items []extmgr.Message
	bytes int64 // Invariant: the sum of the payloads of items
}

func newQueue(maxLen int, maxBytes int64) *queue {
	return &queue{maxLen: maxLen, maxBytes: maxBytes, wake: make(chan struct{}, 1)}
}

// put appends m, or has it take the place of an older message that it makes
// meaningless. It returns ErrQueueFull if there is no room. A message that alone is
// larger than the limit is taken when the queue is empty.
func (q *queue) put(m extmgr.Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	size := payload(m)
	if i := q.superseded(m); i >= 0 {
		q.bytes += size - payload(q.items[i])
		q.items[i] = m
		return nil
	}
	if len(q.items) > 0 && (len(q.items) >= q.maxLen || q.bytes+size > q.maxBytes) {
		return ErrQueueFull
	}
	q.items = append(q.items, m)
	q.bytes += size
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return nil
}

// take removes the first message, nil if there is none.
func (q *queue) take() extmgr.Message {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items) == 0 {
		return nil
	}
	m := q.items[0]
	q.items[0] = nil
	q.items = q.items[1:]
	q.bytes -= payload(m)
	return m
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.items)
}

// dropStale removes all that means nothing later on, and returns how much it was.
func (q *queue) dropStale() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	var kept []extmgr.Message
	var bytes int64
	for _, m := range q.items {
		if lasting(m) {
			kept = append(kept, m)
			bytes += payload(m)
		}
	}
	dropped := len(q.items) - len(kept)
	q.items, q.bytes = kept, bytes
	return dropped
}

// superseded is the index of the message that m makes meaningless, or -1. The
// place in the queue stays: a first heartbeat stays ahead of the first report.
func (q *queue) superseded(m extmgr.Message) int {
	if !lasting(m) {
		return -1
	}
	for i, old := range q.items {
		if wire.TypeOf(old) == wire.TypeOf(m) && old.Head().From == m.Head().From {
			return i
		}
	}
	return -1
}

// lasting reports whether m is a statement that holds until the next of its kind.
func lasting(m extmgr.Message) bool {
	switch m.(type) {
	case *extmgr.Heartbeat, *extmgr.SyncReport:
		return true
	}
	return false
}

// payload is the size of what is large in a message, in bytes.
func payload(m extmgr.Message) int64 {
	switch m := m.(type) {
	case *extnode.CopyResponse:
		return int64(len(m.Data))
	case *extnode.Put:
		return int64(len(m.Data))
	case *extmgr.SyncReport:
		return 37 * int64(len(m.Extents))
	case *wire.Answer:
		return int64(len(m.Body))
	}
	return 0
}
