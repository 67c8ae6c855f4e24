package host

import (
	"context"
	"errors"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// incoming is a copy on its way into the user's state.
type incoming struct {
	next  int     // index of the part that is to come
	parts []*Copy // at most one, that was not taken yet
	over  bool    // Restore has returned, and the state is what it should be
}

// takeCopy takes a part of a copy. One that has come already is taken, too.
func (r *replica) takeCopy(ctx context.Context, c Copy) (CopyAnswer, error) {
	r.mu.Lock()
	idle := !r.closed && !r.closing && r.opened && r.role == service.RoleIdleSecondary && r.prim == nil
	if !idle || c.Epoch.Compare(r.sec.Fenced) < 0 || !r.fence(c.Epoch) {
		r.mu.Unlock()
		return CopyAnswer{}, ErrGone
	}
	r.leader = c.From
	r.mu.Unlock()
	if c.Offer != nil {
		return r.takeOffer(*c.Offer)
	}
	r.mu.Lock()
	in := r.copying
	if in == nil {
		r.mu.Unlock()
		return CopyAnswer{}, ErrGone
	}
	if c.Index == in.next {
		in.next++
		in.parts = append(in.parts, &c)
		r.changed.Broadcast()
	}
	r.mu.Unlock()
	return CopyAnswer{}, r.wait(ctx, func() bool {
		return len(in.parts) == 0 && (!c.End || in.over)
	})
}

// takeOffer decides what is needed: operations, or a snapshot.
func (r *replica) takeOffer(offer replication.Progress) (CopyAnswer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.copying != nil {
		return CopyAnswer{}, nil // it was decided, and the answer was lost
	}
	if r.following {
		return CopyAnswer{Partial: true, From: r.log.Last()}, nil
	}
	n := r.log.Progress().History.Common(offer.History)
	if r.keep != nil && n > 0 && n >= offer.Base {
		switch ok, err := r.rollback(n); {
		case err != nil:
			return CopyAnswer{}, ErrGone
		case ok:
			r.following, r.applying = true, true
			r.changed.Broadcast()
			return CopyAnswer{Partial: true, From: n}, nil
		}
	}
	if r.journal != nil {
		if err := r.journalDo(func() error { return r.journal.Reset(nil) }); err != nil {
			return CopyAnswer{}, ErrGone
		}
	}
	r.log.Reset(nil)
	r.stored, r.applied = 0, 0
	r.copying = &incoming{next: 1}
	r.work.Go(r.restore)
	return CopyAnswer{}, nil
}

// journalDo writes to the journal. An error ends the replica. The caller holds r.mu.
func (r *replica) journalDo(f func() error) error {
	r.journalMu.Lock()
	defer r.journalMu.Unlock()
	err := f()
	if err != nil {
		go r.fail("journal", err)
	}
	return err
}

// rollback takes back what is behind an operation. It reports whether that was possible. The caller holds r.mu.
func (r *replica) rollback(to service.LSN) (ok bool, err error) {
	if r.applied > to {
		r.busy = true
		r.mu.Unlock()
		err := r.call(func() error { return r.keep.Rollback(r.ctx, to) })
		r.mu.Lock()
		r.busy = false
		switch {
		case r.closed:
			return false, service.ErrClosed
		case errors.Is(err, service.ErrRebuild):
			return false, nil
		case err != nil:
			go r.fail("Rollback", err)
			return false, err
		}
		r.applied = to
	}
	if to < r.log.Base() {
		h := r.log.Progress().History.Prefix(to)
		r.log.Reset(h)
		err = r.journalDo(func() error { return r.journal.Reset(h) })
	} else if to < r.log.Last() {
		r.log.Cut(to)
		err = r.journalDo(func() error { return r.journal.Cut(to) })
	}
	r.stored = r.log.Last()
	return err == nil, err
}

// restore has the user restore a copy.
func (r *replica) restore() {
	r.mu.Lock()
	in := r.copying
	r.mu.Unlock()
	var end *Copy
	next := func() (*Copy, error) {
		r.turn.give()
		defer r.turn.take()
		if err := r.wait(r.ctx, func() bool { return len(in.parts) > 0 }); err != nil {
			return nil, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		c := in.parts[0]
		if c.End {
			return c, nil // it is taken when all is done
		}
		in.parts = nil
		r.changed.Broadcast()
		return c, nil
	}
	ok := r.during("Restore", func() error {
		over := false
		err := r.user.Restore(r.ctx, func(yield func([]byte, error) bool) {
			for end == nil && !over {
				c, err := next()
				switch {
				case err != nil:
					over = true
					yield(nil, err)
				case c.End:
					end = c
				case !yield(c.Data, nil):
					over = true
				}
			}
		})
		if err == nil && end == nil {
			return errors.New("it returns before the snapshot has ended")
		}
		return err
	})
	if !ok {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.journal != nil && r.journalDo(func() error { return r.journal.Reset(end.State) }) != nil {
		return
	}
	r.log.Reset(end.State)
	r.applied, r.stored = r.log.Last(), r.log.Last()
	r.following, r.applying = true, true
	in.parts, in.over = nil, true
	r.acknowledge()
	r.changed.Broadcast()
}
