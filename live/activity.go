package live

import (
	"context"
	"sync/atomic"
)

// activity counts how often machines became active and idle, in shards, so that machines on different processors do not
// meet there.
//
// Quiescence is found as in Mattern's four-counter method (Algorithms for distributed termination detection, 1987, section
// 6): both counts only grow and no machine ends before it began, so if the ends, summed up first, are as many as the begins,
// summed up later, then nothing was active in between.
type activity struct {
	begun, done [shards]counter
	watchers    atomic.Int32
	rested      chan struct{} // has a token when something became idle while somebody watched
}

const shards = 16

type counter struct {
	n atomic.Uint64
	_ [56]byte
}

func (a *activity) begin(p *proc) { a.begun[p.nth%shards].n.Add(1) }

func (a *activity) end(p *proc) {
	a.done[p.nth%shards].n.Add(1)
	if a.watchers.Load() > 0 {
		select {
		case a.rested <- struct{}{}:
		default:
		}
	}
}

func (a *activity) quiet() bool {
	var done, begun uint64
	for i := range a.done {
		done += a.done[i].n.Load()
	}
	for i := range a.begun {
		begun += a.begun[i].n.Load()
	}
	return done == begun
}

// await waits until no machine is active.
func (a *activity) await(ctx context.Context) error {
	a.watchers.Add(1)
	defer a.watchers.Add(-1)
	for !a.quiet() {
		select {
		case <-a.rested:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}
