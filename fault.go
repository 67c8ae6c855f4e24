package ravel

import (
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/machine"
)

// Budget limits how often a kind of fault happens in one execution.
type Budget struct{ n int32 }

// Budget returns the budget of that name, and creates it with the given number of units when it is first asked for. The
// number must be the same at every call.
func (c *Context) Budget(name string, units int) Budget {
	if !c.in.May("Budget") {
		return Budget{}
	}
	if units < 0 {
		c.usage("Budget(%q, %d): a budget cannot be negative", name, units)
	}
	return Budget{c.in.Host.NewBudget(name, units)}
}

// Fault is a fault on offer.
type Fault struct {
	owner ID
	n     int32
}

// OfferFault allows the tester to let a fault happen, once, as long as the budget has units. It need not happen. When it
// does, the machine handles event in one atomic step, effects included, ahead of its inbox. The machine must have a
// handler for the event in every state. A fault does not happen while the machine has effects to perform or waits.
func (c *Context) OfferFault(b Budget, event any) Fault {
	if !c.in.May("OfferFault") {
		return Fault{}
	}
	if event == nil {
		c.breaks(failure.NoNil, "OfferFault", "OfferFault with a nil event: an event is a value of some type")
	}
	n := c.in.Host.NewFault(b.n, event)
	c.in.Do("OfferFault", machine.Effect{Kind: machine.Offer, N: n})
	return Fault{c.Self(), n}
}

// WithdrawFault takes back an offer. It does nothing if the fault has happened or was withdrawn.
func (c *Context) WithdrawFault(f Fault) {
	if !c.in.May("WithdrawFault") {
		return
	}
	if f.owner != c.Self() {
		c.usage("WithdrawFault of a fault of %v: a machine withdraws only what it offered", f.owner)
	}
	c.in.Do("WithdrawFault", machine.Effect{Kind: machine.Withdraw, N: f.n})
}

// Crash takes a machine down where it stands: its inbox, its timers, its offers and the effects it has not performed yet
// are gone, and its deferred functions run. What is sent to it is dropped until it is restarted. Crashing a machine that
// is down or has halted does nothing.
func (c *Context) Crash(id ID) {
	if id.IsZero() {
		c.usage("Crash of the zero ID: no such machine")
		return
	}
	c.in.Do("Crash", machine.Effect{Kind: machine.Crash, To: id.ref})
}

// Restart starts a crashed machine again under its old ID, as m, in a step of its own.
func (c *Context) Restart(id ID, m Machine) {
	switch {
	case id.IsZero():
		c.usage("Restart of the zero ID: no such machine")
	case m.spec.Def == nil:
		c.usage("Restart of %v as a zero Machine: use Definition.New or Func", id)
	default:
		spec := m.spec
		c.in.Do("Restart", machine.Effect{Kind: machine.Restart, To: id.ref, Ev: &spec})
	}
}

// Model is a part of the environment that several machines may reach or that outlives a crash: a disk, a store. Its state
// changes only in Apply, which the tester calls when a write is performed.
type Model interface {
	Apply(op any)
}

// ModelRef is a registered model.
type ModelRef struct{ n int32 }

// Model registers a model under a name, once per execution; a second registration of the same model returns the first.
func (c *Context) Model(name string, m Model) ModelRef {
	if !c.in.May("Model") {
		return ModelRef{}
	}
	if m == nil {
		c.usage("Model(%q, nil): there is no model", name)
	}
	return ModelRef{c.in.Host.NewModel(name, m)}
}

// Write applies an operation to a model: an effect, lost if the machine crashes before it is performed.
func (c *Context) Write(m ModelRef, op any) {
	c.in.Do("Write", machine.Effect{Kind: machine.Write, N: m.n, Ev: op})
}

// Read is to be called before a model's state is read that another machine may change: everything the handler has done so
// far happens first, and others may move before it goes on. A machine that is the only one to change a model may read it
// without; stateful search then does not know what it has read in a handler that waits.
func (c *Context) Read(m ModelRef) {
	c.await("Read", &machine.Wait{Kind: machine.WaitRead, N: m.n})
}
