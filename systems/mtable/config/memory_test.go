package config_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

var ctx = context.Background()

func newMemory(t *testing.T, s config.State, bugs bug.Set) *config.Memory {
	t.Helper()
	m, err := config.NewMemory(s, config.MemoryOptions{Bugs: bugs})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func lead(t *testing.T, c config.Controller) config.Leader {
	t.Helper()
	l, err := c.Lead(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// watcher notes what it is told. It waits for gate first, if that is not nil.
type watcher struct {
	gate chan struct{}
	mu   sync.Mutex
	told []config.State
}

func (w *watcher) Apply(s config.State) {
	if w.gate != nil {
		<-w.gate
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, s)
}

func (w *watcher) states() []config.State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.told)
}

// start runs f in a goroutine. The result has its error when it has returned.
func start(f func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	synctest.Wait()
	return done
}

// running reports whether f has not returned, if done is start(f).
func running(done <-chan error) bool {
	synctest.Wait()
	return len(done) == 0
}

func TestPushWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t, config.UseOld, 0)
		l := lead(t, m)
		defer l.Resign()
		hold, err := m.Hold(ctx)
		if err != nil {
			t.Fatal(err)
		}
		w := &watcher{gate: make(chan struct{}, 9)}
		watch, err := m.Watch(ctx, w)
		if err != nil {
			t.Fatal(err)
		}
		defer watch.Release()
		done := start(func() error { return l.Push(ctx, config.PreferOld) })
		if later, err := m.Hold(ctx); err != nil || later.State != config.PreferOld {
			t.Errorf("a later client is in %v, %v", later.State, err)
		} else {
			later.Release()
		}
		if hold.State != config.UseOld || !running(done) {
			t.Error("a push has not waited")
		}
		w.gate <- struct{}{}
		if !running(done) {
			t.Error("a push has not waited for a hold")
		}
		hold.Release()
		hold.Release() // is harmless
		if err := <-done; err != nil {
			t.Error(err)
		}
		done = start(func() error { return l.Push(ctx, config.PreferNew) })
		if !running(done) {
			t.Error("a push has not waited for a watcher")
		}
		watch.Release()
		if err := <-done; err != nil {
			t.Error(err)
		}
		w.gate <- struct{}{}
		synctest.Wait()
		if got := w.states(); !slices.Equal(got, []config.State{config.PreferOld, config.PreferNew}) {
			t.Errorf("the watcher was told %v", got)
		}
		if n := m.Subscribers(); n != 0 {
			t.Errorf("%d grants are out", n)
		}
	})
}

// A push that was given up must be repeated, and waits for what the first one waited for. No state is pushed before.
func TestPushAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t, config.UseOld, 0)
		l := lead(t, m)
		defer l.Resign()
		hold, _ := m.Hold(ctx)
		w := &watcher{gate: make(chan struct{})}
		watch, _ := m.Watch(ctx, w)
		defer watch.Release()
		limited, cancel := context.WithCancel(ctx)
		done := start(func() error { return l.Push(limited, config.PreferOld) })
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("a push that was given up: %v", err)
		}
		if s := m.State(); s != config.PreferOld {
			t.Errorf("stored %v", s)
		}
		for _, to := range []config.State{config.PreferOld, config.PreferNew} {
			limited, cancel := context.WithCancel(ctx)
			done := start(func() error { return l.Push(limited, to) })
			if !running(done) || m.State() != config.PreferOld {
				t.Errorf("push of %v: stored %v before all have reached %v", to, m.State(), config.PreferOld)
			}
			cancel()
			<-done
		}
		done = start(func() error { return l.Push(ctx, config.PreferNew) })
		close(w.gate)
		hold.Release()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if got := w.states(); !slices.Equal(got, []config.State{config.PreferOld, config.PreferNew}) {
			t.Errorf("the watcher was told %v", got)
		}
	})
}

func TestPushOrder(t *testing.T) {
	m := newMemory(t, config.PreferNew, 0)
	l := lead(t, m)
	defer l.Resign()
	for _, s := range []config.State{-1, config.UseOld, config.PreferOld, config.UseNew, 5} {
		if err := l.Push(ctx, s); !errors.Is(err, config.ErrOrder) {
			t.Errorf("%v after %v: %v", s, config.PreferNew, err)
		}
	}
	skipping := lead(t, newMemory(t, config.UseOld, bug.MigrateSkipPreferOld))
	defer skipping.Resign()
	if err := skipping.Push(ctx, config.PreferNew); err != nil {
		t.Errorf("with the mistake: %v", err)
	}
}

// There is one leader; what an earlier one pushes is refused.
func TestLeaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(t, config.UseOld, 0)
		first := lead(t, m)
		var second config.Leader
		elected := start(func() (err error) { second, err = m.Lead(ctx); return err })
		if !running(elected) {
			t.Fatal("there are two leaders")
		}
		m.Depose()
		if err := <-elected; err != nil {
			t.Fatal(err)
		}
		if err := context.Cause(first.Context()); !errors.Is(err, config.ErrFenced) {
			t.Errorf("the first leader's context ended with %v", err)
		}
		if err := first.Push(ctx, config.PreferOld); !errors.Is(err, config.ErrFenced) {
			t.Errorf("the first leader pushed: %v", err)
		}
		if _, err := first.State(ctx); !errors.Is(err, config.ErrFenced) {
			t.Errorf("the first leader read: %v", err)
		}
		first.Resign() // is harmless
		if err := second.Push(ctx, config.PreferOld); err != nil {
			t.Error(err)
		}
		second.Resign()
		mortal, kill := context.WithCancel(ctx)
		if _, err := m.Lead(mortal); err != nil {
			t.Fatal(err)
		}
		kill()
		lead(t, m).Resign()
		m.Depose() // nobody
	})
}

func TestContextsOfGrants(t *testing.T) {
	m := newMemory(t, config.UseOld, 0)
	limited, cancel := context.WithCancel(ctx)
	hold, _ := m.Hold(limited)
	watch, _ := m.Watch(limited, &watcher{})
	cancel()
	if hold.Context.Err() == nil || watch.Context.Err() != nil {
		t.Error("a hold ends with its context, a watch does not")
	}
	hold.Release()
	watch.Release()
	if _, err := m.Hold(limited); !errors.Is(err, context.Canceled) {
		t.Errorf("hold with a context that is done: %v", err)
	}
	if _, err := m.Watch(ctx, nil); err == nil {
		t.Error("a watch without watcher")
	}
}
