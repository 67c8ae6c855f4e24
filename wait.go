package ravel

import (
	"reflect"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/internal/machine"
)

// Receive waits for the first event of type E and returns it. Events of other types stay in the inbox, whatever the state
// defers or ignores. It is an obligation: a machine that waits in it when nothing can move any more is deadlocked.
func Receive[E any](c *Context) E { return ReceiveWhere[E](c, nil) }

// ReceiveWhere is Receive for events that satisfy a predicate. The predicate is a pure function of the event.
func ReceiveWhere[E any](c *Context, match func(E) bool) E {
	t := reflect.TypeFor[E]()
	w := machine.Wait{Kind: machine.WaitReceive, Words: c.words("Receive", t), Types: t.String()}
	if match != nil {
		w.Match = func(ev any) bool { return match(ev.(E)) }
		w.Types += " that satisfies a predicate"
	}
	ev, _ := c.await("Receive", &w).(E)
	return ev
}

// ReceiveAny waits for the first event of any of the given types; see Type.
func ReceiveAny(c *Context, types ...EventType) any {
	if len(types) == 0 {
		c.usage("ReceiveAny of no types: name at least one, or use Next")
		return nil
	}
	w := machine.Wait{Kind: machine.WaitReceive}
	var names []string
	for _, t := range types {
		w.Words = append(w.Words, c.words("ReceiveAny", t.t)...)
		names = append(names, t.t.String())
	}
	if slices.Contains(types, Type[any]()) {
		w.Words = nil
	}
	w.Types = strings.Join(names, " or ")
	return c.await("ReceiveAny", &w)
}

// EventType is a type of events, for ReceiveAny.
type EventType struct{ t reflect.Type }

// Type returns the EventType of E.
func Type[E any]() EventType { return EventType{reflect.TypeFor[E]()} }

// Next waits for the next event of any type: the loop of a server written as a plain function. A machine that waits in it
// is idle, not deadlocked.
func Next(c *Context) any {
	return c.await("Next", &machine.Wait{Kind: machine.WaitNext, Types: "any event"})
}

// Yield is a scheduling point: what the handler has done so far happens, and others may move before it goes on.
func (c *Context) Yield() { c.await("Yield", &machine.Wait{Kind: machine.WaitYield}) }

func (c *Context) await(call string, w *machine.Wait) any {
	if !c.in.May(call) {
		return nil
	}
	if c.in.Guard&machine.GuardExit != 0 {
		c.usage("%s in the exit of state %q: exits do not wait", call, c.in.StateName())
		return nil
	}
	return c.in.Host.Await(w)
}

// words returns what a Wait matches events of a type by; any matches every event.
func (c *Context) words(call string, t reflect.Type) []uintptr {
	switch {
	case t == reflect.TypeFor[any]():
		return nil
	case t == nil || t.Kind() == reflect.Interface:
		c.usage("%s of the interface %v: events are matched by their exact type; name the concrete types with ReceiveAny", call, t)
	}
	return []uintptr{machine.WordOf(t)}
}
