package config

import (
	"context"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// sharedLeader is the leader of a Shared.
type sharedLeader struct {
	shared *Shared
	lease  *lease
	ctx    context.Context
	free   context.CancelCauseFunc
	epoch  int64
	done   chan struct{} // closed when renew has returned

	// Of the goroutine that renews, until done is closed.
	id   string
	beat int64
	etag table.ETag
}

// Lead implements [Controller]. It takes over from a leader whose lease has ended.
func (s *Shared) Lead(ctx context.Context) (Leader, error) {
	var other silence
	for {
		l, err := s.elect(ctx, &other)
		if err != nil {
			return nil, err
		}
		if l != nil {
			return l, nil
		}
		if err := sleep(ctx, s.options.Poll); err != nil {
			return nil, err
		}
	}
}

// elect tries to become leader. It returns nil if there is another one, or somebody was faster.
func (s *Shared) elect(ctx context.Context, other *silence) (*sharedLeader, error) {
	leader, there, err := table.Get(ctx, s.table, s.leadKey)
	if err != nil {
		return nil, fmt.Errorf("config: read the leader: %w", err)
	}
	if there && !other.over(leader.ETag, s.options.Lease) {
		return nil, nil
	}
	st, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	l := &sharedLeader{shared: s, id: newID(), epoch: st.epoch + 1, done: make(chan struct{})}
	take := table.Insert(s.leadKey, l.row())
	if there {
		take = table.Replace(s.leadKey, l.row(), table.Exactly(leader.ETag))
	}
	asked := time.Now()
	results, err := s.table.Execute(ctx, table.Batch{take,
		table.Merge(s.stateKey, table.Properties{propEpoch: table.Int64(l.epoch)}, table.Exactly(st.etag))})
	switch {
	case lost(err):
		return nil, nil
	case err != nil:
		// If it did take place nobody renews the lease, and somebody takes over when it has ended.
		return nil, fmt.Errorf("config: become leader: %w", err)
	}
	l.etag = results[0].ETag
	l.lease = newLease(ctx, s.until(asked))
	l.ctx, l.free = l.lease.within(ctx)
	go l.renew()
	return l, nil
}

func (l *sharedLeader) row() table.Properties {
	return table.Properties{propID: table.Text(l.id), propEpoch: table.Int64(l.epoch), propBeat: table.Int64(l.beat)}
}

// renew renews the lease until it ends.
func (l *sharedLeader) renew() {
	defer close(l.done)
	tick := time.NewTicker(l.shared.interval())
	defer tick.Stop()
	for {
		select {
		case <-l.lease.ctx.Done():
			return
		case <-tick.C:
			l.renewOnce()
		}
	}
}

func (l *sharedLeader) renewOnce() {
	ctx, cancel := context.WithTimeout(l.lease.ctx, l.shared.interval())
	defer cancel()
	r := renewal{table: l.shared.table, key: l.shared.leadKey, etag: l.etag}
	extended := r.write(ctx, func() table.Properties {
		l.beat++
		return l.row()
	}, func(row table.Entity) bool {
		id, _ := row.Properties[propID].Text()
		return id == l.id
	})
	l.etag = r.etag
	switch {
	case extended:
		l.lease.extend(l.shared.until(r.asked))
	case r.gone:
		l.lease.end(ErrFenced)
	}
}

func (l *sharedLeader) Context() context.Context { return l.ctx }

func (l *sharedLeader) State(ctx context.Context) (State, error) {
	ctx, cancel := both(ctx, l.ctx)
	defer cancel(nil)
	st, err := l.read(ctx)
	return st.state, err
}

// read reads the state, and fails if there is another leader.
func (l *sharedLeader) read(ctx context.Context) (stored, error) {
	if l.ctx.Err() != nil {
		return stored{}, context.Cause(l.ctx)
	}
	st, err := l.shared.read(ctx)
	if err == nil && st.epoch != l.epoch {
		l.lease.end(ErrFenced)
		return stored{}, fmt.Errorf("%w: epoch %d after %d", ErrFenced, st.epoch, l.epoch)
	}
	return st, err
}

// Push implements [Leader].
func (l *sharedLeader) Push(ctx context.Context, to State) error {
	ctx, cancel := both(ctx, l.ctx)
	defer cancel(nil)
	st, err := l.read(ctx)
	if err != nil {
		return err
	}
	if err := checkPush(st.state, to, l.shared.options.Bugs); err != nil {
		return err
	}
	if err := l.reached(ctx, st.state); err != nil {
		return err
	}
	if to != st.state {
		if err := l.store(ctx, st, to); err != nil {
			return err
		}
	}
	return l.reached(ctx, to)
}

// store changes the state. Only leaders write the state's row, so a row that has changed is another leader's.
func (l *sharedLeader) store(ctx context.Context, st stored, to State) error {
	if l.ctx.Err() != nil {
		return context.Cause(l.ctx)
	}
	_, err := table.Do(ctx, l.shared.table, table.Merge(l.shared.stateKey,
		table.Properties{propState: table.Int32(int32(to))}, table.Exactly(st.etag)))
	switch {
	case lost(err):
		if _, err := l.read(ctx); err != nil {
			return err
		}
		return fmt.Errorf("config: the state has been changed by somebody who is no leader")
	case err != nil:
		return fmt.Errorf("config: store the state: %w", err)
	}
	return nil
}

// reached waits until each member acts in a state, or has let its lease end.
func (l *sharedLeader) reached(ctx context.Context, want State) error {
	s := l.shared
	silent := make(map[table.Key]*silence)
	members := table.AtomicQuery{Partition: s.options.Partition, Filter: table.And(
		table.Compared(table.RowKey, table.GE, table.Text(memberPrefix)),
		table.Compared(table.RowKey, table.LT, table.Text(afterMembers)))}
	for {
		rows, err := s.table.QueryAtomic(ctx, members)
		if err != nil {
			return fmt.Errorf("config: read the members: %w", err)
		}
		waiting := false
		for _, row := range rows {
			acted, ok := row.Properties[propActed].Int32()
			if ok && State(acted) >= want {
				continue
			}
			waiting = true
			if silent[row.Key] == nil {
				silent[row.Key] = new(silence)
			}
			if !silent[row.Key].over(row.ETag, s.options.Lease) {
				continue
			}
			_, err := table.Do(ctx, s.table, table.Delete(row.Key, table.Exactly(row.ETag)))
			if err != nil && !lost(err) {
				return fmt.Errorf("config: strike a member out whose lease has ended: %w", err)
			}
		}
		if !waiting {
			return nil
		}
		if err := sleep(ctx, s.options.Poll); err != nil {
			return err
		}
	}
}

// Resign implements [Leader].
func (l *sharedLeader) Resign() {
	l.lease.end(ErrClosed)
	<-l.done
	l.free(ErrClosed)
	if !l.lease.left() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), l.shared.interval())
	defer cancel()
	// If this fails the next leader waits until the lease has ended.
	_, _ = table.Do(ctx, l.shared.table, table.Delete(l.shared.leadKey, table.Exactly(l.etag)))
}
