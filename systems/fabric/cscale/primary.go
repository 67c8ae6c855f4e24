package cscale

import (
	"context"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// member is what vertices and controllers have in common: they do their work in terms.
type member struct {
	p    service.Partition
	term *term // nil if the replica is not the primary
}

// term is the time in which a replica is the primary.
//
// What a primary has pushed cannot be taken back, and what it has answered is counted on. So it is ready only when all that
// it holds is committed, which is the case when an operation of its own is.
type term struct {
	ctx   context.Context // done when the term is over
	stop  context.CancelFunc
	ready bool
}

// Open implements service.Replica.
func (m *member) Open(_ context.Context, p service.Partition) error {
	m.p = p
	return nil
}

// ChangeRole implements service.Replica.
func (m *member) ChangeRole(_ context.Context, _ service.Epoch, r service.Role) error {
	m.rest()
	if r == service.RolePrimary {
		m.term = &term{}
		m.term.ctx, m.term.stop = context.WithCancel(context.Background())
	}
	return nil
}

// rest ends the term. Calls of it that are under way are cancelled.
func (m *member) rest() {
	if m.term != nil {
		m.term.stop()
		m.term = nil
	}
}

// ready reports whether the replica is a primary that may work.
func (m *member) ready() bool { return m.term != nil && m.term.ready }

// begin begins the term. It reports whether it is not over yet.
func (m *member) begin(ctx context.Context) bool {
	t := m.term
	var p pause
	for t != nil && t == m.term && ctx.Err() == nil {
		if _, err := m.p.Replicate(ctx, []byte{byte(kindBegin)}); err != nil {
			p.wait(ctx, m.p)
			continue
		}
		if t == m.term {
			t.ready = true
			return true
		}
	}
	return false
}
