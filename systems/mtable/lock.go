package mtable

import (
	"context"
	"sync"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// locker is a mutual exclusion that is held across accesses to tables, so waiting for it can be given up.
type locker interface {
	lock(ctx context.Context) error
	unlock()
}

func newLock(bugs bug.Set) locker {
	switch {
	case bugs.Has(bug.QueryStreamedLock):
		return noLock{}
	case bugs.Has(bug.DefectI):
		return &crowdLock{}
	}
	return make(chanLock, 1)
}

// chanLock holds a token while it is locked.
type chanLock chan struct{}

func (l chanLock) lock(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l chanLock) unlock() { <-l }

// noLock is QueryStreamedLock.
type noLock struct{}

func (noLock) lock(context.Context) error { return nil }
func (noLock) unlock()                    {}

// crowdLock is DefectI: when it is unlocked all who wait for it have it. With one waiter it is correct.
type crowdLock struct {
	mu     sync.Mutex
	locked bool
	crowd  chan struct{} // closed when those who wait have the lock; nil if nobody waits
}

func (l *crowdLock) lock(ctx context.Context) error {
	l.mu.Lock()
	if !l.locked {
		l.locked = true
		l.mu.Unlock()
		return nil
	}
	if l.crowd == nil {
		l.crowd = make(chan struct{})
	}
	crowd := l.crowd
	l.mu.Unlock()
	select {
	case <-crowd:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l *crowdLock) unlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.crowd == nil {
		l.locked = false
		return
	}
	close(l.crowd)
	l.crowd = nil
}
