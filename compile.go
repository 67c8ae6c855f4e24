package ravel

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"github.com/ravelgo/ravel/internal/machine"
)

// compiler checks a definition and turns it into tables.
type compiler struct {
	name     string
	elem     reflect.Type
	monitor  bool
	states   []StateClause
	index    map[State]int
	problems []Problem
}

func compile(name string, elem reflect.Type, monitor bool, states []StateClause, at place) (*machine.Def, error) {
	c := &compiler{name: name, elem: elem, monitor: monitor, states: states, index: map[State]int{}}
	if name == "" {
		c.problem(at, "a definition needs a name")
	}
	if len(states) == 0 {
		c.problem(at, "no states: declare at least one")
	}
	c.index = c.indexStates()
	for i := range states {
		c.checkState(&states[i])
	}
	start := c.start()
	c.checkReachable(start)
	if len(c.problems) > 0 {
		slices.SortStableFunc(c.problems, func(a, b Problem) int {
			return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
		})
		return nil, &DefinitionError{Name: name, Problems: c.problems}
	}
	return machine.Compile(c.draft(start, at)), nil
}

func (c *compiler) problem(at place, format string, args ...any) {
	c.problems = append(c.problems, Problem{File: at.file, Line: at.line, Text: fmt.Sprintf(format, args...)})
}

func (c *compiler) indexStates() map[State]int {
	index := map[State]int{}
	for i, s := range c.states {
		if s.name == "" {
			c.problem(s.place, "a state needs a name")
		}
		if first, ok := index[s.name]; ok {
			c.problem(s.place, "state %q is declared twice, first at line %d", s.name, c.states[first].place.line)
			continue
		}
		index[s.name] = i
	}
	return index
}

// start returns the index of the start state, and reports when there is not exactly one.
func (c *compiler) start() int {
	if c.monitor {
		return 0
	}
	start, found := 0, 0
	for i, s := range c.states {
		if !s.start {
			continue
		}
		if found++; found > 1 {
			c.problem(s.place, "second start state %q: %q is the start state already", s.name, c.states[start].name)
			continue
		}
		start = i
	}
	if found == 0 && len(c.states) > 0 {
		c.problem(c.states[0].place, "no start state: declare one state with ravel.Start")
	}
	return start
}

func (c *compiler) checkState(s *StateClause) {
	switch {
	case c.monitor && s.start:
		c.problem(s.place, "state %q of a monitor is declared with Start: use Cold, Hot or Warm; a monitor starts in its first state", s.name)
	case c.monitor && s.mood == "":
		c.problem(s.place, "state %q of a monitor is declared with In: use Cold, Hot or Warm", s.name)
	case !c.monitor && s.mood != "":
		c.problem(s.place, "state %q of a machine is declared with %s: only monitors have temperatures; use In", s.name, s.mood)
	}
	seen := map[string]place{}
	for i := range s.clauses {
		c.checkClause(s, &s.clauses[i], seen)
	}
}

func (c *compiler) checkClause(s *StateClause, cl *Clause, seen map[string]place) {
	key, what := cl.key()
	if first, ok := seen[key]; ok && key != "" {
		c.problem(cl.place, "state %q declares %s twice, first at line %d", s.name, what, first.line)
	}
	seen[key] = cl.place
	if cl.function {
		c.checkFunction(s, cl, what)
	}
	if t := cl.handler.Type; t != nil && t.Kind() == reflect.Interface {
		c.problem(cl.place, "%s in state %q: events are matched by their exact type, so an interface matches nothing; use the concrete types, or any for the wildcard", t, s.name)
	}
	if v := cl.handler.Verb; v == machine.Goto || v == machine.Push {
		if _, ok := c.index[cl.target]; !ok {
			c.problem(cl.place, "%s leads to state %q, which is not declared", what, cl.target)
		}
	}
	if c.monitor {
		switch v := cl.handler.Verb; {
		case v == machine.Push, v == machine.Pop, v == machine.Defer, v == machine.Halt, cl.handler.Default, cl.handler.Stop:
			c.problem(cl.place, "%s in state %q of a monitor: monitors only listen; they have On, Goto, Ignore, Entry and Exit", what, s.name)
		}
	}
}

func (c *compiler) checkFunction(s *StateClause, cl *Clause, what string) {
	if cl.elem != c.elem {
		c.problem(cl.place, "%s in state %q is a function of *%s; this definition is of *%s", what, s.name, cl.elem, c.elem)
	}
	if cl.monitor != c.monitor {
		want, got := "*ravel.Context", "*ravel.MonitorContext"
		if c.monitor {
			want, got = got, want
		}
		c.problem(cl.place, "%s in state %q takes a %s; here it must take a %s", what, s.name, got, want)
	}
}

// key identifies what a clause declares, once per state, and names it for people.
func (cl *Clause) key() (key, what string) {
	switch {
	case cl.entry != nil:
		return "entry", "Entry"
	case cl.exit != nil:
		return "exit", "Exit"
	case cl.handler.Default:
		return "default", "OnDefault"
	}
	event := "any"
	if cl.handler.Type != nil {
		event = cl.handler.Type.String()
	}
	if cl.handler.Verb == machine.None {
		return "inherit " + event, "NoInherit[" + event + "]"
	}
	word := map[machine.Verb]string{machine.Do: "On", machine.Goto: "Goto", machine.Push: "Push", machine.Pop: "Pop", machine.Halt: "HaltOn", machine.Defer: "Defer", machine.Ignore: "Ignore"}[cl.handler.Verb]
	return "event " + event, word + "[" + event + "]"
}

// checkReachable reports states that nothing leads to. A function may go to any state, so a definition is only at fault
// when no state that can be reached has one.
func (c *compiler) checkReachable(start int) {
	if len(c.states) == 0 {
		return
	}
	reached := make([]bool, len(c.states))
	var visit func(i int) (free bool)
	visit = func(i int) (free bool) {
		if reached[i] {
			return false
		}
		reached[i] = true
		for _, cl := range c.states[i].clauses {
			free = free || cl.function
			if to, ok := c.index[cl.target]; ok && cl.target != "" {
				free = visit(to) || free
			}
		}
		return free
	}
	if visit(start) {
		return
	}
	for i, s := range c.states {
		if !reached[i] && c.index[s.name] == i {
			c.problem(s.place, "state %q cannot be reached: no clause leads to it and no handler could", s.name)
		}
	}
}

func (c *compiler) draft(start int, at place) machine.Draft {
	d := machine.Draft{Name: c.name, Place: at.of(), Elem: c.elem, Monitor: c.monitor, Start: int32(start)}
	for _, s := range c.states {
		ds := machine.DraftState{State: machine.State{Name: string(s.name), Temperature: s.temperature, Place: s.place.of()}}
		for _, cl := range s.clauses {
			switch {
			case cl.entry != nil:
				ds.Entry = cl.entry
			case cl.exit != nil:
				ds.Exit = cl.exit
			default:
				h := cl.handler
				h.To, h.Place = int32(c.index[cl.target]), cl.place.of()
				ds.Handlers = append(ds.Handlers, h)
			}
		}
		d.States = append(d.States, ds)
	}
	return d
}
