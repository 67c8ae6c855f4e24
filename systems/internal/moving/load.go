package moving

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Every writer has a partition of its own, so that its journal knows what is in it. The rows that are there at first are
// in another one, which nobody changes.
const (
	basePartition = "base"
	writerRows    = 40
	number        = "number"
)

func writerPartition(i int) string { return fmt.Sprint("writer", i) }

func baseKey(i int) table.Key {
	return table.Key{Partition: basePartition, Row: fmt.Sprintf("row%06d", i)}
}

func numbered(n int64) table.Properties { return table.Properties{number: table.Int64(n)} }

// writer writes to its rows, one after the other, and reads each before.
type writer struct {
	table     table.Table
	partition string
	journal   *journal
	writes    *atomic.Int64
}

// run writes until ctx is done. The error is about what was found, or about the disk.
func (w *writer) run(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := w.once(ctx, fmt.Sprintf("row%02d", rand.IntN(writerRows))); err != nil && ctx.Err() == nil {
			return fmt.Errorf("%s: %w", w.partition, err)
		}
	}
	return nil
}

// once reads a row, which must be as the journal says, and writes it.
func (w *writer) once(ctx context.Context, row string) error {
	k := table.Key{Partition: w.partition, Row: row}
	e, there, err := table.Get(ctx, w.table, k)
	if err != nil {
		return passing(err)
	}
	n, _ := e.Properties[number].Int64()
	r := w.journal.row(row)
	if !r.may(n, there) {
		return fmt.Errorf("%w: row %v has the number %d (there: %v), the journal says %v, or else %v", errWrong, k, n, there, r.last, r.pending)
	}
	if r.pending != nil { // what has become of it is known now
		if err := w.journal.add("did", row, version{max(n, r.last.number), there}); err != nil {
			return err
		}
	}
	v := version{w.journal.next, !there || rand.IntN(4) > 0}
	op := table.Insert(k, numbered(v.number))
	switch {
	case there && !v.there:
		op = table.Delete(k, table.Exactly(e.ETag))
	case there:
		op = table.Replace(k, numbered(v.number), table.Exactly(e.ETag))
	}
	if err := w.journal.add("try", row, v); err != nil {
		return err
	}
	return w.write(ctx, op, row, v)
}

// write executes the operation and notes what is known of it. Nobody else writes to the row, so that a batch that did not take
// place is due to an ETag that has changed as the row was moved.
func (w *writer) write(ctx context.Context, op table.Op, row string, v version) error {
	_, err := table.Do(ctx, w.table, op)
	switch {
	case err == nil:
		w.writes.Add(1)
		return w.journal.add("did", row, v)
	case errors.Is(err, table.ErrPreconditionFailed):
		return w.journal.add("did", row, w.journal.row(row).last)
	}
	return passing(err)
}

// passing is nil for errors after which one goes on: it is not known what has happened, and the next read tells.
func passing(err error) error {
	for _, kind := range []error{table.ErrIndeterminate, table.ErrUnavailable, table.ErrContention} {
		if errors.Is(err, kind) {
			return nil
		}
	}
	return err
}

// scan streams through the table until ctx is done. The rows of the base partition never change, so that each stream has to
// return all of them, in order.
func scan(ctx context.Context, t table.Table, rows int, scans *atomic.Int64) error {
	for ctx.Err() == nil {
		if err := scanOnce(ctx, t, rows); err != nil && ctx.Err() == nil {
			return fmt.Errorf("reader: %w", err)
		}
		scans.Add(1)
	}
	return nil
}

func scanOnce(ctx context.Context, t table.Table, rows int) error {
	s, err := t.QueryStream(ctx, table.Query{})
	if err != nil {
		return err
	}
	seen := 0
	var last table.Key
	for e, err := range table.Rows(ctx, s) {
		if err != nil {
			return err
		}
		if last.Compare(e.Key) >= 0 {
			return fmt.Errorf("%w: a stream returned %v after %v", errWrong, e.Key, last)
		}
		last = e.Key
		if e.Partition == basePartition {
			if want := baseKey(seen); e.Key != want {
				return fmt.Errorf("%w: a stream returned %v, and not %v", errWrong, e.Key, want)
			}
			seen++
		}
	}
	if seen != rows {
		return fmt.Errorf("%w: a stream returned %d of %d rows that nobody changes", errWrong, seen, rows)
	}
	return nil
}
