package mtable

import (
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// cleanNew removes what is left of the protocol from the new table. All clients are in UseNew and leave no more of it, so
// one scan is enough.
func (r *run) cleanNew() error {
	rows, err := r.migrator.new.QueryStream(r.ctx, table.Query{})
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for {
		row, more, err := rows.Next(r.ctx)
		if err != nil || !more {
			return err
		}
		if err := r.cleanRow(row); err != nil {
			return err
		}
	}
}

// cleanRow removes a tombstone, or the marks of a live row. Clients may get there first.
func (r *run) cleanRow(row table.Entity) error {
	to := r.migrator.new
	for there := true; there && marked(row); {
		op := table.Delete(row.Key, table.Exactly(row.ETag))
		live, isLive := export(row)
		if isLive {
			op = table.Replace(row.Key, live.Properties, table.Exactly(row.ETag))
		}
		result, err := r.execute(to, op)
		switch {
		case err == nil && isLive:
			r.annotate(Annotation{Changed: []ETagChange{{row.Key, result.ETag}}})
			r.report.Unmarked++
		case err == nil:
			r.annotate(step)
			r.report.Tombstones++
		case failed(err, table.ErrNotFound, 0):
			r.annotate(step)
		case failed(err, table.ErrPreconditionFailed, 0):
			r.annotate(step)
			if row, there, err = table.Get(r.ctx, to, row.Key); err != nil {
				return err
			}
			r.annotate(step)
			continue
		default:
			return unexpected(err, "remove a mark")
		}
		break
	}
	r.progress(config.UseNew)
	return nil
}

// cleanOld removes all rows from the old table, which nobody uses any more.
func (r *run) cleanOld() error {
	rows, err := r.migrator.old.QueryStream(r.ctx, table.Query{})
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for {
		row, more, err := rows.Next(r.ctx)
		if err != nil || !more {
			return err
		}
		_, err = r.execute(r.migrator.old, table.Delete(row.Key, table.Exactly(row.ETag)))
		gone := failed(err, table.ErrNotFound, 0) && !r.migrator.options.Bugs.Has(bug.DefectD)
		if err != nil && !gone {
			return unexpected(err, "remove a row of the old table")
		}
		r.annotate(step)
		if !gone {
			r.report.Removed++
		}
		r.progress(config.UseNew)
	}
}
