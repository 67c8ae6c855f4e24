package harness

import (
	"cmp"
	"context"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// port is how the code of one process, a client or the migrator, uses the tables: by messages. Several machines may be of
// a process; only one of them runs at a time, and gives way to others nowhere but in wait.
type port struct {
	tables ravel.ID
	at     *ravel.Context // of the machine that runs

	// access is called before each access, if it is not nil. With an error the access does not take place.
	access func(ctx context.Context) error
}

// wait waits for an event of the machine that runs.
func wait[E any](p *port) E {
	c := p.at
	e := ravel.Receive[E](c)
	p.at = c
	return e
}

// ask sends a request to the tables and returns their reply.
func (p *port) ask(request any) reply {
	p.at.Send(p.tables, request)
	return wait[reply](p)
}

// remote is a table on the other side of a port, as a process sees it while it lives.
type remote struct {
	*port
	life  *life
	place place

	// sent is called with what became of a batch, if it is not nil, and returns what the caller is told.
	sent func(ctx context.Context, b table.Batch, r reply) reply
}

func (t *remote) before(ctx context.Context) error {
	if err := cmp.Or(ctx.Err(), t.life.Err()); err != nil {
		return err
	}
	if t.access == nil {
		return nil
	}
	return t.access(ctx)
}

// Execute implements table.Table.
func (t *remote) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	if err := t.before(ctx); err != nil {
		return nil, err
	}
	r := t.ask(execute{t.at.Self(), t.place, b})
	if t.sent != nil {
		r = t.sent(ctx, b, r)
	}
	return r.Results, r.Err
}

// QueryAtomic implements table.Table.
func (t *remote) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	if err := t.before(ctx); err != nil {
		return nil, err
	}
	r := t.ask(query{t.at.Self(), t.place, q})
	return r.Rows, r.Err
}

// QueryStream implements table.Table.
func (t *remote) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	if err := t.before(ctx); err != nil {
		return nil, err
	}
	r := t.ask(open{t.at.Self(), t.place, q})
	if r.Err != nil {
		return nil, r.Err
	}
	return &remoteStream{remote: t, number: r.Stream, next: q.From}, nil
}

// Capabilities implements table.Table.
func (t *remote) Capabilities() table.Capabilities {
	return table.Capabilities{DeleteIfExistsInBatch: true}
}

// remoteStream is a stream of a remote table.
type remoteStream struct {
	*remote
	number int
	next   table.Key
	ended  bool
}

// Next implements table.Stream.
func (s *remoteStream) Next(ctx context.Context) (table.Entity, bool, error) {
	if err := s.before(ctx); err != nil {
		return table.Entity{}, false, err
	}
	r := s.ask(read{s.at.Self(), s.number})
	if r.More {
		s.next = r.Row.Key.Next()
	}
	s.ended = r.Err == nil && !r.More
	return r.Row, r.More, r.Err
}

// Continuation implements table.Stream.
func (s *remoteStream) Continuation() (table.Key, bool) { return s.next, !s.ended }

// Close implements table.Stream.
func (s *remoteStream) Close() error {
	s.at.Send(s.tables, closing{s.number})
	return nil
}
