package mtable

import (
	"context"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// stream merges streams of the old and the new table. Of two rows with one key it takes the new one. It lives for long, so
// it does not keep the configuration from changing, but adapts itself.
type stream struct {
	table *Table
	query table.Query
	keys  table.Filter // of the new side: rows that do not match may still hide old ones
	ctx   context.Context
	grant config.Grant
	lock  locker

	// What follows is guarded by lock.
	state  config.State
	old    *side // nil while it is not open
	new    *side
	failed error // all reads fail with it
	closed bool
}

var errStreamClosed = table.Wrap(table.ErrClosed, nil, "stream of a migrating table")

// QueryStream implements [table.Table].
func (t *Table) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := checkFilter(q.Filter); err != nil {
		return nil, err
	}
	s := &stream{table: t, query: q, keys: q.Filter.Keys(), lock: newLock(t.options.Waiter, t.options.Bugs)}
	if t.options.Bugs.Has(bug.QueryStreamedFilterShadowing) {
		s.keys = q.Filter
	}
	if err := s.lock.lock(ctx); err != nil {
		return nil, err
	}
	defer s.lock.unlock()
	var err error
	if s.grant, err = t.config.Watch(ctx, s); err != nil {
		return nil, fmt.Errorf("mtable: configuration: %w", err)
	}
	s.state, s.ctx = s.grant.State, s.grant.Context
	if err := s.start(ctx); err != nil {
		_ = s.close()
		return nil, err
	}
	return s, nil
}

// hasOld reports whether streams read the old table in a state. In UseNewWithTombstones it is too late: the new table is
// complete, and others may soon delete rows without leaving tombstones, which the old table would bring back.
func (s *stream) hasOld(in config.State) bool { return in < config.UseNewWithTombstones }

// start opens the sides. The old one comes first: a row that is copied in between must be on one of them.
func (s *stream) start(ctx context.Context) (err error) {
	if s.hasOld(s.state) {
		q := table.Query{From: s.query.From, Filter: s.query.Filter}
		if s.old, err = openSide(ctx, s.table.old, q); err != nil {
			return err
		}
	}
	if s.state > config.UseOld {
		s.new, err = s.openNew(ctx, s.query.From)
	}
	return err
}

func (s *stream) openNew(ctx context.Context, from table.Key) (*side, error) {
	return openSide(ctx, s.table.new, table.Query{From: from, Filter: s.keys})
}

// next returns the sides with the smallest key, and that key.
func (s *stream) next() (old, fresh bool, key table.Key) {
	o, hasOld := s.old.peek()
	n, hasNew := s.new.peek()
	switch {
	case !hasOld && !hasNew:
		return false, false, table.Key{}
	case !hasNew:
		return true, false, o.Key
	case !hasOld:
		return false, true, n.Key
	}
	c := o.Key.Compare(n.Key)
	if c <= 0 {
		key = o.Key
	} else {
		key = n.Key
	}
	return c <= 0, c >= 0, key
}

// Next implements [table.Stream].
func (s *stream) Next(ctx context.Context) (table.Entity, bool, error) {
	if err := s.lock.lock(ctx); err != nil {
		return table.Entity{}, false, err
	}
	defer s.lock.unlock()
	for {
		if err := s.broken(ctx); err != nil {
			return table.Entity{}, false, err
		}
		row, ok, err := s.take(ctx)
		if s.ctx.Err() != nil { // the rows may have moved when they were read
			err = context.Cause(s.ctx)
		}
		if err != nil || !ok {
			return table.Entity{}, false, err
		}
		if e, visible := export(row); visible && s.query.Filter.Matches(e) {
			return e, true, nil
		}
	}
}

