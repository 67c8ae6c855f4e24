package spectable

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Options say how a table is to be.
type Options struct {
	// ETagPrefix begins every ETag. A counter follows.
	ETagPrefix string
	// Choose returns a number from 0 to n-1, and is asked whenever a stream may return one of n things. Without it streams
	// return the newest version of the next row. It is called with the table locked.
	Choose func(n int) int
}

// Table is a table with a history. Make it with [New].
type Table struct {
	options Options

	mu      sync.Mutex
	history []dump // one for each revision, of which the first is empty
	version int    // of the newest ETag
}

// dump is all rows at one instant, in the order of their keys. Neither it nor its rows are ever modified.
type dump []table.Entity

var _ table.Table = (*Table)(nil)

// New returns an empty table, at revision 0.
func New(o Options) *Table { return &Table{options: o, history: []dump{nil}} }

// Capabilities are all that there are.
func (t *Table) Capabilities() table.Capabilities {
	return table.Capabilities{DeleteIfExistsInBatch: true}
}

// Revision returns the number of changes so far.
func (t *Table) Revision() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.history) - 1
}

// Dump returns all rows.
func (t *Table) Dump() []table.Entity {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.now().matching(table.Query{})
}

func (t *Table) now() dump { return t.history[len(t.history)-1] }

// Execute implements [table.Table].
func (t *Table) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return t.execute(b, nil)
}

// Mirror carries out a batch that has succeeded elsewhere, with these results: rows get the ETags they have there. It is an
// error if the batch should not have succeeded, or not with these results.
func (t *Table) Mirror(b table.Batch, results []table.Result) error {
	if len(results) != len(b) {
		return fmt.Errorf("spectable: %d results for a batch of %d", len(results), len(b))
	}
	for i, op := range b {
		if r := results[i]; r.Status != op.Status() || (r.ETag == "") != op.Kind.Deletes() {
			return fmt.Errorf("spectable: operation %d, %v, has the result %+v", i, op, r)
		}
	}
	_, err := t.execute(b, results)
	return err
}

// execute runs a batch on a copy of the rows, one operation after the other. If forced is not nil the new ETags are those.
func (t *Table) execute(b table.Batch, forced []table.Result) ([]table.Result, error) {
	if err := b.Validate(table.MaxBatch); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	rows := slices.Clone(t.now())
	version := t.version
	results := make([]table.Result, len(b))
	for i, op := range b {
		version++
		etag := table.ETag(fmt.Sprint(t.options.ETagPrefix, version))
		if forced != nil {
			etag = forced[i].ETag
		}
		if op.Kind.Deletes() {
			etag = ""
		}
		var kind error
		if rows, kind = rows.after(op, etag); kind != nil {
			return nil, table.Failed(kind, i)
		}
		results[i] = table.Result{Status: op.Status(), ETag: etag}
	}
	t.version = version
	t.history = append(t.history, rows)
	return results, nil
}

// after returns the rows after one operation, or the kind of its error. It may overwrite the dump, not its rows.
func (d dump) after(op table.Op, etag table.ETag) (dump, error) {
	at := slices.IndexFunc(d, func(e table.Entity) bool { return e.Key == op.Key })
	fresh := table.Entity{Key: op.Key, ETag: etag, Properties: op.Properties.Clone()}
	if at < 0 {
		switch op.Kind {
		case table.OpReplace, table.OpMerge, table.OpDelete:
			return nil, table.ErrNotFound
		case table.OpDeleteIfExists:
			return d, nil
		}
		behind := slices.IndexFunc(d, func(e table.Entity) bool { return e.Key.Compare(op.Key) > 0 })
		if behind < 0 {
			behind = len(d)
		}
		return slices.Insert(d, behind, fresh), nil
	}
	switch op.Kind {
	case table.OpInsert:
		return nil, table.ErrConflict
	case table.OpReplace, table.OpMerge, table.OpDelete:
		if want, one := op.IfMatch.ETag(); one && want != d[at].ETag {
			return nil, table.ErrPreconditionFailed
		}
	}
	switch op.Kind {
	case table.OpDelete, table.OpDeleteIfExists:
		return slices.Delete(d, at, at+1), nil
	case table.OpMerge, table.OpInsertOrMerge:
		for name, v := range d[at].Properties {
			if _, ok := op.Properties[name]; !ok {
				fresh.Properties[name] = v
			}
		}
		if fresh.Properties.Validate() != nil {
			return nil, table.ErrInvalidArgument
		}
	}
	d[at] = fresh
	return d, nil
}

// SetETag gives a row another ETag, as tables may do that move rows about. It is an error if the row is not there.
func (t *Table) SetETag(k table.Key, etag table.ETag) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	rows := slices.Clone(t.now())
	at := slices.IndexFunc(rows, func(e table.Entity) bool { return e.Key == k })
	if at < 0 {
		return fmt.Errorf("spectable: row %v has got the ETag %q, but is not there", k, etag)
	}
	rows[at].ETag = etag
	t.history = append(t.history, rows)
	return nil
}

// QueryAtomic implements [table.Table].
func (t *Table) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	one := table.Compared(table.PartitionKey, table.EQ, table.Text(q.Partition))
	return t.now().matching(table.Query{Filter: table.And(one, q.Filter)}), nil
}

// matching returns copies of the rows that match.
func (d dump) matching(q table.Query) []table.Entity {
	var found []table.Entity
	for _, e := range d {
		if e.Key.Compare(q.From) >= 0 && q.Filter.Matches(e) {
			found = append(found, e.Clone())
		}
	}
	return found
}
