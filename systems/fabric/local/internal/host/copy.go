package host

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// Copy is a part of a copy: an offer first, then pieces, then the end.
type Copy struct {
	From  replication.Member
	Epoch service.Epoch
	Offer *replication.Progress `json:",omitempty"` // what the primary has
	Index int                   // of the piece, from 1
	Data  []byte
	End   bool                // no piece is in this part, and none comes
	State replication.History `json:",omitempty"` // that the pieces make up; with End
}

// CopyAnswer says that a part was taken. The answer to an offer says from where operations are enough.
type CopyAnswer struct {
	Partial bool
	From    service.LSN
}

// retry is the time between two attempts to send a part of a copy.
const retry = 100 * time.Millisecond

// build brings another replica up to date: by operations if it has enough, else by a snapshot.
func (r *replica) build(ctx context.Context, p *replication.Primary, to replication.Member) {
	r.mu.Lock()
	offer := r.log.Progress()
	if r.prim == p {
		r.pinned = offer.Base
	}
	r.mu.Unlock()
	answer, err := r.sendCopy(ctx, p, to, Copy{Offer: &offer})
	if err != nil {
		return // the build was given up
	}
	at := answer.From
	if !answer.Partial {
		if at, err = r.sendSnapshot(ctx, p, to); err != nil {
			return
		}
	}
	r.mu.Lock()
	if ctx.Err() == nil && r.prim == p {
		p.Follow(to, at)
		r.pinned = -1
	}
	last := r.log.Last()
	r.mu.Unlock()
	if r.wait(ctx, func() bool { return r.prim != p || p.Applied(to.ID) >= last }) != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.prim == p && ctx.Err() == nil {
		r.report(failover.Report{Copied: to.ID})
	}
}

// sendSnapshot sends a snapshot, and returns of which operation it is.
func (r *replica) sendSnapshot(ctx context.Context, p *replication.Primary, to replication.Member) (at service.LSN, err error) {
	for begun := false; !begun; {
		if err := r.wait(ctx, func() bool { return !r.busy || r.prim != p }); err != nil {
			return 0, err
		}
		r.mu.Lock()
		if r.prim != p || ctx.Err() != nil {
			r.mu.Unlock()
			return 0, context.Canceled
		}
		if begun = !r.busy; begun {
			r.busy, at, r.pinned = true, r.applied, r.applied
		}
		r.mu.Unlock()
	}
	snapshotted := func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.busy = false
		r.changed.Broadcast()
	}
	index := 0
	err = r.call(func() error {
		pieces := func() (pieces func(func([]byte, error) bool)) {
			defer snapshotted()
			return r.user.Snapshot(r.ctx)
		}()
		for data, err := range pieces {
			if err != nil {
				return &snapshotError{err}
			}
			index++
			c := Copy{Index: index, Data: slices.Clone(data)}
			r.turn.give()
			_, err = r.sendCopy(ctx, p, to, c)
			r.turn.take()
			if err != nil {
				return err
			}
		}
		return nil
	})
	r.h.cfg.Log.Debug("snapshot sent", "partition", r.info.Partition, "to", to.Node, "pieces", index, "at", at, "error", err)
	var failed *snapshotError
	switch {
	case errors.As(err, &failed):
		r.fail("Snapshot", failed.cause)
		return 0, err
	case err != nil:
		if ctx.Err() == nil {
			r.fail("Snapshot", err) // a panic: parts are sent until the context is done
		}
		return 0, err
	}
	r.mu.Lock()
	h := r.log.Progress().History.Prefix(at)
	r.mu.Unlock()
	_, err = r.sendCopy(ctx, p, to, Copy{Index: index + 1, End: true, State: h})
	return at, err
}

// snapshotError is an error of the user's Snapshot.
type snapshotError struct{ cause error }

func (e *snapshotError) Error() string { return e.cause.Error() }

// sendCopy sends a part until it was taken, or the context is done, as when the manager hears that the other one is
// gone.
func (r *replica) sendCopy(ctx context.Context, p *replication.Primary, to replication.Member, c Copy) (CopyAnswer, error) {
	c.From, c.Epoch = replication.Member{ID: r.id, Node: r.h.cfg.Node}, p.Epoch()
	for {
		a, err := r.h.cfg.Copy(ctx, to, c)
		if err == nil {
			return a, nil
		}
		select {
		case <-time.After(retry):
		case <-ctx.Done():
			return CopyAnswer{}, ctx.Err()
		}
	}
}
