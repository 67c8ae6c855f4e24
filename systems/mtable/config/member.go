package config

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Member is one process that takes part in a [Shared] configuration: a [Service] for the clients in this process. While it
// has a lease it hands out grants; when it could not renew its lease in time these end, and it joins again as a new member.
type Member struct {
	shared *Shared
	ctx    context.Context
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when run has returned

	mu      sync.Mutex
	session *session // nil while there is no lease
	closed  bool
}

var _ Service = (*Member)(nil)

// Join makes this process a member. The context is for joining only.
func (s *Shared) Join(ctx context.Context) (*Member, error) {
	m := &Member{shared: s, done: make(chan struct{})}
	m.ctx, m.cancel = context.WithCancelCause(context.Background())
	first, err := s.begin(ctx, m.ctx)
	if err != nil {
		m.cancel(err)
		return nil, err
	}
	m.session = first
	go m.run(first)
	return m, nil
}

// run has one session after the other.
func (m *Member) run(s *session) {
	defer close(m.done)
	for {
		s.run()
		m.set(nil)
		for {
			if m.ctx.Err() != nil {
				return
			}
			var err error
			if s, err = m.shared.begin(m.ctx, m.ctx); err == nil {
				break
			}
			_ = sleep(m.ctx, m.shared.interval())
		}
		m.set(s)
	}
}

func (m *Member) set(s *session) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.session = s
}

// grant subscribes with the present session. It returns the context of its lease.
func (m *Member) grant(w Watcher) (*session, State, func(), error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.closed:
		return nil, 0, nil, fmt.Errorf("%w: the member has left", ErrClosed)
	case m.session == nil || m.session.lease.expired():
		return nil, 0, nil, fmt.Errorf("%w: the member is about to join again, try later", ErrLeaseLost)
	}
	s, release := m.session.hub.subscribe(w)
	return m.session, s, release, nil
}

// Hold implements [Service].
func (m *Member) Hold(ctx context.Context) (Grant, error) { return m.request(ctx, ctx, nil) }

// Watch implements [Service].
func (m *Member) Watch(ctx context.Context, w Watcher) (Grant, error) {
	if w == nil {
		return Grant{}, fmt.Errorf("config: there is no watcher: use Hold for a state that does not change")
	}
	return m.request(ctx, context.WithoutCancel(ctx), w)
}

func (m *Member) request(ctx, life context.Context, w Watcher) (Grant, error) {
	if err := ctx.Err(); err != nil {
		return Grant{}, err
	}
	s, state, release, err := m.grant(w)
	if err != nil {
		return Grant{}, err
	}
	life, cancel := s.lease.within(life)
	return Grant{State: state, Context: life, Release: func() {
		release()
		cancel(ErrClosed)
	}}, nil
}

// Close leaves: it hands out no more grants, waits until those that are out are released, and gives up the lease. If ctx
// is done before, the grants end, and pushes wait for the member as long as its lease would have lasted.
func (m *Member) Close(ctx context.Context) error {
	m.mu.Lock()
	m.closed = true
	s := m.session
	m.mu.Unlock()
	var err error
	if s != nil {
		err = s.hub.drained(ctx)
	}
	m.cancel(ErrClosed)
	<-m.done
	if s == nil || err != nil {
		return err
	}
	_, err = table.Do(ctx, m.shared.table, table.Delete(s.key, table.AnyETag()))
	if err != nil && !lost(err) {
		return fmt.Errorf("config: the member has left, but its row is still there until its lease ends: %w", err)
	}
	return nil
}

// Kill ends the member without leaving, as if the process had died: the grants that are out end, and the rows stay as they
// are. It is for tests.
func (m *Member) Kill() {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.cancel(ErrClosed)
	<-m.done
}

// session is one lease of a member.
type session struct {
	shared *Shared
	key    table.Key
	hub    *hub
	lease  *lease

	// The rest is of the goroutine that runs the session.
	etag  table.ETag
	beat  int64
	acted State
	told  State      // the newest state that the hub is told of
	acts  chan State // from the hub, when all act in a state
}

// noState is acted while a member joins: it acts in no state, and none will do.
const noState State = -1

// begin joins: ctx is for doing so, life for the session.
func (s *Shared) begin(ctx, life context.Context) (*session, error) {
	m := &session{shared: s, acted: noState, acts: make(chan State, 1),
		key: table.Key{Partition: s.options.Partition, Row: memberPrefix + newID()}}
	asked := time.Now()
	result, err := table.Do(ctx, s.table, table.Insert(m.key, m.row()))
	if err != nil {
		return nil, fmt.Errorf("config: join: %w", err)
	}
	m.etag = result.ETag
	st, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	m.lease = newLease(life, s.until(asked))
	m.hub = newHub(st.state)
	m.acted, m.told = st.state, st.state
	if m.renew(); m.lease.expired() {
		return nil, fmt.Errorf("%w: before the member had joined", ErrLeaseLost)
	}
	return m, nil
}

func (m *session) row() table.Properties {
	return table.Properties{propActed: table.Int32(int32(m.acted)), propBeat: table.Int64(m.beat)}
}

// run renews the lease and looks for changes until the lease ends.
func (m *session) run() {
	defer m.lease.end(ErrClosed)
	tick, poll := time.NewTicker(m.shared.interval()), time.NewTicker(m.shared.options.Poll)
	defer tick.Stop()
	defer poll.Stop()
	for {
		select {
		case <-m.lease.ctx.Done():
			return
		case <-poll.C:
			m.look()
		case m.acted = <-m.acts:
			m.renew()
		case <-tick.C:
			m.renew()
		}
	}
}

// look reads the state, and tells the hub if it has changed.
func (m *session) look() {
	ctx, cancel := context.WithTimeout(m.lease.ctx, m.shared.interval())
	defer cancel()
	st, err := m.shared.read(ctx)
	if err != nil || st.state == m.told || m.told != m.acted {
		return
	}
	m.told = st.state
	go func() {
		if m.hub.push(m.lease.ctx, st.state, func(State) error { return nil }) == nil {
			m.acts <- st.state
		}
	}()
}

// renew writes the member's row. If that fails the lease ends by itself, some time later.
func (m *session) renew() {
	ctx, cancel := context.WithTimeout(m.lease.ctx, m.shared.interval())
	defer cancel()
	r := renewal{table: m.shared.table, key: m.key, etag: m.etag}
	extended := r.write(ctx, func() table.Properties {
		m.beat++
		return m.row()
	}, func(table.Entity) bool { return true }) // nobody else has a row of this name
	m.etag = r.etag
	switch {
	case extended:
		m.lease.extend(m.shared.until(r.asked))
	case r.gone:
		m.lease.end(ErrLeaseLost)
	}
}
