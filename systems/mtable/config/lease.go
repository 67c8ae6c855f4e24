package config

import (
	"context"
	"sync"
	"time"
)

// lease is the right to act until a time, which renewals put off. Its holder measures from before it asked for the lease
// or a renewal; who waits for the end measures from after it has seen the latest one. So their clocks need not agree, only
// run equally fast.
type lease struct {
	ctx    context.Context // done when the lease has ended
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	until time.Time
	timer *time.Timer
}

func newLease(parent context.Context, until time.Time) *lease {
	l := &lease{until: until}
	l.ctx, l.cancel = context.WithCancelCause(parent)
	l.timer = time.AfterFunc(time.Until(until), func() { l.expired() })
	return l
}

// expired ends the lease if its time is over, and reports whether it has ended. Timers may be late: who is about to act
// asks.
func (l *lease) expired() bool {
	if !l.left() {
		l.end(ErrLeaseLost)
	}
	return l.ctx.Err() != nil
}

// extend puts the end off. A lease that has ended stays so.
func (l *lease) extend(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx.Err() == nil && time.Now().Before(l.until) && until.After(l.until) {
		l.until = until
		l.timer.Reset(time.Until(until))
	}
}

// left reports whether there would be time left if the lease had not been ended.
func (l *lease) left() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.until)
}

// end ends the lease for a reason of which the first counts.
func (l *lease) end(cause error) {
	l.cancel(cause)
	l.timer.Stop()
}

// leaseContext is done when its parent is, or the lease has ended. Its Err looks at the clock.
type leaseContext struct {
	context.Context
	lease *lease
}

// within returns a context for what is done under the lease, and a function that frees it.
func (l *lease) within(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := both(ctx, l.ctx)
	return leaseContext{ctx, l}, cancel
}

func (c leaseContext) Err() error {
	if c.Context.Err() == nil && c.lease.expired() {
		<-c.Done() // as Err may not speak before it
	}
	return c.Context.Err()
}
