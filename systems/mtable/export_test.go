package mtable

import (
	"context"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// NewLock returns the lock of a stream.
func NewLock(bugs bug.Set) (lock func(context.Context) error, unlock func()) {
	l := newLock(goWaiter{}, bugs)
	return l.lock, l.unlock
}

// NewLockWith returns the lock of a stream whose waiting is up to w.
func NewLockWith(w Waiter) (lock func(context.Context) error, unlock func()) {
	l := newLock(w, 0)
	return l.lock, l.unlock
}
