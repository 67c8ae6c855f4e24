package machine

import "reflect"

// Cover counts what the machines of one definition do: which of its states they enter, what they do there with which event,
// and where that leads. It is made for one Def and used for all of the same shape; an Instance with a Cover counts into it.
//
// The counts are in arrays of the shape of the definition's table, so that counting is an addition or two. Nothing here is
// safe for concurrent use: each engine has Covers of its own, which are added up when everything is over.
type Cover struct {
	Def *Def

	cells  []Count // like Def.cells: at the state that declares what was done
	states []Count // entries
	moves  [][]Move
	taken  []Taken
	now    uint64 // the execution that runs
}

// Count is how often something happened, and in how many executions.
type Count struct {
	Times, Executions uint64

	last uint64 // execution in which it happened last
}

// Move is a transition that was made.
type Move struct {
	Count
	Verb Verb // Goto, Push, Pop or Halt
	To   int32
}

// Taken is an event that a handler has waited for and got.
type Taken struct {
	Count
	State int32
	Type  reflect.Type
	word  uintptr
}

// NewCover returns counts of nothing, for machines of a definition.
func NewCover(def *Def) *Cover {
	n := max(1, len(def.States)) // a function is one state
	return &Cover{
		Def: def, cells: make([]Count, len(def.cells)), states: make([]Count, n), moves: make([][]Move, len(def.States)*int(def.columns+1)),
	}
}

// Next begins another execution.
//
//go:norace
func (c *Cover) Next() { c.now++ }

// Of reports whether machines of a definition can count here. Functions of one name are one: a body makes them anew in each
// execution.
func (c *Cover) Of(def *Def) bool {
	d := c.Def
	switch {
	case d == def:
		return true
	case d.Fn != nil || def.Fn != nil:
		return d.Fn != nil && def.Fn != nil && d.Name == def.Name
	}
	return d.sameShape(def)
}

// sameShape reports whether two definitions, of which a body has perhaps made one in each execution, are the same but for
// their functions.
func (d *Def) sameShape(o *Def) bool {
	if d.Name != o.Name || d.Place != o.Place || len(d.Declared) != len(o.Declared) || len(d.States) != len(o.States) || len(d.heard) != len(o.heard) {
		return false
	}
	for i := range d.States {
		if d.States[i].Name != o.States[i].Name {
			return false
		}
	}
	for i := range d.heard {
		if d.heard[i] != o.heard[i] {
			return false
		}
	}
	for i := range d.Declared {
		if d.Declared[i] != o.Declared[i] {
			return false
		}
	}
	return true
}

// count is not watched by the race detector: handlers on several goroutines, of which one runs at a time, count in turn.
//
//go:norace
func (c *Count) count(now uint64) {
	c.Times++
	if c.last != now {
		c.last = now
		c.Executions++
	}
}

// did counts what a cell of the table says.
//
//go:norace
func (c *Cover) did(cell int) { c.cells[cell].count(c.now) }

// Began counts the entry into a state, by a start, a goto or a push.
//
//go:norace
func (c *Cover) Began(state int32) { c.states[state].count(c.now) }

// moved counts a transition.
//
//go:norace
func (c *Cover) moved(from, col int32, v Verb, to int32) {
	at := from*(c.Def.columns+1) + col
	list := c.moves[at]
	for i := range list {
		if list[i].Verb == v && list[i].To == to {
			list[i].count(c.now)
			return
		}
	}
	c.moves[at] = append(list, Move{Count{1, 1, c.now}, v, to})
}

// Took counts an event that a handler has waited for.
//
//go:norace
func (c *Cover) Took(state int32, ev any) {
	w := TypeWord(ev)
	for i := range c.taken {
		if t := &c.taken[i]; t.word == w && t.State == state {
			t.count(c.now)
			return
		}
	}
	c.taken = append(c.taken, Taken{Count{1, 1, c.now}, state, reflect.TypeOf(ev), w})
}

// Met counts an event that the stack ignores or defers.
func (in *Instance) Met(col int32) {
	if in.Cover != nil {
		c, _ := in.Resolve(col)
		in.Cover.did(in.Def.indexOf(c))
	}
}
