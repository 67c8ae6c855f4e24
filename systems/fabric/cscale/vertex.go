package cscale

import (
	"context"
	"iter"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// vertex is a replica of a partition of a vertex: its core, and what makes it go.
type vertex struct {
	member
	library stream.Library
	bugs    Bugs

	core    *core // nil behind the last call
	proxies map[service.PartitionID]*proxy
	under   int   // operations that are under way
	reading *term // in which the source is being read
}

// NewVertex returns a factory of the replicas of vertices: of the vertex that the graph has under the name of the service.
func NewVertex(library stream.Library, bugs Bugs) service.Factory {
	return func(i service.Info) service.Replica {
		return &vertex{library: library, bugs: bugs, core: newCore(i.Partition, library, bugs), proxies: map[service.PartitionID]*proxy{}}
	}
}

// Close implements service.Replica.
func (v *vertex) Close(context.Context) error {
	v.Abort()
	return nil
}

// Abort implements service.Replica. It lets go of the state, which may be large, while calls may still be under way.
func (v *vertex) Abort() {
	v.rest()
	v.core = nil
}

// Run implements service.Runner.
func (v *vertex) Run(ctx context.Context) error {
	if !v.begin(ctx) {
		return nil
	}
	for to := range v.proxies {
		v.proxies[to] = &proxy{} // those of an earlier term may still be at work
	}
	v.work(v.core)
	return nil
}

// Apply implements service.Replica.
func (v *vertex) Apply(_ context.Context, op service.Op) error {
	c := v.core
	if c == nil {
		return errClosed
	}
	if err := c.apply(op.Data); err != nil {
		return err
	}
	if !v.bugs.Has(N2) {
		v.connect(c)
	}
	if v.ready() {
		v.work(c)
	}
	return nil
}

// Snapshot implements service.Replica.
func (v *vertex) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	if v.core == nil {
		return failed(errClosed)
	}
	return pieces(v.core.encode())
}

// Restore implements service.Replica.
func (v *vertex) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	data, err := join(pieces)
	switch {
	case err != nil:
		return err
	case v.core == nil:
		return errClosed
	}
	c := newCore(v.core.self, v.library, v.bugs)
	if err := c.restore(data); err != nil {
		return err
	}
	v.core = c
	if !v.bugs.Has(N2) {
		v.connect(c)
	}
	return nil
}
