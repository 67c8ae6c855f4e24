package vnext

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/vnext/extmgr"
)

// interleaving is what a manager's other goroutines do while one of them has let
// go of the mutex in the middle of an event: they take messages. Only a manager
// with V11 lets go.
type interleaving struct {
	c *ravel.Context
	m *Manager
}

// interleaved returns the Yielder of a manager, nil if it needs none.
func interleaved(c *ravel.Context, m *Manager) extmgr.Yielder {
	if m.config.Bugs&extmgr.V11 == 0 {
		return nil
	}
	return &interleaving{c, m}
}

func (i *interleaving) Yield() {
	for i.c.Bool() {
		i.m.process(i.c, ravel.Receive[FromNode](i.c))
	}
}
