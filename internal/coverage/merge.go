package coverage

import (
	"cmp"
	"math"
	"slices"
)

// Merge adds up coverage of different executions. Which of them comes first makes no difference, nor how they are grouped. The
// arguments, of which some may be nil, are not changed; the result is in order.
func Merge(list ...*Coverage) *Coverage {
	sum := &Coverage{}
	machines := map[machineKey]*merged{}
	tests := map[testKey]Test{}
	for _, c := range list {
		if c == nil {
			continue
		}
		sum.Executions = plus(sum.Executions, c.Executions)
		sum.Incomplete = sum.Incomplete || c.Incomplete
		for i := range c.Machines {
			m := &c.Machines[i]
			k := machineKey{m.Package, m.Name, m.Kind, m.Place}
			if machines[k] == nil {
				machines[k] = newMerged(m)
			}
			machines[k].add(m)
		}
		for _, t := range c.Tests {
			if old, ok := tests[t.key()]; !ok || t.compare(old) > 0 {
				tests[t.key()] = t
			}
		}
	}
	for _, m := range machines {
		sum.Machines = append(sum.Machines, m.machine())
	}
	for _, t := range tests {
		sum.Tests = append(sum.Tests, t)
	}
	slices.SortFunc(sum.Machines, func(a, b Machine) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind), a.Place.compare(b.Place))
	})
	slices.SortFunc(sum.Tests, Test.compare)
	return sum
}

type machineKey struct {
	pkg, name string
	kind      Kind
	place     Place
}

type pairKey struct {
	state, event string
	does         Verb
	to           string
}

// merged is a machine in the making.
type merged struct {
	head        Machine
	states      map[string]*State
	pairs       map[pairKey]*Pair
	transitions map[pairKey]*Transition
}

func newMerged(m *Machine) *merged {
	return &merged{
		head:   Machine{Package: m.Package, Name: m.Name, Kind: m.Kind, Place: m.Place},
		states: map[string]*State{}, pairs: map[pairKey]*Pair{}, transitions: map[pairKey]*Transition{},
	}
}

func (g *merged) add(m *Machine) {
	for _, s := range m.States {
		if old := g.states[s.Name]; old != nil {
			old.Count.add(s.Count)
			old.Start = old.Start || s.Start
			old.Temperature = max(old.Temperature, s.Temperature)
			old.Place = old.Place.or(s.Place)
		} else {
			g.states[s.Name] = &s
		}
	}
	for _, p := range m.Pairs {
		k := pairKey{p.State, p.Event, p.Does, p.To}
		if old := g.pairs[k]; old != nil {
			old.Count.add(p.Count)
			old.Place = old.Place.or(p.Place)
		} else {
			g.pairs[k] = &p
		}
	}
	for _, t := range m.Transitions {
		k := pairKey{t.From, t.Event, t.Does, t.To}
		if old := g.transitions[k]; old != nil {
			old.Count.add(t.Count)
			old.Place = old.Place.or(t.Place)
		} else {
			g.transitions[k] = &t
		}
	}
}

// machine is the result, in order.
func (g *merged) machine() Machine {
	m := g.head
	g.settlePops()
	for _, s := range g.states {
		m.States = append(m.States, *s)
	}
	slices.SortFunc(m.States, func(a, b State) int { return cmp.Or(a.Place.compare(b.Place), cmp.Compare(a.Name, b.Name)) })
	order := make(map[string]int, len(m.States))
	for i, s := range m.States {
		order[s.Name] = i + 1
	}
	for _, p := range g.pairs {
		m.Pairs = append(m.Pairs, *p)
	}
	slices.SortFunc(m.Pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(order[a.State], order[b.State]), cmp.Compare(a.State, b.State), a.Place.compare(b.Place),
			cmp.Compare(a.Event, b.Event), cmp.Compare(a.Does, b.Does), cmp.Compare(a.To, b.To))
	})
	for _, t := range g.transitions {
		m.Transitions = append(m.Transitions, *t)
	}
	slices.SortFunc(m.Transitions, func(a, b Transition) int {
		return cmp.Or(cmp.Compare(order[a.From], order[b.From]), cmp.Compare(a.From, b.From), a.Place.compare(b.Place),
			cmp.Compare(a.Event, b.Event), cmp.Compare(a.Does, b.Does), cmp.Compare(a.To, b.To))
	})
	return m
}

// settlePops drops the declaration of a pop that has been made: then it is known where it leads.
func (g *merged) settlePops() {
	for k, t := range g.transitions {
		if k.does != Pop || k.to == "" || !t.Place.Declared() {
			continue
		}
		open := k
		open.to = ""
		if o := g.transitions[open]; o != nil && !o.Visited() {
			delete(g.transitions, open)
		}
	}
}

func (c *Count) add(o Count) {
	c.Times, c.Executions = plus(c.Times, o.Times), plus(c.Executions, o.Executions)
}

// plus adds without going round: a sum stays in any order what it is.
func plus(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

// compare orders places; what is declared nowhere comes last.
func (p Place) compare(o Place) int {
	if p.Declared() != o.Declared() {
		if p.Declared() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(p.File, o.File), cmp.Compare(p.Line, o.Line))
}

// or is the first of two places at which something is declared.
func (p Place) or(o Place) Place {
	if o.compare(p) < 0 {
		return o
	}
	return p
}
