package moving

import (
	"context"
	"errors"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// patient is a table whose users wait while its process has no lease. That happens when the machine is too busy to renew it in
// time. What was under way then ends without an effect, or with one that is not known, which the table says itself.
type patient struct{ table.Table }

// again reports whether a call is to be made again, after some time.
func again(ctx context.Context, err error) bool {
	if !errors.Is(err, config.ErrLeaseLost) || errors.Is(err, table.ErrIndeterminate) {
		return false
	}
	select {
	case <-time.After(10 * time.Millisecond):
		return true
	case <-ctx.Done():
		return false
	}
}

// Execute implements table.Table.
func (p patient) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	for {
		results, err := p.Table.Execute(ctx, b)
		if !again(ctx, err) {
			return results, err
		}
	}
}

// QueryAtomic implements table.Table.
func (p patient) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	for {
		rows, err := p.Table.QueryAtomic(ctx, q)
		if !again(ctx, err) {
			return rows, err
		}
	}
}

// QueryStream implements table.Table. A stream that has lost its lease goes on as a new one, where it was.
func (p patient) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	s, err := p.open(ctx, q)
	if err != nil {
		return nil, err
	}
	return &patientStream{s, p, q}, nil
}

func (p patient) open(ctx context.Context, q table.Query) (table.Stream, error) {
	for {
		s, err := p.Table.QueryStream(ctx, q)
		if !again(ctx, err) {
			return s, err
		}
	}
}

type patientStream struct {
	table.Stream
	table patient
	rest  table.Query
}

// Next implements table.Stream.
func (s *patientStream) Next(ctx context.Context) (table.Entity, bool, error) {
	for {
		e, ok, err := s.Stream.Next(ctx)
		if err == nil && ok {
			s.rest.From = e.Key.Next()
		}
		if !again(ctx, err) {
			return e, ok, err
		}
		fresh, err := s.table.open(ctx, s.rest)
		if err != nil {
			return table.Entity{}, false, err
		}
		_ = s.Stream.Close()
		s.Stream = fresh
	}
}
