package strategy

// Portfolio gives each execution to one of several strategies, chosen by K alone, because no single strategy finds the
// most in every program.
//
// Execution 0 is the default order (see NonPreemptive), execution 1 a random walk that profiles, and from execution 2 on
// it goes round POS, PCT(3), FairPCT(3) and Random, each with a fault plan. Name tells which.
//
// Guarantee: that of each member, for its share of the executions. Its properties are those of the member that runs.
type Portfolio struct {
	first   member
	profile member
	round   []member
	active  Strategy
	faults  FaultPicker
	watch   Observer
}

type member struct {
	name string
	Strategy
}

// NewPortfolio returns the portfolio.
func NewPortfolio() *Portfolio {
	return &Portfolio{
		first:   member{"nonpreemptive", NewNonPreemptive()},
		profile: member{"random", WithFaults(NewRandom())},
		round: []member{
			{"pos", WithFaults(NewPOS())},
			{"pct:3", WithFaults(NewPCT(3))},
			{"fairpct:3", WithFaults(NewFairPCT(3))},
			{"random", WithFaults(NewRandom())},
		},
	}
}

func (p *Portfolio) member(k uint64) member {
	switch k {
	case 0:
		return p.first
	case 1:
		return p.profile
	}
	return p.round[(k-2)%uint64(len(p.round))]
}

// Name returns the name of the strategy that runs execution k, as Parse reads it.
func (p *Portfolio) Name(k uint64) string { return p.member(k).name }

// Unwrap implements Wrapper.
func (p *Portfolio) Unwrap() Strategy { return p.active }

// Start implements Strategy.
func (p *Portfolio) Start(e Execution) bool {
	p.active = p.member(e.K).Strategy
	p.faults = p.active.(FaultPicker)
	ok := p.active.Start(e)
	p.watch = ObserverOf(p.active)
	return ok
}

// Pick implements Strategy.
func (p *Portfolio) Pick(ops []*Op) int { return p.active.Pick(ops) }

// PickFault implements FaultPicker.
func (p *Portfolio) PickFault(step int, ops, faults []*Op) int {
	return p.faults.PickFault(step, ops, faults)
}

// Value implements Strategy.
func (p *Portfolio) Value(v Value) int { return p.active.Value(v) }

// Enabled forwards to the active strategy; see ObserverOf.
func (p *Portfolio) Enabled(op *Op) {
	if p.watch != nil {
		p.watch.Enabled(op)
	}
}

// Disabled forwards to the active strategy.
func (p *Portfolio) Disabled(op *Op) {
	if p.watch != nil {
		p.watch.Disabled(op)
	}
}

// Executed forwards to the active strategy.
func (p *Portfolio) Executed(op *Op, did []Action) {
	if p.watch != nil {
		p.watch.Executed(op, did)
	}
}

// Properties returns those of the active strategy; none before the first Start.
func (p *Portfolio) Properties() Properties {
	if p.active == nil {
		return Properties{}
	}
	return PropertiesOf(p.active)
}

// Finish forwards to the active strategy.
func (p *Portfolio) Finish(r Result) {
	if o, ok := p.active.(Finisher); ok {
		o.Finish(r)
	}
}
