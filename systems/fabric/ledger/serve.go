package ledger

import (
	"context"
	"slices"
)

// Serve implements service.Replica. It never fails: an Answer says what has become of the request.
func (r *Replica) Serve(ctx context.Context, req []byte) ([]byte, error) {
	q, err := DecodeRequest(string(req))
	if err != nil {
		return []byte(Answer{Code: BadRequest}.String()), nil
	}
	return []byte(r.serve(ctx, q).String()), nil
}

func (r *Replica) serve(ctx context.Context, q Request) Answer {
	if !r.serving {
		return Answer{Code: Unavailable}
	}
	ctx, done := r.begin(ctx)
	defer done()
	switch q := q.(type) {
	case Open:
		return r.change(ctx, q.ID, q)
	case Transfer:
		return r.change(ctx, q.ID, q)
	case Balance:
		return r.read(ctx, func() Answer { return r.book.balance(q.Account) })
	default:
		return r.read(ctx, r.book.audit)
	}
}

// change has a request applied, if that has not been done, and returns the answer.
func (r *Replica) change(ctx context.Context, id RequestID, e entry) Answer {
	if a, done := r.book.done(id); done {
		return a
	}
	if r.cfg.Bugs.has(F1) {
		r.book.apply(e, 0, r.cfg.Bugs)
	}
	if ok, why := r.replicate(ctx, e); !ok {
		return Answer{Code: why}
	}
	a, _ := r.book.done(id)
	return a
}

// read answers from a state that is not older than the request.
func (r *Replica) read(ctx context.Context, answer func() Answer) Answer {
	if r.cfg.Bugs.has(F6) {
		return answer()
	}
	if ok, why := r.replicate(ctx, mark{}); !ok {
		if why == InDoubt {
			why = Unavailable // a mark changes nothing
		}
		return Answer{Code: why}
	}
	return answer()
}

// begin notes that a request is under way. Its context is done when it has to give up.
func (r *Replica) begin(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	q := &request{cancel}
	r.requests = append(r.requests, q)
	if r.cfg.Timeout > 0 {
		r.p.Go(func(context.Context) {
			if r.p.Sleep(ctx, r.cfg.Timeout) == nil {
				cancel()
			}
		})
	}
	return ctx, func() {
		cancel()
		r.requests = slices.DeleteFunc(r.requests, func(other *request) bool { return other == q })
	}
}
