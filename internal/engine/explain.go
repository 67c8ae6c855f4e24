package engine

import (
	"runtime"
	"slices"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/internal/machine"
	"github.com/ravelgo/ravel/trace"
)

// explainer adds to the events of an execution, with Config.Explain, what each one directly follows from, and how the program
// came there. The comment of trace.Order says what lanes are.
type explainer struct {
	on      bool
	last    map[string]int  // last event of each lane
	lanes   []string        // those, in the order of their first event
	rested  int             // the number of events when the body last waited for quiescence
	born    map[*mach]int   // the event that has created or restarted a machine
	armed   map[*timer]int  // the event that has started a timer
	written map[string]int  // the last write to each model
	pending []int           // what the next event follows from
	effect  *machine.Meta   // of the effect that is performed
	failed  []failure.Place // how the program came to the line where it failed
	frames  map[uintptr][]failure.Place
	fields  fieldWatch
}

func (x *explainer) reset(on bool) {
	if !on {
		*x = explainer{}
		return
	}
	*x = explainer{
		on: true, last: map[string]int{}, born: map[*mach]int{}, armed: map[*timer]int{}, written: map[string]int{},
		frames: map[uintptr][]failure.Place{},
	}
	x.fields.reset()
}

// follows makes the next event follow from another one, if that is known: indexes count from 1 here.
func (x *explainer) follows(event int) {
	if x.on && event > 0 {
		x.pending = append(x.pending, event-1)
	}
}

// followsLast makes the next event follow from the last one of a lane.
func (x *explainer) followsLast(lane string) {
	if x.on {
		x.follows(x.last[lane])
	}
}

// followsAll makes the next event follow from the last one of every lane that has one since the body last waited for all.
func (x *explainer) followsAll(events int) {
	for _, lane := range x.lanes {
		if at := x.last[lane]; at > x.rested {
			x.follows(at)
		}
	}
	x.rested = events
}

// place puts an event into its lane, and notes what it follows from.
func (x *explainer) place(ev *trace.Event, at int) {
	if !x.on {
		return
	}
	if x.effect != nil && isEffect(ev.Kind) {
		x.follows(x.effect.Event)
		ev.Stack = x.effect.Stack
	}
	if ev.Place.IsZero() && len(ev.Stack) > 0 {
		ev.Place = ev.Stack[0]
	}
	if len(x.pending) > 0 {
		ev.After = ascending(slices.Clone(x.pending))
		x.pending = x.pending[:0]
	}
	lane := trace.LaneOf(ev)
	if x.last[lane] == 0 {
		x.lanes = append(x.lanes, lane)
	}
	x.last[lane] = at + 1
}

// isEffect reports whether an event tells of an effect itself, not of what else comes of it.
func isEffect(k trace.EventKind) bool {
	switch k {
	case trace.Sent, trace.Lost, trace.Created, trace.Restarted, trace.Crashed, trace.Halted, trace.TimerArmed, trace.TimerStopped,
		trace.Offered, trace.Withdrawn, trace.Wrote, trace.Heard:
		return true
	}
	return false
}

func ascending(list []int) []int {
	slices.Sort(list)
	return slices.Compact(list)
}

// happened is how many events there are, which is the number, from 1, of the last one.
func (e *Engine) happened() int { return len(e.rec.events) }

// told notes, beside an event that has been sent or has fired, which event of the trace tells so.
func (e *Engine) told(meta *machine.Meta) {
	if e.why.on {
		meta.Event = e.happened()
	}
}

// metaOut is what is kept beside the effect at the head of the outbox, nil if nothing is.
func (m *mach) metaOut() *machine.Meta {
	if m.outh < len(m.OutMeta) {
		return &m.OutMeta[m.outh]
	}
	return nil
}

// definition is the name of the machine's definition, "" for a plain function.
func (m *mach) definition() string {
	if m.Def.Fn != nil {
		return ""
	}
	return m.Def.Name
}

// bears notes which event has created or restarted a machine.
func (e *Engine) bears(m *mach) {
	if e.why.on {
		e.why.born[m] = e.happened()
	}
}

// acting notes, beside an effect, the call that it comes from, and which event of a goroutine it follows from, if one acts
// in the name of the machine.
func (e *Engine) acting(meta *machine.Meta) {
	if !e.why.on {
		return
	}
	meta.Stack = e.stack()
	if !e.cfg.Goroutines {
		return
	}
	if g := e.onGoroutine(); g != nil {
		meta.Event = e.why.last[g.callerName()]
	}
}

// stack returns the frames of the code under test from which the engine was called.
func (e *Engine) stack() []failure.Place {
	if !e.why.on {
		return nil
	}
	var pcs [64]uintptr
	return e.why.places(pcs[:runtime.Callers(3, pcs[:])])
}

// failsHere keeps the stack of a call that fails the execution: it has gone when the failure is told.
func (e *Engine) failsHere() { e.why.failed = e.stack() }

// failing returns how the program came to where it failed.
func (x *explainer) failing(f failure.Failure) []failure.Place {
	at := f.Where().Place
	if p, ok := f.(*failure.Panic); ok && x.on {
		return stackPlaces(p.Stack)
	}
	if len(x.failed) == 0 || at.IsZero() || x.failed[0] != at {
		return nil
	}
	return x.failed
}

// places are the frames of the code under test among those of a stack.
func (x *explainer) places(pcs []uintptr) []failure.Place {
	var list []failure.Place
	for _, pc := range pcs {
		at, known := x.frames[pc]
		if !known {
			at = userFrames(pc)
			x.frames[pc] = at
		}
		for _, p := range at {
			if list = append(list, p); len(list) == trace.MaxStack {
				return list
			}
		}
	}
	return list
}

// userFrames are what a program counter stands for of the code under test.
func userFrames(pc uintptr) (list []failure.Place) {
	for frames := runtime.CallersFrames([]uintptr{pc}); ; {
		f, more := frames.Next()
		at := gocontrol.Frame{Function: f.Function, File: f.File, Line: f.Line}
		if f.Function != "" && f.File != "<autogenerated>" && !isOurs(f.Function, f.File) && !isStandard(at) {
			list = append(list, at.Place())
		}
		if !more {
			return list
		}
	}
}
