package deploy

import (
	"sync"
	"time"
)

// refusals notices when a manager has refused the node for too long.
type refusals struct {
	within time.Duration // refusals that are farther apart have nothing to do with each other
	limit  time.Duration

	mu          sync.Mutex
	first, last time.Time // of those in a row
}

// add takes note of a refusal and reports whether it is too much.
func (r *refusals) add(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.last) > r.within {
		r.first = now
	}
	r.last = now
	return now.Sub(r.first) >= r.limit
}
