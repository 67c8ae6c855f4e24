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
