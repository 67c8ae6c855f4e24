package host

import (
	"context"
	"slices"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// partition is what user code sees of a replica.
type partition struct{ r *replica }

var _ service.Partition = (*partition)(nil)

func (p *partition) Info() service.Info { return p.r.info }

func (p *partition) Role() service.Role {
	p.r.mu.Lock()
	defer p.r.mu.Unlock()
	return p.r.role
}

func (p *partition) Access() service.Access {
	p.r.mu.Lock()
	defer p.r.mu.Unlock()
	if p.r.closed || p.r.prim == nil {
		return service.AccessNotPrimary
	}
	return p.r.prim.Access()
}

func (p *partition) Replicate(ctx context.Context, data []byte) (service.LSN, error) {
	r := p.r
	r.mu.Lock()
	prim := r.prim
	n, err := r.replicate(ctx, data)
	r.mu.Unlock()
	if err != nil {
		return 0, err
	}
	p.outside(func() {
		err = r.wait(ctx, func() bool { return r.applied >= n || r.prim != prim })
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.applied >= n && r.log.Epoch(n) == prim.Epoch():
		return n, nil
	case err == nil:
		err = service.ErrNotPrimary
	}
	if r.closed {
		err = service.ErrClosed
	}
	return n, err
}

// replicate begins to replicate an operation. The caller holds r.mu.
func (r *replica) replicate(ctx context.Context, data []byte) (service.LSN, error) {
	switch {
	case r.closed:
		return 0, service.ErrClosed
	case r.prim == nil:
		return 0, service.ErrNotPrimary
	case ctx.Err() != nil:
		return 0, ctx.Err()
	}
	n, err := r.prim.Replicate(slices.Clone(data))
	if err == nil && r.keep == nil {
		r.stored = n
		r.prim.Stored(n)
	}
	r.changed.Broadcast()
	return n, err
}

// outside lets other calls of the replica run during a wait.
func (p *partition) outside(wait func()) {
	p.r.turn.give()
	defer p.r.turn.take()
	wait()
}

func (p *partition) Storage() service.Storage {
	if p.r.storage == nil {
		return nil
	}
	return p.r.storage
}

func (p *partition) Go(work func(context.Context)) {
	r := p.r
	r.start(func() {
		if err := r.call(func() error { work(r.ctx); return nil }); err != nil && err != service.ErrClosed {
			r.fail("work of its own", err)
		}
	})
}

func (p *partition) Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	p.outside(func() {
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-p.r.ctx.Done():
		}
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return p.r.ctx.Err()
}

func (p *partition) Yield(ctx context.Context) error {
	p.outside(func() {})
	return ctx.Err()
}

func (p *partition) Call(ctx context.Context, to service.PartitionID, req []byte) (answer []byte, err error) {
	p.outside(func() { answer, err = p.r.h.cfg.Caller.Call(ctx, to, slices.Clone(req)) })
	return answer, err
}

func (p *partition) Partitions(name string) int { return p.r.h.cfg.Caller.Partitions(name) }
