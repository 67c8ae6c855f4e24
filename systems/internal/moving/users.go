package moving

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// load are the users of the table.
type load struct {
	writes, scans atomic.Int64
	stop          context.CancelFunc
	users         sync.WaitGroup
	mu            sync.Mutex
	errs          []error
	broken        context.CancelCauseFunc // ends the migration
}

// join makes this process a client and starts its users. The result makes it leave.
func (l *load) join(ctx context.Context, p *place, shared *config.Shared, s *settings, settle time.Duration) (leave func() error, err error) {
	member, err := shared.Join(ctx)
	if err != nil {
		return nil, err
	}
	t, err := mtable.New(p.old, p.new, member, mtable.Options{Settle: settle})
	if err != nil {
		return nil, err
	}
	l.start(ctx, p, patient{t}, s)
	return func() error { return member.Close(context.WithoutCancel(ctx)) }, nil
}

func (l *load) start(ctx context.Context, p *place, t table.Table, s *settings) {
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
		w := &writer{t, writerPartition(s.clients()[i]), j, &l.writes}
		user(func() error { return w.run(ctx) })
	}
	user(func() error { return scan(ctx, t, s.Rows, &l.scans) })
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
	if l.stop == nil {
		return nil
	}
	l.stop()
	l.users.Wait()
	return errors.Join(l.errs...)
}
