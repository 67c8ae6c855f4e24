package ledger

import (
	"context"
	"errors"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// Run implements service.Runner: it pays interest.
func (r *Replica) Run(ctx context.Context) error {
	if r.cfg.Bugs.has(F7) {
		return nil
	}
	for r.owes() {
		if r.p.Sleep(ctx, r.cfg.Interest.Every) != nil {
			return nil
		}
		_, err := r.p.Replicate(ctx, []byte(interest{r.book.Period + 1}.String()))
		if ctx.Err() != nil || errors.Is(err, service.ErrNotPrimary) || errors.Is(err, service.ErrClosed) {
			return nil // the next primary goes on
		}
	}
	return nil
}

// owes reports whether there is interest still to be paid.
func (r *Replica) owes() bool {
	i := r.cfg.Interest
	return i.Rate > 0 && (i.Periods == 0 || r.book.Period < i.Periods)
}

// accrueUnstopped is F7: Run, in work that goes on as long as the replica.
func (r *Replica) accrueUnstopped(ctx context.Context) {
	for r.owes() {
		if r.p.Sleep(ctx, r.cfg.Interest.Every) != nil {
			return
		}
		_, _ = r.p.Replicate(ctx, []byte(interest{r.book.Period + 1}.String()))
	}
}
