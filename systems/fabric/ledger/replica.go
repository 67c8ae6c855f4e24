package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Replica is a replica of a ledger. Its methods are for the platform, but for Inspect.
type Replica struct {
	cfg  Config
	p    service.Partition
	book *Contents

	serving  bool // it is the primary, and may answer
	requests []*request

	waiting []service.Op // F5, F8: acknowledged and not applied
	base    *Contents    // F8: what they come behind
}

// request is a request that is under way.
type request struct{ cancel context.CancelFunc }

var (
	_ service.Replica = (*Replica)(nil)
	_ service.Runner  = (*Replica)(nil)
)

// Inspect returns a copy of what the replica knows, for tests and metrics. It is to be called between the platform's calls.
func (r *Replica) Inspect() Contents {
	if r.book == nil {
		return *newContents()
	}
	return *r.book.clone()
}

// Open implements service.Replica.
func (r *Replica) Open(_ context.Context, p service.Partition) error {
	r.p = p
	if r.cfg.Bugs.has(F8) {
		r.base, r.book = r.book, nil
	}
	return nil
}

// ChangeRole implements service.Replica.
func (r *Replica) ChangeRole(ctx context.Context, _ service.Epoch, role service.Role) error {
	if role != service.RolePrimary {
		return r.leave(ctx)
	}
	switch {
	case r.cfg.Bugs.has(F5):
		r.waiting = nil
	case r.cfg.Bugs.has(F8):
		r.p.Go(r.replay)
	}
	if r.cfg.Bugs.has(F7) {
		r.p.Go(r.accrueUnstopped)
	}
	r.serving = true
	return nil
}

// leave ends what only a primary may do. Requests that wait are told to give up.
func (r *Replica) leave(ctx context.Context) error {
	r.serving = false
	if !r.cfg.Bugs.has(F10) {
		for _, q := range r.requests {
			q.cancel()
		}
	}
	for len(r.requests) > 0 {
		if err := r.p.Yield(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Close implements service.Replica.
func (r *Replica) Close(ctx context.Context) error { return r.leave(ctx) }

// Abort implements service.Replica. All contexts are done already.
func (r *Replica) Abort() { r.serving = false }

// Apply implements service.Replica.
func (r *Replica) Apply(_ context.Context, op service.Op) error {
	switch bugs := r.cfg.Bugs; {
	case bugs.has(F5) && !r.serving:
		r.waiting = append(r.waiting, op)
		r.p.Go(r.applyLater)
		return nil
	case bugs.has(F5):
		r.book.LSN = op.LSN - 1
	case bugs.has(F8) && r.book == nil:
		r.waiting = append(r.waiting, op)
		return nil
	}
	return r.apply(op)
}

func (r *Replica) apply(op service.Op) error {
	switch {
	case op.LSN <= r.book.LSN:
		return nil // a snapshot had it
	case op.LSN != r.book.LSN+1:
		return fmt.Errorf("ledger: operation %d comes behind %d", op.LSN, r.book.LSN)
	}
	e, err := decodeEntry(string(op.Data))
	if err != nil {
		return fmt.Errorf("operation %d: %w", op.LSN, err)
	}
	r.book.apply(e, r.cfg.Interest.Rate, r.cfg.Bugs)
	r.book.LSN, r.book.Epoch = op.LSN, op.Epoch
	return nil
}

// replicate appends an operation to the log, when that is possible. It returns what to answer if it does not get there.
func (r *Replica) replicate(ctx context.Context, e entry) (ok bool, why Code) {
	for {
		lsn, err := r.p.Replicate(ctx, []byte(e.String()))
		switch {
		case err == nil:
			return true, OK
		case lsn != 0 && !r.cfg.Bugs.has(F4):
			return false, InDoubt
		case lsn != 0 || r.cfg.Poll == 0 || !passing(err):
			return false, Unavailable
		}
		if r.p.Sleep(ctx, r.cfg.Poll) != nil {
			return false, Unavailable
		}
	}
}

// passing reports whether an operation that was refused may be taken soon, by the same replica.
func passing(err error) bool {
	return errors.Is(err, service.ErrReconfigurationPending) || errors.Is(err, service.ErrWindowFull)
}

// applyLater is F5.
func (r *Replica) applyLater(context.Context) {
	for len(r.waiting) > 0 {
		op := r.waiting[0]
		r.waiting = r.waiting[1:]
		if op.LSN > r.book.LSN {
			_ = r.apply(op)
		}
	}
}

// replay is F8.
func (r *Replica) replay(ctx context.Context) {
	book := &Replica{cfg: r.cfg, book: r.base}
	for len(r.waiting) > 0 {
		if r.p.Yield(ctx) != nil || book.apply(r.waiting[0]) != nil {
			return
		}
		r.waiting = r.waiting[1:]
	}
	r.book = r.base
}
