package table

import (
	"context"
	"iter"
)

// Table is a table. Its methods may be called concurrently, except where a stream says otherwise.
//
// A context that is done before a batch was sent makes Execute return the context's error, and the batch does not take
// place; later it is [ErrIndeterminate]. Entities, properties and batches are copied on the way in and on the way out.
type Table interface {
	// Execute runs a batch atomically and returns a result for each operation. If an operation fails nothing has
	// changed, and the error is an [*Error] of kind ErrNotFound, ErrConflict or ErrPreconditionFailed with the index
	// of the first one that does.
	Execute(ctx context.Context, b Batch) ([]Result, error)

	// QueryAtomic returns the rows that match, of one instant, in the order of their keys.
	QueryAtomic(ctx context.Context, q AtomicQuery) ([]Entity, error)

	// QueryStream opens a stream of the rows that match. ctx is for the opening only. The stream must be closed.
	QueryStream(ctx context.Context, q Query) (Stream, error)

	// Capabilities says what the table can do beyond what all can.
	Capabilities() Capabilities
}

// Capabilities are what not every table can do.
type Capabilities struct {
	// DeleteIfExists may be one of several operations of a batch. Without it, it must be the only one.
	DeleteIfExistsInBatch bool
}

// AtomicQuery asks for rows of one partition.
type AtomicQuery struct {
	Partition string
	Filter    Filter
}

// Validate returns an [ErrInvalidArgument] if no table takes q.
func (q AtomicQuery) Validate() error {
	if err := (Key{Partition: q.Partition}).Validate(); err != nil {
		return Invalid(NoOp, "%w", err)
	}
	return q.Filter.Validate()
}

// Query asks for rows of all partitions, from a key on.
type Query struct {
	From   Key // the zero Key is the first one
	Filter Filter
}

// Validate returns an [ErrInvalidArgument] if no table takes q. From may be what [Key.Next] returns.
func (q Query) Validate() error {
	from := q.From
	if n := len(from.Row); n > 0 && from.Row[n-1] == ' ' {
		from.Row = from.Row[:n-1]
	}
	if err := from.Validate(); err != nil {
		return Invalid(NoOp, "start of the stream: %w", err)
	}
	return q.Filter.Validate()
}

// Stream is the result of a streamed query. At most one call may be under way at a time; Close may be deferred, and may
// be called again.
type Stream interface {
	// Next returns the next row, and false after the last one. After an error the stream is only good to be closed.
	Next(ctx context.Context) (Entity, bool, error)

	// Continuation returns a key from which a new query would return the rest: above that of the last row returned, not
	// above that of the next one, and never lower than before. It returns false if the stream knows that it has ended;
	// there may be no more rows all the same when it returns true.
	Continuation() (Key, bool)

	// Close frees what the stream holds. Next fails with ErrClosed afterwards.
	Close() error
}

// Do executes a batch of one operation. The error is about no index.
func Do(ctx context.Context, t Table, op Op) (Result, error) {
	results, err := t.Execute(ctx, Batch{op})
	if err != nil {
		if e, ok := err.(*Error); ok && e.Op != NoOp {
			single := *e
			single.Op = NoOp
			return Result{}, &single
		}
		return Result{}, err
	}
	return results[0], nil
}

// Get reads one row, and reports whether it is there.
func Get(ctx context.Context, t Table, k Key) (Entity, bool, error) {
	rows, err := t.QueryAtomic(ctx, AtomicQuery{k.Partition, Compared(RowKey, EQ, Text(k.Row))})
	if err != nil || len(rows) == 0 {
		return Entity{}, false, err
	}
	return rows[0], true, nil
}

// Rows returns the rest of a stream for a range loop, and closes the stream when the loop ends. An error comes last.
func Rows(ctx context.Context, s Stream) iter.Seq2[Entity, error] {
	return func(yield func(Entity, error) bool) {
		defer s.Close()
		for {
			e, ok, err := s.Next(ctx)
			if err != nil {
				yield(Entity{}, err)
				return
			}
			if !ok || !yield(e, nil) {
				return
			}
		}
	}
}

// ReadAll returns the rows of a streamed query.
func ReadAll(ctx context.Context, t Table, q Query) ([]Entity, error) {
	s, err := t.QueryStream(ctx, q)
	if err != nil {
		return nil, err
	}
	var rows []Entity
	for e, err := range Rows(ctx, s) {
		if err != nil {
			return nil, err
		}
		rows = append(rows, e)
	}
	return rows, nil
}
