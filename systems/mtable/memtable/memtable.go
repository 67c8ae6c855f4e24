// Package memtable is a table in memory.
//
// Rows are in one sorted slice behind a mutex: reading is a binary search, inserting and deleting move the rows behind.
// That is fast up to some hundred thousand rows, and holds few surprises for tests that explore every interleaving.
//
// Streams hold no snapshot. Each row is read when it is asked for.
package memtable

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/internal/rowop"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Options say how a table is to be. The zero Options are good for one table; if rows move between tables give each a prefix
// of its own, so that one's ETags mean nothing to the other.
type Options struct {
	// ETagPrefix begins every ETag. A counter follows.
	ETagPrefix string
	// Clock gives the rows their timestamps, if not nil.
	Clock func() time.Time
}

// Table is a table in memory. Make it with [New].
type Table struct {
	options Options

	mu      sync.Mutex
	rows    []*row // ascending
	version uint64 // of the newest ETag
	streams int    // that are open
}

// row is a version of a row. It is never modified.
type row struct {
	table.Entity
}

var _ table.Table = (*Table)(nil)

// New returns an empty table.
func New(o Options) *Table { return &Table{options: o} }

// Capabilities are all that there are.
func (t *Table) Capabilities() table.Capabilities {
	return table.Capabilities{DeleteIfExistsInBatch: true}
}

// find returns the place of a key, and whether there is a row with it.
func (t *Table) find(k table.Key) (int, bool) {
	return slices.BinarySearchFunc(t.rows, k, func(r *row, k table.Key) int { return r.Key.Compare(k) })
}

// Execute implements [table.Table].
func (t *Table) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	if err := b.Validate(table.MaxBatch); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, op := range b {
		var old table.Entity
		at, exists := t.find(op.Key)
		if exists {
			old = t.rows[at].Entity
		}
		if kind := rowop.Check(op, exists, old.ETag); kind != nil {
			return nil, table.Failed(kind, i)
		}
		if err := rowop.Fits(op, old.Properties); err != nil {
			return nil, table.Invalid(i, "%w", err)
		}
	}
	results := make([]table.Result, len(b))
	for i, op := range b {
		results[i] = table.Result{Status: op.Status(), ETag: t.apply(op)}
	}
	return results, nil
}

// apply carries op out and returns the new ETag.
func (t *Table) apply(op table.Op) table.ETag {
	at, exists := t.find(op.Key)
	if op.Kind.Deletes() {
		if exists {
			t.rows = slices.Delete(t.rows, at, at+1)
		}
		return ""
	}
	t.version++
	r := &row{table.Entity{Key: op.Key, ETag: table.ETag(t.options.ETagPrefix + strconv.FormatUint(t.version, 10))}}
	if t.options.Clock != nil {
		r.Timestamp = t.options.Clock()
	}
	if exists {
		r.Properties = rowop.Apply(op, t.rows[at].Properties)
		t.rows[at] = r
	} else {
		r.Properties = rowop.Apply(op, nil)
		t.rows = slices.Insert(t.rows, at, r)
	}
	return r.ETag
}

// QueryAtomic implements [table.Table].
func (t *Table) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	low, high, bounded := q.Filter.Bounds()
	t.mu.Lock()
	defer t.mu.Unlock()
	var found []table.Entity
	at, _ := t.find(table.Key{Partition: q.Partition, Row: low})
	for _, r := range t.rows[at:] {
		if r.Partition != q.Partition || bounded && table.Compare(r.Row, high) > 0 {
			break
		}
		if q.Filter.Matches(r.Entity) {
			found = append(found, r.Clone())
		}
	}
	return found, nil
}

// Dump returns all rows.
func (t *Table) Dump() []table.Entity {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]table.Entity, len(t.rows))
	for i, r := range t.rows {
		all[i] = r.Clone()
	}
	return all
}

// OpenStreams returns the number of streams that have not been closed.
func (t *Table) OpenStreams() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.streams
}
