package memtable

import (
	"context"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// stream reads one row at a time.
type stream struct {
	table  *Table
	filter table.Filter
	next   table.Key // all rows before it have been returned or passed
	ended  bool
	closed bool
}

// QueryStream implements [table.Table].
func (t *Table) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.streams++
	return &stream{table: t, filter: q.Filter, next: q.From}, nil
}

func (s *stream) Next(ctx context.Context) (table.Entity, bool, error) {
	if s.closed {
		return table.Entity{}, false, table.Wrap(table.ErrClosed, nil, "read of a stream")
	}
	if err := ctx.Err(); err != nil {
		return table.Entity{}, false, err
	}
	if s.ended {
		return table.Entity{}, false, nil
	}
	t := s.table
	t.mu.Lock()
	defer t.mu.Unlock()
	at, _ := t.find(s.next)
	for _, r := range t.rows[at:] {
		s.next = r.Key.Next()
		if s.filter.Matches(r.Entity) {
			return r.Clone(), true, nil
		}
	}
	s.ended = true
	return table.Entity{}, false, nil
}

func (s *stream) Continuation() (table.Key, bool) { return s.next, !s.ended && !s.closed }

func (s *stream) Close() error {
	if !s.closed {
		s.closed = true
		s.table.mu.Lock()
		defer s.table.mu.Unlock()
		s.table.streams--
	}
	return nil
}
