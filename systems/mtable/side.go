package mtable

import (
	"context"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// side is a stream of one of the two tables, read one row ahead.
type side struct {
	stream table.Stream
	next   table.Entity
	more   bool // there is a next row
}

// openSide opens a stream and reads its first row.
func openSide(ctx context.Context, from table.Table, q table.Query) (*side, error) {
	stream, err := from.QueryStream(ctx, q)
	if err != nil {
		return nil, err
	}
	s := &side{stream: stream}
	if err := s.advance(ctx); err != nil {
		_ = stream.Close()
		return nil, err
	}
	return s, nil
}

func (s *side) advance(ctx context.Context) error {
	next, more, err := s.stream.Next(ctx)
	if err != nil {
		return err
	}
	s.next, s.more = next, more
	return nil
}

// peek returns the next row. There is none on a side that is not open.
func (s *side) peek() (table.Entity, bool) {
	if s == nil || !s.more {
		return table.Entity{}, false
	}
	return s.next, true
}
