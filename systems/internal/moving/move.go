package moving

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ravelgo/ravel/systems/internal/filelock"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/bolttable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// place is the directory with everything in it.
type place struct {
	old, new, config table.Table
	journals         []*journal // of the clients in this process
	stores           []*bolttable.Store
}

func (p *place) close() {
	for _, s := range p.stores {
		_ = s.Close()
	}
	for _, j := range p.journals {
		j.close()
	}
}

func (c *Command) openPlace(ctx context.Context, s *settings) (*place, error) {
	p := &place{}
	if err := c.openAll(ctx, s, p); err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (c *Command) openAll(ctx context.Context, s *settings, p *place) (err error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	for _, one := range []struct {
		file string
		is   *table.Table
	}{{"old.db", &p.old}, {"new.db", &p.new}, {"config.db", &p.config}} {
		if one.is == &p.old && c.Old != nil {
			if p.old, err = c.Old(ctx); err != nil {
				return err
			}
			continue
		}
		store, err := bolttable.Open(filepath.Join(s.Dir, one.file), bolttable.Options{Shared: true})
		if err != nil {
			return err
		}
		p.stores = append(p.stores, store)
		if *one.is, err = store.Table("rows"); err != nil {
			return err
		}
	}
	for _, i := range s.clients() {
		j, err := openJournal(filepath.Join(s.Dir, writerPartition(i)+".journal"))
		if err != nil {
			return err
		}
		p.journals = append(p.journals, j)
	}
	return nil
}

// setUp is the row of the configuration's table that says how the table was filled.
var setUp = table.Key{Partition: "movetable", Row: "set up"}

// fill puts the first rows into the old table, unless that has been done. A run that is killed before it is done does it
// again; one at a time.
func (p *place) fill(ctx context.Context, s *settings) error {
	unlock, err := filelock.Lock(filepath.Join(s.Dir, "set-up.lock"))
	if err != nil {
		return err
	}
	defer unlock()
	e, done, err := table.Get(ctx, p.config, setUp)
	if err != nil {
		return err
	}
	if done {
		rows, _ := e.Properties["rows"].Int32()
		writers, _ := e.Properties["writers"].Int32()
		if int(rows) != s.Rows || int(writers) != s.Writers {
			return fmt.Errorf("%s was made with --rows=%d --writers=%d: run it with these, or name another directory", s.Dir, rows, writers)
		}
		return nil
	}
	for from := 0; from < s.Rows; from += table.MaxBatch {
		var b table.Batch
		for i := from; i < min(from+table.MaxBatch, s.Rows); i++ {
			b = append(b, table.InsertOrReplace(baseKey(i), numbered(int64(i))))
		}
		if _, err := p.old.Execute(ctx, b); err != nil {
			return err
		}
	}
	_, err = table.Do(ctx, p.config, table.Insert(setUp, table.Properties{
		"rows": table.Int32(int32(s.Rows)), "writers": table.Int32(int32(s.Writers))}))
	return err
}

// moved is the row of the configuration's table that says that the table has been moved.
var moved = table.Key{Partition: "movetable", Row: "moved"}

// move does what the settings say: move the table, use it meanwhile, and verify it.
func (c *Command) move(ctx context.Context, s *settings, out, messages io.Writer) error {
	p, err := c.openPlace(ctx, s)
	if err != nil {
		return err
	}
	defer p.close()
	if err := p.fill(ctx, s); err != nil {
		return err
	}
	shared, err := config.OpenShared(ctx, p.config, config.SharedOptions{Lease: s.Lease})
	if err != nil {
		return err
	}
	from, err := shared.State(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "begins in %v\n", from)
	l := &load{}
	leave := func() error { return nil }
	if !s.Migrator {
		if leave, err = l.join(ctx, p, shared, s, c.Settle); err != nil {
			return err
		}
	}
	var report mtable.Report
	if s.Client == nil {
		report, err = c.migrate(ctx, p, shared, l, s, messages)
	} else {
		err = p.waitUntilMoved(l.watch(ctx), s)
	}
	if err = errors.Join(err, l.end()); err != nil {
		_ = leave()
		return err
	}
	if err := leave(); err != nil {
		return err
	}
	switch {
	case s.Migrator:
		_, err = fmt.Fprintf(out, "copied %d rows, removed %d\n", report.Copied, report.Removed)
		return err
	case s.Client != nil:
		_, err = fmt.Fprintf(out, "the table has been moved; %d writes and %d scans\n", l.writes.Load(), l.scans.Load())
		return err
	}
	fmt.Fprintf(out, "copied %d rows, removed %d; meanwhile %d writes and %d scans\n", report.Copied, report.Removed, l.writes.Load(), l.scans.Load())
	return p.verify(ctx, s, out)
}

// waitUntilMoved returns when another process has moved the table.
func (p *place) waitUntilMoved(ctx context.Context, s *settings) error {
	for {
		_, done, err := table.Get(ctx, p.config, moved)
		if err != nil || done {
			return err
		}
		select {
		case <-time.After(s.Lease / 5):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// migrate runs the migrator, and shows how far it is. One that has lost its lease, in a busy moment, begins again.
func (c *Command) migrate(ctx context.Context, p *place, shared *config.Shared, l *load, s *settings, messages io.Writer) (mtable.Report, error) {
	rows, err := table.ReadAll(ctx, p.old, table.Query{})
	if err != nil {
		return mtable.Report{}, err
	}
	shows := newProgress(s, messages, len(rows))
	defer shows.line.Close()
	m, err := mtable.NewMigrator(p.old, p.new, shared, mtable.MigratorOptions{
		Settle:   c.Settle,
		Progress: func(in config.State, r mtable.Report) { shows.show(in, r, l.writes.Load()) },
	})
	if err != nil {
		return mtable.Report{}, err
	}
	ctx = l.watch(ctx)
	for {
		report, err := m.Migrate(ctx)
		switch {
		case err == nil:
			_, err = table.Do(ctx, p.config, table.InsertOrReplace(moved, nil))
			return report, err
		case ctx.Err() != nil || !errors.Is(err, config.ErrLeaseLost) && !errors.Is(err, config.ErrFenced):
			return report, err
		}
	}
}
