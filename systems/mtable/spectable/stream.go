package spectable

import (
	"context"
	"fmt"
	"strings"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Reads is all that a stream may return next.
type Reads struct {
	Rows []table.Entity // different versions of rows
	End  bool           // it may say that it has ended
}

// Allows reports whether a stream may return e if ok, or say that it has ended if not.
func (r Reads) Allows(e table.Entity, ok bool) bool {
	if !ok {
		return r.End
	}
	for _, row := range r.Rows {
		if row.Equal(e) {
			return true
		}
	}
	return false
}

// String lists the alternatives.
func (r Reads) String() string {
	var all []string
	for _, e := range r.Rows {
		all = append(all, e.String())
	}
	if r.End {
		all = append(all, "the end")
	}
	return strings.Join(all, " or ")
}

// ValidReads returns what a stream may return next that was opened at a revision, with a filter, if q.From is the smallest
// key above those it has returned.
//
// Of the revisions since then, restricted to rows from q.From on that match, take the smallest key that is in all of them.
// The stream must return it, or something before: any version of any row up to there. If there is no such key it may
// return any row at all, or end.
func (t *Table) ValidReads(since int, q table.Query) (Reads, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if since < 0 || since >= len(t.history) {
		return Reads{}, fmt.Errorf("spectable: revision %d is not one of 0 to %d", since, len(t.history)-1)
	}
	return t.validReads(since, q), nil
}

func (t *Table) validReads(since int, q table.Query) Reads {
	seen := make(map[table.Key]int) // in how many dumps
	var rows []table.Entity
	for _, d := range t.history[since:] {
		for _, e := range d.matching(q) {
			seen[e.Key]++
			if !(Reads{Rows: rows}).Allows(e, true) {
				rows = append(rows, e)
			}
		}
	}
	var mandatory *table.Key
	for _, e := range rows {
		if seen[e.Key] == len(t.history)-since && (mandatory == nil || e.Key.Compare(*mandatory) < 0) {
			mandatory = &e.Key
		}
	}
	if mandatory == nil {
		return Reads{rows, true}
	}
	valid := rows[:0]
	last := *mandatory
	for _, e := range rows {
		if e.Key.Compare(last) <= 0 {
			valid = append(valid, e)
		}
	}
	return Reads{Rows: valid}
}

// stream returns any row that is valid.
type stream struct {
	table  *Table
	since  int
	query  table.Query
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
	return &stream{table: t, since: t.Revision(), query: q}, nil
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
	e, ok := s.choose()
	if !ok {
		s.ended = true
		return table.Entity{}, false, nil
	}
	s.query.From = e.Key.Next()
	return e.Clone(), true, nil
}

func (s *stream) choose() (table.Entity, bool) {
	t := s.table
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.options.Choose == nil {
		if rows := t.now().matching(s.query); len(rows) > 0 {
			return rows[0], true
		}
		return table.Entity{}, false
	}
	valid := t.validReads(s.since, s.query)
	n := len(valid.Rows)
	if valid.End {
		n++
	}
	if i := t.options.Choose(n); i < len(valid.Rows) {
		return valid.Rows[i], true
	}
	return table.Entity{}, false
}

func (s *stream) Continuation() (table.Key, bool) { return s.query.From, !s.ended && !s.closed }

func (s *stream) Close() error {
	s.closed = true
	return nil
}
