package machine

import "reflect"

// urgent are the types of events that do not wait for room in a bounded inbox.
var urgent []uintptr

// DeclareUrgent lets events of a type find room in every inbox: who reports a failure must not wait for its supervisor. It is
// called while packages are initialized.
func DeclareUrgent(t reflect.Type) { urgent = append(urgent, WordOf(t)) }

// Urgent reports whether an event does not wait for room.
func Urgent(ev any) bool {
	for _, t := range urgent {
		if t == TypeWord(ev) {
			return true
		}
	}
	return false
}

// Scan looks for the event that the machine takes next. It begins at position i of the inbox, passes the events that the
// stack defers, and stops at the first other one. What it returns about that position is Do for an event to be taken, Ignore
// for one that the runtime drops before it goes on from there, and Defer if everything from i on is deferred. As long as the
// stack stays as it is, the next scan may begin where this one has ended.
func (in *Instance) Scan(i int) (int, Verb) {
	for ; i < in.In.Len(); i++ {
		switch in.Standing(in.In.At(i).Column) {
		case Defer:
			in.Met(in.In.At(i).Column)
		case Ignore:
			return i, Ignore
		default:
			return i, Do
		}
	}
	return i, Defer
}

// OfType reports whether an event has one of the types that the wait is for.
func (w *Wait) OfType(ev any) bool {
	ok := len(w.Words) == 0
	for _, t := range w.Words {
		ok = ok || t == TypeWord(ev)
	}
	return ok
}
