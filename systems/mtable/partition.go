package mtable

import (
	"context"

	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// markPopulated marks a partition before the first write to the old table in PreferOld. A partition that is marked stays as
// it is.
func (c *call) markPopulated(partition string) error {
	_, unsettled, err := repeatable(c.ctx, c.table.old, table.Batch{
		table.Insert(metaKey(partition), metaProperties(populated)),
		table.Insert(assertionKey(partition), nil),
	})
	c.unsettled = c.unsettled || unsettled
	if err == nil || failed(err, table.ErrConflict, 0) {
		c.annotate(step)
		return nil
	}
	return unexpected(err, "mark a partition as populated")
}

// switcher switches partitions. It belongs to one call, or to the migrator.
type switcher struct {
	ctx       context.Context
	old       table.Table
	options   *Options
	unsettled bool
}

func (c *call) ensureSwitched(partition string) error {
	s := &switcher{ctx: c.ctx, old: c.table.old, options: &c.table.options}
	err := s.ensureSwitched(partition)
	c.unsettled = c.unsettled || s.unsettled
	return err
}

func (s *switcher) execute(b table.Batch) error {
	_, unsettled, err := repeatable(s.ctx, s.old, b)
	s.unsettled = s.unsettled || unsettled
	return err
}

// ensureSwitched makes sure that nobody writes to a partition of the old table any more.
func (s *switcher) ensureSwitched(partition string) error {
	insert := table.Batch{table.Insert(metaKey(partition), metaProperties(switched))}
	if s.options.Bugs.Has(bug.EnsurePartitionSwitchedFromPopulated) {
		err := s.execute(insert)
		if err == nil || failed(err, table.ErrConflict, 0) {
			s.options.annotate(s.ctx, step)
			return nil
		}
		return unexpected(err, "switch a partition")
	}
	for {
		meta, marked, err := table.Get(s.ctx, s.old, metaKey(partition))
		if s.ctx.Err() != nil {
			return context.Cause(s.ctx)
		}
		if err != nil {
			return err
		}
		s.options.annotate(s.ctx, step)
		if marked {
			return s.switchMarked(meta)
		}
		err = s.execute(insert)
		if err != nil && !failed(err, table.ErrConflict, 0) {
			return unexpected(err, "switch an untouched partition")
		}
		s.options.annotate(s.ctx, step)
		if err == nil {
			return nil
		}
	}
}

// switchMarked switches a partition that has a meta row.
func (s *switcher) switchMarked(meta table.Entity) error {
	state, err := partitionState(meta)
	if err != nil || state == switched {
		return err
	}
	err = s.execute(table.Batch{
		table.Replace(meta.Key, metaProperties(switched), table.AnyETag()),
		table.Delete(assertionKey(meta.Partition), table.AnyETag()),
	})
	if err == nil || failed(err, table.ErrNotFound, 1) { // somebody else has switched it
		s.options.annotate(s.ctx, step)
		return nil
	}
	return unexpected(err, "switch a populated partition")
}

// copyRow copies a row of a switched partition to the new table, if the new table has none of its key.
func copyRow(ctx context.Context, to table.Table, o *Options, row table.Entity) (copied, unsettled bool, err error) {
	p := row.Properties
	if o.Bugs.Has(bug.DefectC) {
		p = withMark(p)
	}
	results, unsettled, err := repeatable(ctx, to, table.Batch{table.Insert(row.Key, p)})
	switch {
	case err == nil:
		o.annotate(ctx, Annotation{Changed: []ETagChange{{row.Key, results[0].ETag}}})
		return true, unsettled, nil
	case failed(err, table.ErrConflict, 0):
		o.annotate(ctx, step)
		return false, unsettled, nil
	}
	return false, unsettled, unexpected(err, "copy a row")
}

// withMark is DefectC: a live row with a mark that says so.
func withMark(p table.Properties) table.Properties {
	p = p.Clone()
	p[deletedProperty] = table.Bool(false)
	return p
}
