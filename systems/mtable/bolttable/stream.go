package bolttable

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// A page ends after this many rows that match, or that were looked at.
const (
	pageRows = 256
	pageSeen = 4096
)

// stream reads a page at a time.
type stream struct {
	table  *Table
	filter table.Filter
	page   []table.Entity // not returned yet
	next   table.Key      // all rows before it are in page, or have been returned or passed
	ended  bool           // there are no rows from next on
	closed bool
}

// QueryStream implements [table.Table]. The first row is read when it is asked for.
func (t *Table) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &stream{table: t, filter: q.Filter, next: q.From}, nil
}

func (s *stream) Next(ctx context.Context) (table.Entity, bool, error) {
	if s.closed {
		return table.Entity{}, false, table.Wrap(table.ErrClosed, nil, "read of a stream")
	}
	for len(s.page) == 0 && !s.ended {
		if err := ctx.Err(); err != nil {
			return table.Entity{}, false, err
		}
		if err := s.read(); err != nil {
			return table.Entity{}, false, translate(err)
		}
	}
	if len(s.page) == 0 {
		return table.Entity{}, false, nil
	}
	e := s.page[0]
	s.page = s.page[1:]
	return e, true, nil
}

// read reads a page.
func (s *stream) read() error {
	return s.table.store.view(func(tx *bolt.Tx) error {
		c := s.table.rows(tx).Cursor()
		key, value := c.Seek(encodeKey(s.next))
		for seen := 0; key != nil && seen < pageSeen && len(s.page) < pageRows; seen++ {
			e, err := s.table.entity(key, value)
			if err != nil {
				return err
			}
			if s.filter.Matches(e) {
				s.page = append(s.page, e)
			}
			s.next = e.Key.Next()
			key, value = c.Next()
		}
		s.ended = key == nil
		return nil
	})
}

func (s *stream) Continuation() (table.Key, bool) {
	switch {
	case s.closed:
		return table.Key{}, false
	case len(s.page) > 0:
		return s.page[0].Key, true
	}
	return s.next, !s.ended
}

func (s *stream) Close() error {
	s.closed = true
	s.page = nil
	return nil
}
