package gocontrol

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/failure"
)

// Telling says how an Explanation is put into words. Its functions may be nil.
type Telling struct {
	Step    func(point int) int     // the number of the first step from a point on, which tries its operation; nil counts points from 1
	Machine func(id int) string     // the machine whose handler a goroutine runs, "" if it runs none
	More    func(object int) string // what else is known of an object, such as "chan int, cap 3"
}

// Place is the frame as failures name it.
func (f Frame) Place() failure.Place {
	return failure.Place{File: f.File, Line: f.Line, Func: f.Function}
}

// Places are the frames of the code under test, innermost first.
func (s Stack) Places() []failure.Place {
	var list []failure.Place
	for _, f := range s {
		if !internalFrame(f.Function) && !frameworkFrame(f.Function) {
			list = append(list, f.Place())
		}
	}
	return list
}

// frameworkFrame reports whether a function is the tester's, or package testing's.
func frameworkFrame(name string) bool {
	for _, p := range []string{"testing.", "github.com/ravelgo/ravel/check.", "github.com/ravelgo/ravel/internal/engine.", mainWrapper} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// Goroutines describes the goroutines that are left as failures have them.
func (e *Explanation) Goroutines(t Telling) []failure.Goroutine {
	list := make([]failure.Goroutine, len(e.Waits))
	for i := range e.Waits {
		list[i] = e.goroutine(&e.history.Left[i], &e.Waits[i], &t)
	}
	return list
}

// Indexes of the goroutines of the cycle in the list that Goroutines returns: the Cycle of a failure.Deadlock.
func (e *Explanation) Indexes() []int {
	var list []int
	for _, id := range e.Cycle {
		for i := range e.Waits {
			if e.Waits[i].ID == id {
				list = append(list, i)
			}
		}
	}
	return list
}

// Describe describes a goroutine without knowing what happened before: in executions that were not recorded.
func Describe(g Goroutine, machine string) failure.Goroutine {
	e := Explanation{history: &History{Left: []Goroutine{g}}}
	w := Waiting{ID: g.ID, Kind: blocksIn(word(g.State)), Point: -1, Past: -1}
	return e.goroutine(&g, &w, &Telling{Machine: func(int) string { return machine }})
}

// goroutine describes one of those left.
func (e *Explanation) goroutine(g *Goroutine, w *Waiting, t *Telling) failure.Goroutine {
	out := failure.Goroutine{
		ID: g.ID, Created: g.Created.Place(), Stack: g.Stack.Places(),
		Wait: failure.Wait{To: e.to(g, w, t), By: w.For, Held: w.Held, Note: e.note(w)},
	}
	if w.Past >= 0 {
		out.Wait.NoteStep, out.Wait.NotePlace = t.step(w.Past), linePlace(e.history.Points[w.Past].Position)
	}
	if t.Machine != nil {
		out.Machine = t.Machine(g.ID)
	}
	if internalFrame(g.Created.Function) {
		out.Started = linePlace(e.history.Started(g.ID))
	}
	// The stack comes first: it is known without a history, and a failure must not look different for having one.
	switch {
	case len(out.Stack) > 0:
		out.Wait.Place = out.Stack[0]
	case w.Point >= 0:
		out.Wait.Place = linePlace(e.history.Points[w.Point].Position)
	}
	if w.Point >= 0 {
		out.Wait.Step = t.step(w.Point)
		out.Wait.Last = e.lastUse(w, t)
	}
	if g.Made.Function != "" {
		out.Wait.Made = linePlace(g.Made)
	}
	for _, h := range e.Holds[g.ID] {
		out.Holds = append(out.Holds, e.hold(h, t))
	}
	return out
}

// lastUse is the last that another goroutine did to what one waits for, which is no lock.
func (e *Explanation) lastUse(w *Waiting, t *Telling) (u failure.Use) {
	if w.Object == 0 || w.Kind == Lock || w.Kind == RLock {
		return u
	}
	for i, p := range slices.Backward(e.history.Points) {
		if p.Object == w.Object && p.Goroutine != w.ID && t.step(i) > 0 { // it has been done, or tried
			return failure.Use{By: p.Goroutine, Doing: p.Kind.String(), Step: t.step(i), Place: linePlace(p.Position)}
		}
	}
	return u
}

// linePlace is the Place of a frame unless it is the runtime's, which stands for a goroutine that has no code of the
// program's on its stack.
func linePlace(f Frame) failure.Place {
	if strings.HasPrefix(f.Function, "runtime.") {
		return failure.Place{}
	}
	return f.Place()
}

// Started is the line of the program that led to the go statement of a goroutine, which may itself be in package sync;
// zero if it is not known.
func (h *History) Started(id int) Frame {
	if h.Origin == nil {
		return Frame{}
	}
	creator, nth, ok := h.Origin(id)
	for i := range h.Points {
		if p := &h.Points[i]; ok && p.Goroutine == creator && p.Kind == Go {
			if nth == 0 {
				return p.Position
			}
			nth--
		}
	}
	return Frame{}
}

// Held describes the locks that a goroutine holds: one that has panicked, and is not left.
func (e *Explanation) Held(id int, t Telling) []failure.Hold {
	var list []failure.Hold
	for _, h := range e.Holds[id] {
		list = append(list, e.hold(h, &t))
	}
	return list
}

func (e *Explanation) hold(h Hold, t *Telling) failure.Hold {
	what := e.object(h.Object, t)
	if h.Read {
		what += " for reading"
	}
	return failure.Hold{What: what, Step: t.step(h.Point), Place: linePlace(e.history.Points[h.Point].Position)}
}

func (t *Telling) step(point int) int {
	if t.Step == nil {
		return point + 1
	}
	return t.Step(point)
}

// object is the name of an object with what else is known of it.
func (e *Explanation) object(n int, t *Telling) string {
	if n <= 0 || n >= len(e.Objects) {
		return ""
	}
	if t.More != nil {
		if s := t.More(n); s != "" {
			return fmt.Sprintf("%s (%s)", e.Objects[n], s)
		}
	}
	return e.Objects[n]
}
