package engine

import (
	"fmt"

	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/strategy"
)

// budget limits how often a kind of fault happens in one execution.
type budget struct {
	name         string
	units, total int
}

// fault is a fault on offer.
type fault struct {
	op      op
	owner   *mach
	n       int32
	budget  int32
	ev      any
	offered bool
}

// model is a registered model of the environment.
type model struct {
	name string
	m    interface{ Apply(any) }
	part part
}

// NewBudget returns the budget of a name, new or not.
func (m *mach) NewBudget(name string, units int) int32 {
	e := m.e
	for i := range e.budgets {
		if b := &e.budgets[i]; b.name == name {
			if b.total != units {
				m.Fail(&machine.UsageError{Text: fmt.Sprintf("budget %q has %d units already: it cannot have %d as well", name, b.total, units)})
			}
			return int32(i)
		}
	}
	e.budgets = append(e.budgets, budget{name, units, units})
	e.fp.budgets = true
	return int32(len(e.budgets) - 1)
}

// NewFault reserves a fault.
func (m *mach) NewFault(budget int32, ev any) int32 {
	e := m.e
	if m.Def.Fn != nil {
		m.Fail(&machine.UsageError{Text: "OfferFault in a machine that is a plain function: a fault needs a handler"})
	}
	if e.nfaults == len(e.faults) {
		e.faults = append(e.faults, &fault{})
	}
	f := e.faults[e.nfaults]
	e.nfaults++
	n := int32(len(m.faults))
	*f = fault{op: op{f: f, pos: -1}, owner: m, n: n, budget: budget, ev: ev}
	f.op.Op = strategy.Op{
		Kind: strategy.Fault, Index: len(e.ops), Creator: &m.op.Op, Nth: int(n), Name: e.budgets[budget].name, Budget: int(budget),
		Next: strategy.Action{Kind: strategy.Inject, Object: strategy.BudgetObject(int(budget))},
	}
	e.ops = append(e.ops, &f.op)
	m.faults = append(m.faults, f)
	return n
}

// NewModel registers a model.
func (m *mach) NewModel(name string, mod any) int32 {
	e := m.e
	for i := range e.models {
		if e.models[i].name == name {
			if e.models[i].m != mod {
				m.Fail(&machine.UsageError{Text: fmt.Sprintf("model %q is registered already: models need names of their own", name)})
			}
			e.meet(strategy.Read, strategy.Models)
			return int32(i)
		}
	}
	e.meet(strategy.Write, strategy.Models)
	if e.cfg.Reach {
		declareModel(mod)
	}
	e.models = append(e.models, model{name: name, m: mod.(interface{ Apply(any) })})
	e.fp.models, e.savedModels = true, nil
	return int32(len(e.models) - 1)
}

// ModelNamed finds a model. What the handler may now read of its state depends on when it does.
func (m *mach) ModelNamed(name string) (int32, any) {
	m.e.meet(strategy.Read, strategy.Models)
	for i := range m.e.models {
		if mo := &m.e.models[i]; mo.name == name {
			m.noisy = true
			m.e.meet(strategy.Read, strategy.ModelObject(i))
			if m.Guard&guardIdle == 0 {
				m.e.learn(m, mo.m)
			}
			return int32(i), mo.m
		}
	}
	return 0, nil
}

func (e *Engine) offer(f *fault) {
	f.offered = true
	e.offered = append(e.offered, f)
	e.special = true
}

func (e *Engine) withdraw(f *fault) {
	if !f.offered {
		return
	}
	f.offered = false
	for i, o := range e.offered {
		if o == f {
			e.offered = append(e.offered[:i], e.offered[i+1:]...)
			break
		}
	}
	e.special = e.ordinarySpecial()
}

// ordinarySpecial reports whether picks need the slow path.
func (e *Engine) ordinarySpecial() bool {
	return len(e.offered) > 0 || e.cfg.Record || e.cfg.Ordered || e.reduce != nil || e.confirm.on || e.lasso.cycle != nil
}

// possibleFaults returns the faults that could happen now. Under the ordered clock a timer that fires before its turn is
// one of them, while something else could move.
func (e *Engine) possibleFaults(busy bool) []*strategy.Op {
	fs := e.optional[:0]
	for _, f := range e.offered {
		b := &e.budgets[f.budget]
		m := f.owner
		if b.units > 0 && m.status == alive && m.outh == len(m.Out) && m.wait == nil && !m.midway && m.Guard&guardDead == 0 {
			f.op.Units = b.units
			fs = append(fs, &f.op.Op)
		}
	}
	if e.cfg.Ordered && e.cfg.EarlyTimers > 0 && len(e.enabled) > 0 && e.budgets[0].units > 0 {
		for _, t := range e.dueTimers() {
			t.Budget, t.Units = 0, e.budgets[0].units
			fs = append(fs, t)
		}
	}
	e.optional = fs
	return fs
}

// inject lets a fault happen: its owner handles the event, and all effects are performed in the same step.
func (e *Engine) inject(f *fault) {
	e.withdraw(f)
	e.budgets[f.budget].units--
	e.fp.budgets = true
	m := f.owner
	if e.careful {
		e.injected(f)
	}
	col := m.Def.Column(f.ev)
	if v := m.Standing(col); v == machine.Defer || v == machine.Ignore {
		e.misuse(m, "fault %T happens while state %q has it under %s: a fault happens at once; handle it in every state", f.ev, m.StateName(), v)
		return
	}
	m.atomic, m.noisy = true, true
	if e.cfg.Goroutines {
		e.ctl.inject(m, f.ev, col)
		return
	}
	m.Guard &^= guardIdle
	e.running = m
	m.Handle(f.ev, col)
	e.running = nil
	e.finish(m)
	m.atomic = false
}
