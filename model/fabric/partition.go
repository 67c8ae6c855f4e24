package fabric

import (
	"context"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric/service"
)

var _ service.Partition = (*replica)(nil)

// Info implements service.Partition.
func (r *replica) Info() service.Info {
	return service.Info{Partition: r.partition.id, Partitions: r.of.Partitions, Replica: r.id}
}

// Role implements service.Partition.
func (r *replica) Role() service.Role { return r.role }

// Access implements service.Partition.
func (r *replica) Access() service.Access {
	if r.closed || r.prim == nil {
		return service.AccessNotPrimary
	}
	return r.prim.access()
}

// Replicate implements service.Partition.
func (r *replica) Replicate(ctx context.Context, data []byte) (service.LSN, error) {
	switch {
	case r.closed:
		return 0, service.ErrClosed
	case r.prim == nil:
		return 0, service.ErrNotPrimary
	case ctx.Err() != nil:
		return 0, ctx.Err()
	}
	before := r.prim.committed
	n, err := r.prim.replicate(data)
	if err != nil {
		return 0, err
	}
	r.tellCommitted(before)
	err = r.n.waitFor(ctx, func() bool { return r.closed || r.applied >= n })
	if r.closed && r.applied < n {
		err = service.ErrClosed
	}
	return n, err
}

// Storage implements service.Partition.
func (r *replica) Storage() service.Storage {
	if r.per == nil {
		return nil
	}
	return storage{r}
}

// Go implements service.Partition.
func (r *replica) Go(work func(context.Context)) {
	if !r.closed {
		r.n.start(func() { work(r.ctx) })
	}
}

// Sleep implements service.Partition.
func (r *replica) Sleep(ctx context.Context, d time.Duration) error {
	w := r.n.expect()
	return r.awaitFor(ctx, w, max(d, 0))
}

// Yield implements service.Partition.
func (r *replica) Yield(ctx context.Context) error {
	r.n.wait(func() bool { return true })
	return ctx.Err()
}

// Partitions implements service.Caller.
func (r *replica) Partitions(service string) int { return r.n.dir.partitions(service) }

// Call implements service.Caller.
func (r *replica) Call(ctx context.Context, to service.PartitionID, req []byte) ([]byte, error) {
	part, err := r.n.dir.find(to)
	if err != nil {
		return nil, err
	}
	if r.closed {
		return nil, service.ErrClosed
	}
	w := r.n.expect()
	r.n.net.Send(r.n.c, r.n.naming, resolve{r.n.c.Self(), w.seq, part})
	if err := r.await(ctx, w); err != nil {
		return nil, err
	}
	at := w.got.(resolved).Primary
	if at.ID == 0 {
		return nil, service.ErrNoPrimary
	}
	w = r.n.expect()
	r.n.calls.Send(r.n.c, at.Node, request{r.n.c.Self(), w.seq, at.ID, string(req), false})
	if err := r.awaitFor(ctx, w, time.Second); err != nil {
		return nil, err
	}
	return answer(to, w.got)
}

// awaitFor waits until what is expected has come, or a time has passed.
func (r *replica) awaitFor(ctx context.Context, w *expected, d time.Duration) error {
	var timer ravel.Timer
	r.n.act(func() { timer = r.n.c.After(d, expired{w.seq}) })
	err := r.await(ctx, w)
	r.n.act(func() { r.n.c.StopTimer(timer) })
	return err
}

// await waits until what is expected has come. It is no longer expected then.
func (r *replica) await(ctx context.Context, w *expected) error {
	err := r.n.waitFor(ctx, func() bool { return w.got != nil || r.closed })
	delete(r.n.waiting, w.seq)
	if err == nil && w.got == nil {
		return service.ErrClosed
	}
	return err
}
