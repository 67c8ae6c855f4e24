package strategy

// neverOneIn is the inverse of the probability with which a unit of a budget stays unused.
const neverOneIn = 4

// never is the position of such a unit.
const never = int(^uint(0) >> 1)

// FaultPlan decides when offered faults happen, for a strategy that does not itself.
//
// Each unit of each budget is drawn on its own: with probability 1/4 it is never used; else it falls due at a step
// uniform over the estimated length of the execution. When a unit is due and a fault of its budget is on offer, one
// of those faults happens, uniformly; one unit at a time, the earliest first. At quiescence all units fall due that are
// not never used. The plan of a budget depends on the seed and the number of the budget alone, not on the schedule.
//
// Guarantee: no budget is exceeded, and a run with a budget of u units uses none with probability at least (1/4)^u: faults
// hide bugs as well as provoke them.
//
// The estimated length is Execution.Steps; failing that Execution.Length, at most MaxSteps; and 100 when nothing is known.
type FaultPlan struct {
	inner  Strategy
	start  Execution
	length int
	src    source // draws among the offered faults
	plans  []plan // by budget
}

// plan is what a budget has left to do: sorted steps, never last.
type plan struct {
	drawn bool
	due   []int
}

// WithFaults returns s when it picks faults itself, else s with a fault plan around it.
func WithFaults(s Strategy) Strategy {
	if _, ok := s.(FaultPicker); ok {
		return s
	}
	return &FaultPlan{inner: s}
}

// Unwrap implements Wrapper.
func (f *FaultPlan) Unwrap() Strategy { return f.inner }

// Start implements Strategy.
func (f *FaultPlan) Start(e Execution) bool {
	f.start = e
	f.length = e.Steps
	if f.length <= 0 {
		f.length = picksOf(e)
	}
	f.src.seed(e.Seed, streamFaults)
	for i := range f.plans {
		f.plans[i].drawn = false
	}
	return f.inner.Start(e)
}

// Pick implements Strategy.
func (f *FaultPlan) Pick(ops []*Op) int { return f.inner.Pick(ops) }

// Value implements Strategy.
func (f *FaultPlan) Value(v Value) int { return f.inner.Value(v) }

// PickFault implements FaultPicker.
func (f *FaultPlan) PickFault(step int, ops, faults []*Op) int {
	quiescent := len(ops) == 1 && ops[0].Kind == End
	best, due := -1, never
	for _, op := range faults {
		p := f.plan(op)
		if len(p.due) > 0 && (p.due[0] < due || p.due[0] == due && due < never && op.Budget < best) {
			best, due = op.Budget, p.due[0]
		}
	}
	if due == never || due > step && !quiescent {
		if len(ops) == 1 {
			return 0
		}
		return f.inner.Pick(ops)
	}
	f.plans[best].due = f.plans[best].due[1:]
	return len(ops) + f.oneOf(faults, best)
}

// Due returns the step from which on a unit of the budget of a fault is due, if it is on offer; the largest int for never.
func (f *FaultPlan) Due(fault *Op) int {
	if p := f.plan(fault); len(p.due) > 0 {
		return p.due[0]
	}
	return never
}

// oneOf draws one of the faults of a budget.
func (f *FaultPlan) oneOf(faults []*Op, budget int) int {
	n := 0
	for _, op := range faults {
		if op.Budget == budget {
			n++
		}
	}
	r := f.src.intn(n)
	for i, op := range faults {
		if op.Budget != budget {
			continue
		}
		if r == 0 {
			return i
		}
		r--
	}
	panic("strategy: no fault of the budget is offered")
}

// plan returns the plan of the budget that op draws from; at the first offer it is drawn for all units.
func (f *FaultPlan) plan(op *Op) *plan {
	for op.Budget >= len(f.plans) {
		f.plans = append(f.plans, plan{})
	}
	p := &f.plans[op.Budget]
	if p.drawn {
		return p
	}
	var src source
	src.seed(f.start.Seed, streamFaults+1+uint64(op.Budget))
	p.drawn = true
	p.due = p.due[:0]
	for range op.Units {
		at := never
		if src.intn(neverOneIn) > 0 {
			at = src.intn(f.length)
		}
		p.insert(at)
	}
	return p
}

func (p *plan) insert(at int) {
	i := len(p.due)
	p.due = append(p.due, at)
	for ; i > 0 && p.due[i-1] > at; i-- {
		p.due[i] = p.due[i-1]
	}
	p.due[i] = at
}

// Enabled forwards to the wrapped strategy; see ObserverOf.
func (f *FaultPlan) Enabled(op *Op) {
	if o := ObserverOf(f.inner); o != nil {
		o.Enabled(op)
	}
}

// Disabled forwards to the wrapped strategy.
func (f *FaultPlan) Disabled(op *Op) {
	if o := ObserverOf(f.inner); o != nil {
		o.Disabled(op)
	}
}

// Executed forwards to the wrapped strategy.
func (f *FaultPlan) Executed(op *Op, did []Action) {
	if o := ObserverOf(f.inner); o != nil {
		o.Executed(op, did)
	}
}

// Properties forwards to the wrapped strategy.
func (f *FaultPlan) Properties() Properties { return PropertiesOf(f.inner) }

// Finish forwards to the wrapped strategy.
func (f *FaultPlan) Finish(r Result) {
	if o, ok := f.inner.(Finisher); ok {
		o.Finish(r)
	}
}
