package mtable_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel/systems/mtable"
)

// The lock is handed on in the order in which they came, and nobody has it twice. Who gives up waiting is passed over.
func TestLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lock, unlock := mtable.NewLock(0)
		if err := lock(ctx); err != nil {
			t.Fatal(err)
		}
		impatient, cancel := context.WithCancel(ctx)
		var order []int
		holders := 0
		var all sync.WaitGroup
		for i := range 5 {
			c := ctx
			if i == 1 || i == 3 {
				c = impatient
			}
			all.Go(func() {
				if err := lock(c); err != nil {
					if !errors.Is(err, context.Canceled) {
						t.Errorf("%d: %v", i, err)
					}
					return
				}
				if holders++; holders > 1 {
					t.Errorf("%d hold the lock", holders)
				}
				order = append(order, i)
				time.Sleep(time.Second) // everybody gets as far as they can
				holders--
				unlock()
			})
			synctest.Wait()
		}
		cancel()
		synctest.Wait()
		unlock()
		all.Wait()
		if want := []int{0, 2, 4}; !slices.Equal(order, want) {
			t.Errorf("the order is %v, want %v", order, want)
		}
		if err := lock(ctx); err != nil {
			t.Error(err)
		}
	})
}

// Who gives up when the lock has just been handed over hands it on.
func TestLockGivenUpTooLate(t *testing.T) {
	w := &late{}
	lock, unlock := mtable.NewLockWith(w)
	if err := lock(ctx); err != nil {
		t.Fatal(err)
	}
	w.meanwhile = unlock
	if err := lock(ctx); !errors.Is(err, errLate) {
		t.Fatal(err)
	}
	w.meanwhile = nil
	w.parked = false
	if err := lock(ctx); err != nil || w.parked {
		t.Errorf("the lock has not been handed on: %v, parked: %v", err, w.parked)
	}
}

var errLate = errors.New("the time is over")

// late is a Waiter whose time is over when what it waits for has just happened.
type late struct {
	mtable.Waiter
	meanwhile func()
	parked    bool
}

func (w *late) Park(context.Context, <-chan struct{}) error {
	w.parked = true
	if w.meanwhile != nil {
		w.meanwhile()
	}
	return errLate
}

func (w *late) Unpark(ready chan struct{}) { close(ready) }
