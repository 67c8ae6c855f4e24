package harness

import (
	"context"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable/spectable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// stream is an open stream of one of the tables.
type stream struct {
	table.Stream // of a table in memory

	// Of a table that is a specification: any row is returned that may be.
	spec  *spectable.Table
	since int
	query table.Query
	ended bool
}

func (t *Tables) open(c *ravel.Context, e open) {
	s := &stream{query: e.Query}
	var err error
	if spec, ok := t.tables[e.Place].(*spectable.Table); ok {
		s.spec, s.since = spec, spec.Revision()
	} else {
		s.Stream, err = t.tables[e.Place].QueryStream(context.Background(), e.Query)
	}
	if err == nil {
		t.opened++
		t.streams[t.opened] = s
	}
	c.Send(e.From, reply{Stream: t.opened, Err: err})
}

func (t *Tables) read(c *ravel.Context, e read) {
	s, ok := t.streams[e.Stream]
	if !ok {
		c.Send(e.From, reply{Err: table.Wrap(table.ErrClosed, nil, "stream %d", e.Stream)})
		return
	}
	r := reply{}
	if s.spec == nil {
		r.Row, r.More, r.Err = s.Next(context.Background())
	} else {
		r.Row, r.More = s.choose(c)
	}
	c.Send(e.From, r)
}

// choose returns any of the rows that the stream may return, or that it has ended.
func (s *stream) choose(c *ravel.Context) (table.Entity, bool) {
	if s.ended {
		return table.Entity{}, false
	}
	valid, err := s.spec.ValidReads(s.since, s.query)
	c.Assert(err == nil, "%v", err)
	n := len(valid.Rows)
	if valid.End {
		n++
	}
	i := c.Int(n)
	if s.ended = i == len(valid.Rows); s.ended {
		return table.Entity{}, false
	}
	s.query.From = valid.Rows[i].Key.Next()
	return valid.Rows[i], true
}

func (t *Tables) close(_ *ravel.Context, e closing) { delete(t.streams, e.Stream) }
