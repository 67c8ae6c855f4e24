package mtable

import (
	"context"
	"slices"
	"sync"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// locker is a mutual exclusion that is held across accesses to tables, so waiting for it can be given up.
type locker interface {
	lock(ctx context.Context) error
	unlock()
}

func newLock(w Waiter, bugs bug.Set) locker {
	switch {
	case bugs.Has(bug.QueryStreamedLock):
		return noLock{}
	case bugs.Has(bug.DefectI):
		return &crowdLock{waiter: w}
	}
	return &queueLock{waiter: w}
}

// queueLock is handed on from one to the next, in the order in which they came.
type queueLock struct {
	waiter Waiter

	mu     sync.Mutex
	locked bool
	queue  []chan struct{} // of those who wait; each is closed when its owner has the lock
}

func (l *queueLock) lock(ctx context.Context) error {
	l.mu.Lock()
	if !l.locked {
		l.locked = true
		l.mu.Unlock()
		return nil
	}
	mine := make(chan struct{})
	l.queue = append(l.queue, mine)
	l.mu.Unlock()
	err := l.waiter.Park(ctx, mine)
	if err != nil {
		l.leave(mine)
	}
	return err
}

// leave gives up waiting. If the lock has been handed over meanwhile it is handed on.
func (l *queueLock) leave(mine chan struct{}) {
	l.mu.Lock()
	if i := slices.Index(l.queue, mine); i >= 0 {
		l.queue = slices.Delete(l.queue, i, i+1)
		l.mu.Unlock()
		return
	}
	l.mu.Unlock()
	l.unlock()
}

func (l *queueLock) unlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.queue) == 0 {
		l.locked = false
		return
	}
	next := l.queue[0]
	l.queue = slices.Delete(l.queue, 0, 1)
	l.waiter.Unpark(next)
}

// noLock is QueryStreamedLock.
type noLock struct{}

func (noLock) lock(context.Context) error { return nil }
func (noLock) unlock()                    {}

// crowdLock is DefectI: when it is unlocked all who wait for it have it. With one waiter it is correct.
type crowdLock struct {
	waiter Waiter

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
	return l.waiter.Park(ctx, crowd)
}

func (l *crowdLock) unlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.crowd == nil {
		l.locked = false
		return
	}
	l.waiter.Unpark(l.crowd)
	l.crowd = nil
}
