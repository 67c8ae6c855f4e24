package mtable

import (
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// copyAll copies the old table. All clients are in PreferNew and write to the old table no more, so that a row that was read
// is still the same when its partition is switched. Partitions without rows are left to whoever writes to them.
func (r *run) copyAll() error {
	m := r.migrator
	rows, err := m.old.QueryStream(r.ctx, table.Query{})
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	o := &Options{Monitor: m.options.Monitor, Bugs: m.options.Bugs}
	s := &switcher{ctx: r.ctx, old: m.old, options: o}
	var partition string
	for first := true; ; {
		row, more, err := rows.Next(r.ctx)
		if err != nil || !more {
			return err
		}
		if reserved(row.Row) {
			continue
		}
		if first || row.Partition != partition {
			first, partition = false, row.Partition
			err := s.ensureSwitched(partition)
			r.unsettled = r.unsettled || s.unsettled
			if err != nil {
				return err
			}
			if m.options.Bugs.Has(bug.InsertBehindMigrator) {
				// The best that can be done while clients still write to partitions that have not been switched.
				again, err := m.old.QueryStream(r.ctx, table.Query{From: table.Key{Partition: partition}})
				if err != nil {
					return err
				}
				_ = rows.Close()
				rows = again
				continue
			}
		}
		copied, unsettled, err := copyRow(r.ctx, m.new, o, row)
		r.unsettled = r.unsettled || unsettled
		if err != nil {
			return err
		}
		r.report.Scanned++
		if copied {
			r.report.Copied++
		}
		r.progress(config.PreferNew)
	}
}