// broken returns why nothing can be read.
func (s *stream) broken(ctx context.Context) error {
	switch {
	case s.closed:
		return errStreamClosed
	case s.failed != nil:
		return s.failed
	case s.ctx.Err() != nil:
		return context.Cause(s.ctx)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return nil
}

// take returns the row with the smallest key and moves the sides on that have it. If it fails the sides stay as they were.
func (s *stream) take(ctx context.Context) (table.Entity, bool, error) {
	old, fresh, _ := s.next()
	if !old && !fresh {
		return table.Entity{}, false, nil
	}
	var row table.Entity
	if fresh {
		row = s.new.next
	} else {
		row = s.old.next
	}
	if old {
		if err := s.advance(ctx, s.old); err != nil {
			return table.Entity{}, false, err
		}
	}
	if fresh {
		if err := s.advance(ctx, s.new); err != nil {
			return table.Entity{}, false, err
		}
	}
	return row, true, nil
}

// advance moves a side on. As the other one may have moved on already, a failure is the end of the stream.
func (s *stream) advance(ctx context.Context, one *side) error {
	if err := one.advance(ctx); err != nil {
		s.failed = err
		return err
	}
	return nil
}

// Continuation implements [table.Stream].
func (s *stream) Continuation() (table.Key, bool) {
	if s.lock.lock(context.Background()) != nil {
		return table.Key{}, false
	}
	defer s.lock.unlock()
	if s.closed {
		return table.Key{}, false
	}
	old, fresh, key := s.next()
	return key, old || fresh
}

// Apply implements [config.Watcher].
func (s *stream) Apply(to config.State) {
	if s.lock.lock(context.Background()) != nil {
		return
	}
	defer s.lock.unlock()
	if s.closed || s.failed != nil {
		return // a stream that reads nothing any more is in any state
	}
	if err := s.adapt(to); err != nil && !s.table.options.Bugs.Has(bug.DefectB) {
		s.failed = fmt.Errorf("mtable: the stream could not follow the configuration to %v: %w", to, err)
		s.closeSides()
	}
}

// adapt changes the sides to what a new state demands.
func (s *stream) adapt(to config.State) error {
	bugs := s.table.options.Bugs
	from := s.state
	old, fresh, key := s.next()
	ended := !old && !fresh
	if !bugs.Has(bug.QueryStreamedSaveNewConfig) {
		s.state = to
	}
	opened := false
	if from == config.UseOld && to > config.UseOld {
		if err := s.reopenNew(key, ended); err != nil {
			return err
		}
		opened = true
	}
	drop := config.UseNewWithTombstones
	if bugs.Has(bug.DefectA) {
		drop = config.UseNew
	}
	if from >= drop || to < drop {
		return nil
	}
	s.dropOld()
	if opened || bugs.Has(bug.QueryStreamedBackUpNewStream) {
		return nil
	}
	// The new side may have passed keys that were not copied when it did. It was the old side that had them.
	if s.new != nil {
		_ = s.new.stream.Close()
		s.new = nil
	}
	return s.reopenNew(key, ended)
}

// reopenNew opens the new side at a key, unless the stream has ended.
func (s *stream) reopenNew(at table.Key, ended bool) (err error) {
	if !ended {
		s.new, err = s.openNew(s.ctx, at)
	}
	return err
}

// dropOld closes the old side. A stream that was opened late has none.
func (s *stream) dropOld() {
	if s.old != nil || s.table.options.Bugs.Has(bug.DefectB) {
		_ = s.old.stream.Close()
		s.old = nil
	}
}

// Close implements [table.Stream].
func (s *stream) Close() error {
	if err := s.lock.lock(context.Background()); err != nil {
		return err
	}
	defer s.lock.unlock()
	return s.close()
}

func (s *stream) close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	if s.grant.Release != nil {
		s.grant.Release()
	}
	return s.closeSides()
}

func (s *stream) closeSides() error {
	var errs []error
	for _, one := range []*side{s.old, s.new} {
		if one != nil {
			errs = append(errs, one.stream.Close())
		}
	}
	s.old, s.new = nil, nil
	return errors.Join(errs...)
}
