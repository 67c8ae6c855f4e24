package config

import (
	"context"
	"fmt"
	"sync"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
)

// Memory is a configuration in the memory of one process. It is both [Service] and [Controller].
type Memory struct {
	hub  *hub
	bugs bug.Set

	leading chan struct{} // holds a token while there is a leader
	mu      sync.Mutex
	leader  *memoryLeader
}

var (
	_ Service    = (*Memory)(nil)
	_ Controller = (*Memory)(nil)
)

// MemoryOptions are for tests.
type MemoryOptions struct {
	// Bugs puts mistakes back; Skips lets pushes leave states out.
	Bugs bug.Set
}

// NewMemory returns a configuration in a state.
func NewMemory(s State, o MemoryOptions) (*Memory, error) {
	if !s.Valid() {
		return nil, fmt.Errorf("%w: %v is no state to begin with", ErrOrder, s)
	}
	return &Memory{hub: newHub(s), bugs: o.Bugs, leading: make(chan struct{}, 1)}, nil
}

// State returns the state that was stored last.
func (m *Memory) State() State { return m.hub.current() }

// Subscribers returns the number of grants that are out.
func (m *Memory) Subscribers() int {
	m.hub.mu.Lock()
	defer m.hub.mu.Unlock()
	return m.hub.subscribers.Len()
}

// Hold implements [Service].
func (m *Memory) Hold(ctx context.Context) (Grant, error) {
	if err := ctx.Err(); err != nil {
		return Grant{}, err
	}
	s, release := m.hub.subscribe(nil)
	return Grant{State: s, Context: ctx, Release: release}, nil
}

// Watch implements [Service].
func (m *Memory) Watch(ctx context.Context, w Watcher) (Grant, error) {
	if err := ctx.Err(); err != nil {
		return Grant{}, err
	}
	if w == nil {
		return Grant{}, fmt.Errorf("config: there is no watcher: use Hold for a state that does not change")
	}
	s, release := m.hub.subscribe(w)
	return Grant{State: s, Context: context.WithoutCancel(ctx), Release: release}, nil
}

// Lead implements [Controller].
func (m *Memory) Lead(ctx context.Context) (Leader, error) {
	select {
	case m.leading <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l := &memoryLeader{memory: m}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	m.mu.Lock()
	m.leader = l
	l.stop = context.AfterFunc(ctx, func() { l.end(ErrClosed) })
	m.mu.Unlock()
	return l, nil
}

// Depose ends the leadership of whoever leads, as if it had died; somebody else can then lead. It is for a leader that is
// stuck: what it has already begun may still be done.
func (m *Memory) Depose() {
	m.mu.Lock()
	l := m.leader
	m.mu.Unlock()
	if l != nil {
		l.end(ErrFenced)
	}
}

type memoryLeader struct {
	memory *Memory
	ctx    context.Context
	cancel context.CancelCauseFunc
	stop   func() bool
	once   sync.Once
}

func (l *memoryLeader) Context() context.Context { return l.ctx }

func (l *memoryLeader) State(ctx context.Context) (State, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, context.Cause(l.ctx)
	}
	return l.memory.State(), ctx.Err()
}

func (l *memoryLeader) Push(ctx context.Context, s State) error {
	ctx, cancel := both(ctx, l.ctx)
	defer cancel(nil)
	return l.memory.hub.push(ctx, s, func(from State) error {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return checkPush(from, s, l.memory.bugs)
	})
}

func (l *memoryLeader) Resign() { l.end(ErrClosed) }

func (l *memoryLeader) end(cause error) {
	l.once.Do(func() {
		l.cancel(cause)
		m := l.memory
		m.mu.Lock()
		if m.leader == l {
			m.leader = nil
		}
		l.stop()
		m.mu.Unlock()
		<-m.leading
	})
}

// both returns a context that is done when either of two is, with its cause.
func both(ctx, other context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(other, func() { cancel(context.Cause(other)) })
	if other.Err() != nil { // do not depend on when the goroutine of AfterFunc runs
		cancel(context.Cause(other))
	}
	return ctx, func(cause error) {
		stop()
		cancel(cause)
	}
}
