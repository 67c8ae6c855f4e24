package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/bolttable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// place is the directory with everything in it.
type place struct {
	old, new, config table.Table
	journals         []*journal
	stores           []*bolttable.Store
}

func (p *place) close() {
	for _, s := range p.stores {
		_ = s.Close()
	}
	for _, j := range p.journals {
		_ = j.file.Close()
	}
}

func openPlace(s *settings) (p *place, err error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, err
	}
	p = &place{}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	for _, one := range []struct {
		file string
		is   *table.Table
	}{{"old.db", &p.old}, {"new.db", &p.new}, {"config.db", &p.config}} {
		store, err := bolttable.Open(filepath.Join(s.Dir, one.file), bolttable.Options{Timeout: 5 * time.Second})
		if err != nil {
			return nil, fmt.Errorf("%w (is another run using %s?)", err, s.Dir)
		}
		p.stores = append(p.stores, store)
		if *one.is, err = store.Table("rows"); err != nil {
			return nil, err
		}
	}
	for i := range s.Writers {
		j, err := openJournal(filepath.Join(s.Dir, writerPartition(i)+".journal"))
		if err != nil {
			return nil, err
		}
		p.journals = append(p.journals, j)
	}
	return p, nil
}

// setUp is the row of the configuration's table that says how the table was filled.
var setUp = table.Key{Partition: "movetable", Row: "set up"}

// fill puts the first rows into the old table, unless that has been done. A run that is killed before it is done does it again.
func (p *place) fill(ctx context.Context, s *settings) error {
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

// move moves the table under load, and verifies it.
func move(ctx context.Context, s *settings, out, messages io.Writer) error {
	p, err := openPlace(s)
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
	member, err := shared.Join(ctx)
	if err != nil {
		return err
	}
	t, err := mtable.New(p.old, p.new, member, mtable.Options{})
	if err != nil {
		return err
	}
	l := &load{}
	l.start(ctx, p, patient{t}, s.Rows)
	report, err := migrate(ctx, p, shared, l, s, messages)
	err = errors.Join(err, l.end())
	if leave := member.Close(context.WithoutCancel(ctx)); err == nil {
		err = leave
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "copied %d rows, removed %d; meanwhile %d writes and %d scans\n", report.Copied, report.Removed, l.writes.Load(), l.scans.Load())
	return p.verify(ctx, s, out)
}

// migrate runs the migrator, and shows how far it is. One that has lost its lease, in a busy moment, begins again.
func migrate(ctx context.Context, p *place, shared *config.Shared, l *load, s *settings, messages io.Writer) (mtable.Report, error) {
	bar := newProgress(s, messages)
	defer bar.line.Close()
	m, err := mtable.NewMigrator(p.old, p.new, shared, mtable.MigratorOptions{
		Progress: func(in config.State, r mtable.Report) { bar.show(in, r, l) },
	})
	if err != nil {
		return mtable.Report{}, err
	}
	ctx = l.watch(ctx)
	for {
		report, err := m.Migrate(ctx)
		if ctx.Err() != nil || !errors.Is(err, config.ErrLeaseLost) && !errors.Is(err, config.ErrFenced) {
			return report, err
		}
	}
}

// load are the users of the table.
type load struct {
	writes, scans atomic.Int64
	stop          context.CancelFunc
	users         sync.WaitGroup
	mu            sync.Mutex
	errs          []error
	broken        context.CancelCauseFunc // ends the migration
}

func (l *load) start(ctx context.Context, p *place, t table.Table, rows int) {
	ctx, l.stop = context.WithCancel(ctx)
	user := func(f func() error) {
		l.users.Go(func() {
			if err := f(); err != nil {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.errs = append(l.errs, err)
				if l.broken != nil {
					l.broken(err)
				}
			}
		})
	}
	for i, j := range p.journals {
		w := &writer{t, writerPartition(i), j, &l.writes}
		user(func() error { return w.run(ctx) })
	}
	user(func() error { return scan(ctx, t, rows, &l.scans) })
}

// watch returns a context that also ends when a user has found something wrong.
func (l *load) watch(ctx context.Context) context.Context {
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx, l.broken = context.WithCancelCause(ctx)
	if len(l.errs) > 0 {
		l.broken(l.errs[0])
	}
	return ctx
}

// end lets the users finish what they are doing.
func (l *load) end() error {
	l.stop()
	l.users.Wait()
	return errors.Join(l.errs...)
}
