package bolttable

import (
	"bytes"
	"context"

	bolt "go.etcd.io/bbolt"

	"github.com/ravelgo/ravel/systems/mtable/internal/rowop"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Table is a table in a file. A context is looked at before a call begins, not while it waits for the disk or for another
// batch.
type Table struct {
	store  *Store
	name   []byte
	prefix string // of ETags
}

var _ table.Table = (*Table)(nil)

// Capabilities are all that there are.
func (t *Table) Capabilities() table.Capabilities {
	return table.Capabilities{DeleteIfExistsInBatch: true}
}

func (t *Table) rows(tx *bolt.Tx) *bolt.Bucket { return tx.Bucket(t.name).Bucket(rowsBucket) }

// Execute implements [table.Table]. If the file cannot be written the outcome may be unknown.
func (t *Table) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	if err := b.Validate(table.MaxBatch); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var results []table.Result
	applied := false
	err := t.store.update(func(tx *bolt.Tx) (err error) {
		results, err = t.apply(t.rows(tx), b)
		applied = err == nil
		return err
	})
	switch {
	case err != nil && applied:
		return nil, table.Wrap(table.ErrIndeterminate, err, "bolttable: commit")
	case err != nil:
		return nil, translate(err)
	}
	return results, nil
}

// apply carries a batch out, one operation after the other. What it does is undone if it fails.
func (t *Table) apply(rows *bolt.Bucket, b table.Batch) ([]table.Result, error) {
	results := make([]table.Result, len(b))
	now := t.store.clock()
	for i, op := range b {
		key := encodeKey(op.Key)
		var old table.Entity
		value := rows.Get(key)
		if value != nil {
			var err error
			if old, err = t.entity(key, value); err != nil {
				return nil, err
			}
		}
		if kind := rowop.Check(op, value != nil, old.ETag); kind != nil {
			return nil, table.Failed(kind, i)
		}
		if err := rowop.Fits(op, old.Properties); err != nil {
			return nil, table.Invalid(i, "%w", err)
		}
		results[i].Status = op.Status()
		if op.Kind.Deletes() {
			if err := rows.Delete(key); err != nil {
				return nil, err
			}
			continue
		}
		version, err := rows.NextSequence()
		if err != nil {
			return nil, err
		}
		results[i].ETag = t.etag(version)
		r := record{version, now, rowop.Apply(op, old.Properties)}
		if err := rows.Put(key, r.encode()); err != nil {
			return nil, err
		}
	}
	return results, nil
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
	partition := encodeKey(table.Key{Partition: q.Partition})
	var found []table.Entity
	err := t.store.view(func(tx *bolt.Tx) error {
		c := t.rows(tx).Cursor()
		key, value := c.Seek(encodeKey(table.Key{Partition: q.Partition, Row: low}))
		for ; key != nil && bytes.HasPrefix(key, partition); key, value = c.Next() {
			e, err := t.entity(key, value)
			if err != nil {
				return err
			}
			if bounded && table.Compare(e.Row, high) > 0 {
				break
			}
			if q.Filter.Matches(e) {
				found = append(found, e)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, translate(err)
	}
	return found, nil
}
