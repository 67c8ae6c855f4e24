package strategy

import (
	"errors"
	"fmt"
)

// Portfolio gives each execution to one of several strategies, chosen by K alone, because no single strategy finds the
// most in every program.
//
// Execution 0 is the default order (see NonPreemptive), execution 1 a random walk that profiles, and from execution 2 on
// the members take turns: POS, SURW, PCT(3), stratified sampling under run to completion, and Random, unless others are
// named. Each has a fault plan if it needs one. Name tells who runs an execution.
//
// Each member counts its own executions: it gets them as if there were no others, with K from 0 on and the seeds of the
// run. Members that learn get their own lessons, in rounds that are no longer than they ask for (see Learner). Those that
// need profiles, URW and SURW, get that of execution 1 and those of the first random walks among the members' turns,
// up to 16, so that they need no executions of their own for them.
//
// Guarantee: that of each member, for its share of the executions. Its properties are those of the member that runs.
type Portfolio struct {
	first   member
	profile member // what runs execution 1, if nobody needs profiles
	round   []member
	walker  int // the member that makes profiles, a place in round; -1 if nobody needs any
	taught  bool

	active Strategy
	turn   int  // who is active, a place in round; -1 in execution 0
	walks  bool // the walker makes a profile, in place of the random walk
	faults FaultPicker
	watch  Observer
}

type member struct {
	name string
	Strategy
	learner Learner // nil for those that do not learn
	study   *study  // of those that need profiles
}

// NewPortfolio returns the portfolio of the members that do best together.
func NewPortfolio() *Portfolio {
	p, err := NewPortfolioOf("pos", "surw", "pct:3", "ss:rtc", "random")
	if err != nil {
		panic(err)
	}
	return p
}

// NewPortfolioOf returns a portfolio of members, by their names as Parse reads them. Exhaustive strategies cannot share a
// run, and neither can another portfolio.
func NewPortfolioOf(names ...string) (*Portfolio, error) {
	if len(names) == 0 {
		return nil, errors.New("a portfolio needs at least one member")
	}
	p := &Portfolio{
		first:   member{name: "nonpreemptive", Strategy: NewNonPreemptive()},
		profile: member{name: randomWalk, Strategy: WithFaults(NewRandom())},
		walker:  -1,
	}
	for i, name := range names {
		m, err := newMember(name)
		if err != nil {
			return nil, err
		}
		if p.walker < 0 && m.study != nil {
			p.walker = i
		}
		p.round = append(p.round, m)
	}
	return p, nil
}

// randomWalk is the name of the strategy whose executions make profiles as well.
const randomWalk = "random"

// memberNamed is named, which knows portfolios itself.
var memberNamed func(name string) (Factory, error)

func init() { memberNamed = named }

func newMember(name string) (member, error) {
	factory, err := memberNamed(name)
	if err != nil {
		return member{}, fmt.Errorf("member %q: %w", name, err)
	}
	s := factory()
	if _, ok := s.(*Portfolio); ok || PropertiesOf(s).Exhaustive {
		return member{}, fmt.Errorf("member %q cannot share a run: it is a search of its own; run it alone", name)
	}
	m := member{name: name, Strategy: WithFaults(s)}
	m.learner, _ = s.(Learner)
	switch s := s.(type) {
	case *URW:
		m.study = &s.study
	case *SURW:
		m.study = &s.study
	}
	if m.study != nil {
		m.study.directed = true
	}
	return m, nil
}

// place returns whose turn execution k is, a place in round, and how many turns that member had before.
func (p *Portfolio) place(k uint64) (turn int, number uint64) {
	n := uint64(len(p.round))
	return int((k - 2) % n), (k - 2) / n
}

// Name returns the name of the strategy that runs execution k, as Parse reads it.
func (p *Portfolio) Name(k uint64) string {
	switch k {
	case 0:
		return p.first.name
	case 1:
		return p.profile.name
	}
	turn, _ := p.place(k)
	return p.round[turn].name
}

// Number returns the number of execution k among those of the strategy that runs it, from 0.
func (p *Portfolio) Number(k uint64) uint64 {
	if k < 2 {
		return 0
	}
	_, number := p.place(k)
	return number
}

// Unwrap implements Wrapper.
func (p *Portfolio) Unwrap() Strategy { return p.active }

// Start implements Strategy.
func (p *Portfolio) Start(e Execution) bool {
	p.active, p.turn, p.walks = p.first.Strategy, -1, false
	switch {
	case e.K == 1:
		p.active, e.K = p.profile.Strategy, 0
		p.walks = p.walker >= 0
	case e.K > 1:
		p.turn, e.K = p.place(e.K)
		m := &p.round[p.turn]
		p.active = m.Strategy
		p.walks = p.walker >= 0 && m.name == randomWalk && e.K < mostProfiles-1
	}
	if p.walks {
		p.turn = p.walker
		w := &p.round[p.walker]
		p.active = w.Strategy
		w.study.again = true
		defer func() { w.study.again = false }()
	}
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

// Due forwards to the fault plan of the active strategy; see FaultPlan.Due.
func (p *Portfolio) Due(fault *Op) int {
	if f, ok := p.faults.(*FaultPlan); ok {
		return f.Due(fault)
	}
	return never
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
	switch {
	case p.active == nil:
		return Properties{}
	case p.walks:
		return PropertiesOf(p.profile.Strategy)
	}
	return PropertiesOf(p.active)
}

// Finish forwards to the active strategy.
func (p *Portfolio) Finish(r Result) {
	if o, ok := p.active.(Finisher); ok {
		o.Finish(r)
	}
}
