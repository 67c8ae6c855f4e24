package strategy

import (
	"fmt"

	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy/delaying"
)

// composition is a program under a delaying explorer, the (P, D) of the paper: it turns what happens to operations into
// what the explorer is told of machines, and a number of delays into the alternative that they lead to. How many delays a
// choice takes is up to delays.
//
// It is the part that strategies over an explorer have in common: they embed it, and have Start.
type composition struct {
	factory  delaying.Factory
	delays   func(kind schedule.Kind, n int) int // of the next choice, among n alternatives: a number in [0, n)
	explorer delaying.Explorer
	stepper  delaying.Stepper // the explorer, if it is one; and so on
	sender   delaying.Sender
	listener delaying.Listener
	sealer   delaying.Sealer
	machines []machineState // by Op.Index
	enabled  int            // machines
	marks    []compositionMark
}

// compositionMark is what a composition knew when a state was saved.
type compositionMark struct {
	explorer delaying.Explorer
	machines []machineState
	enabled  int
}

// machineState is what the explorer has been told of a machine.
type machineState struct {
	started, enabled, finished bool
	hint                       int // where the operation was last found among the picks
}

// begin makes a new explorer for an execution.
func (c *composition) begin(seed uint64) {
	c.use(c.factory(seed))
	clear(c.machines)
	c.machines = c.machines[:0]
	c.enabled = 0
}

func (c *composition) use(e delaying.Explorer) {
	c.explorer = e
	c.stepper, _ = c.explorer.(delaying.Stepper)
	c.sender, _ = c.explorer.(delaying.Sender)
	c.listener, _ = c.explorer.(delaying.Listener)
	c.sealer, _ = c.explorer.(delaying.Sealer)
}

// mark remembers what is known, as number n.
func (c *composition) mark(n int) {
	for n >= len(c.marks) {
		c.marks = append(c.marks, compositionMark{})
	}
	m := &c.marks[n]
	m.explorer, m.enabled = c.explorer.Clone(), c.enabled
	m.machines = append(m.machines[:0], c.machines...)
}

// reset goes back to number n, which stays.
func (c *composition) reset(n int) {
	m := &c.marks[n]
	c.use(m.explorer.Clone())
	c.machines, c.enabled = append(c.machines[:0], m.machines...), m.enabled
}

// sealed reports whether the schedule is fixed for now.
func (c *composition) sealed() bool { return c.sealer != nil && c.enabled > 0 && c.sealer.Sealed() }

// Pick implements Strategy.
func (c *composition) Pick(ops []*Op) int {
	if c.sealed() {
		return c.machine(ops, 0)
	}
	d := c.delays(schedule.Schedule, len(ops))
	if d < c.enabled {
		return c.machine(ops, d)
	}
	return selectRank(ops, d) // a timer: they come behind all machines, in the default order
}

// PickFault implements FaultPicker. Whether a fault happens, and which, is a choice of its own before the one of who moves.
func (c *composition) PickFault(_ int, ops, faults []*Op) int {
	if !c.sealed() {
		if d := c.delays(schedule.Schedule, len(faults)+1); d > 0 {
			return len(ops) + selectRank(faults, d-1)
		}
	}
	if len(ops) == 1 {
		return 0
	}
	return c.Pick(ops)
}

// Value implements Strategy.
func (c *composition) Value(v Value) int { return c.delays(v.Kind, v.N) }

// machine returns the place in ops of the machine that is next after some delays.
func (c *composition) machine(ops []*Op, delays int) int {
	for range delays {
		c.explorer.Delay()
	}
	id := int(c.explorer.Next())
	if id < 0 || id >= len(c.machines) || !c.machines[id].enabled {
		panic(fmt.Sprintf("strategy: explorer %T returned %d from Next, which is no enabled machine", c.explorer, id))
	}
	s := &c.machines[id]
	if s.hint >= len(ops) || ops[s.hint].Index != id {
		s.hint = placeOf(ops, id)
	}
	return s.hint
}

func placeOf(ops []*Op, index int) int {
	for i, op := range ops {
		if op.Index == index {
			return i
		}
	}
	panic(fmt.Sprintf("strategy: operation %d was reported enabled but is not offered", index))
}

// state returns what is known of a machine; nil when it is none. It is valid until the next call.
func (c *composition) state(op *Op) *machineState {
	if op.Kind != Machine && op.Kind != Goroutine {
		return nil
	}
	for op.Index >= len(c.machines) {
		c.machines = append(c.machines, machineState{})
	}
	return &c.machines[op.Index]
}

// Enabled implements Observer.
func (c *composition) Enabled(op *Op) {
	s := c.state(op)
	if s == nil {
		return
	}
	s.enabled = true
	c.enabled++
	if s.started && !s.finished {
		c.explorer.Enabled(delaying.ID(op.Index))
		return
	}
	s.started, s.finished = true, false
	creator := delaying.None
	if op.Creator != nil {
		creator = delaying.ID(op.Creator.Index)
	}
	c.explorer.Start(delaying.ID(op.Index), creator)
}

// Disabled implements Observer.
func (c *composition) Disabled(op *Op) {
	if s := c.state(op); s != nil {
		c.block(s, delaying.ID(op.Index))
	}
}

// block tells the explorer that a machine is blocked, unless it knows.
func (c *composition) block(s *machineState, id delaying.ID) {
	if s.enabled {
		s.enabled = false
		c.enabled--
		c.explorer.Blocked(id)
	}
}

// Executed implements Observer.
func (c *composition) Executed(op *Op, did []Action) {
	source := delaying.None
	if op.Kind == Machine || op.Kind == Goroutine {
		source = delaying.ID(op.Index)
		if c.stepper != nil {
			c.stepper.Step(source)
		}
	}
	for _, a := range did {
		switch a.Kind {
		case Send, Fire:
			if c.sender != nil {
				c.sender.Sent(source, delaying.ID(a.Object))
			}
		case Halt:
			c.finish(int(a.Object))
		}
	}
}

// finish tells the explorer that a machine has halted. Its Disabled may come later, and is then no news.
func (c *composition) finish(index int) {
	if index >= len(c.machines) || !c.machines[index].started || c.machines[index].finished {
		return
	}
	s := &c.machines[index]
	s.finished = true
	c.block(s, delaying.ID(index))
	c.explorer.Finish(delaying.ID(index))
}

// Told implements Listener.
func (c *composition) Told(op *Op, call string, args []any) {
	if c.listener == nil {
		return
	}
	ids := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case *Op:
			ids[i] = delaying.None
			if a != nil {
				ids[i] = delaying.ID(a.Index)
			}
		case []*Op:
			list := make([]delaying.ID, 0, len(a))
			for _, o := range a {
				if o != nil {
					list = append(list, delaying.ID(o.Index))
				}
			}
			ids[i] = list
		default:
			ids[i] = a
		}
	}
	c.listener.Told(delaying.ID(op.Index), call, ids)
}
