package mtable

import (
	"context"
	"slices"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// QueryAtomic implements [table.Table].
func (t *Table) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	if err := checkFilter(q.Filter); err != nil {
		return nil, err
	}
	c, end, err := t.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	switch c.state {
	case config.UseOld:
		return c.readOne(t.old, q)
	case config.PreferOld, config.PreferNew:
		return c.readBoth(q)
	}
	return c.readOne(t.new, q)
}

// readOne reads one table.
func (c *call) readOne(from table.Table, q table.AtomicQuery) ([]table.Entity, error) {
	rows, err := c.query(from, q.Partition, q.Filter)
	if err != nil {
		return nil, err
	}
	c.annotate(lp)
	return exported(rows, q.Filter), nil
}

// readBoth reads the old table and, if the partition has been switched, the new one. The order is essential: once the
// partition is seen switched the rows read in the old table do not change any more.
func (c *call) readBoth(q table.AtomicQuery) ([]table.Entity, error) {
	isMeta := table.Compared(table.RowKey, table.EQ, table.Text(metaRow))
	old, err := c.query(c.table.old, q.Partition, table.Or(isMeta, q.Filter))
	if err != nil {
		return nil, err
	}
	state := populated // an untouched partition is read like a populated one
	if at := slices.IndexFunc(old, func(e table.Entity) bool { return e.Row == metaRow }); at >= 0 {
		if state, err = partitionState(old[at]); err != nil {
			return nil, err
		}
	}
	if state == populated {
		c.annotate(lp)
		return exported(old, q.Filter), nil
	}
	c.annotate(step)

	// A row or a tombstone that does not match hides an old row that does. Only those with other keys may be left out.
	shadows := q.Filter.Keys()
	if c.table.options.Bugs.Has(bug.QueryAtomicFilterShadowing) {
		shadows = table.Or(isMeta, q.Filter)
	}
	fresh, err := c.query(c.table.new, q.Partition, shadows)
	if err != nil {
		return nil, err
	}
	c.annotate(lp)
	return exported(overlay(old, fresh), q.Filter), nil
}

// overlay returns the rows of both, and the new one where there are two of a key. Both are in the order of keys, and so is
// the result.
func overlay(old, fresh []table.Entity) []table.Entity {
	all := make([]table.Entity, 0, len(old)+len(fresh))
	for len(old) > 0 && len(fresh) > 0 {
		switch c := old[0].Key.Compare(fresh[0].Key); {
		case c < 0:
			all, old = append(all, old[0]), old[1:]
		case c > 0:
			all, fresh = append(all, fresh[0]), fresh[1:]
		default:
			old = old[1:]
		}
	}
	return append(append(all, old...), fresh...)
}
