package mtable

import (
	"context"
	"time"
)

// Waiter is how calls wait for one another, and for a while. Tests that decide themselves who goes next bring their own.
// Waiting for tables and for the configuration is up to these.
type Waiter interface {
	// Park returns nil when ready has been closed, and the cause of ctx if that ends first.
	Park(ctx context.Context, ready <-chan struct{}) error
	// Unpark closes ready, and lets those go on who wait for it.
	Unpark(ready chan struct{})
	// Sleep returns nil after d, and the cause of ctx if that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// goWaiter waits as goroutines do.
type goWaiter struct{}

func (goWaiter) Park(ctx context.Context, ready <-chan struct{}) error {
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (goWaiter) Unpark(ready chan struct{}) { close(ready) }

func (goWaiter) Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// pause waits before a batch is tried again for the n-th time: not at all at first, and up to 100 milliseconds.
func pause(ctx context.Context, w Waiter, n int) error {
	if n < 3 {
		return ctx.Err()
	}
	return w.Sleep(ctx, min(time.Millisecond<<min(n-3, 10), 100*time.Millisecond))
}
