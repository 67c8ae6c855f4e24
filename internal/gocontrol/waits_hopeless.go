package gocontrol

import "strings"

// Time may go on while somebody waits for ever: another goroutine ticks, or polls, and whether it will ever wake the one that
// waits cannot be told by looking. What can be told is that no goroutine but those that wait themselves could do it.

// WaitsForNobody reports whether a goroutine waits for what nobody can do: at a nil channel, or in a select without cases.
func WaitsForNobody(state string) bool {
	state = word(state)
	return strings.HasSuffix(state, "(nil chan)") || state == "select (no cases)"
}

// WaitsForLock reports whether a goroutine waits for a lock.
func WaitsForLock(state string) bool {
	k := blocksIn(word(state))
	return k == Lock || k == RLock
}

// Hopeless returns the goroutines, by ID, that can never go on, whatever the others do: those that wait for nobody; those that
// wait for each other's locks in a cycle; and those that wait for a lock that one of these holds. A lock is taken to be
// released by who holds it, though another goroutine may release a mutex. A hold that is a guess, of a TryLock, proves
// nothing.
func (e *Explanation) Hopeless() map[int]bool {
	next, never := map[int][]int{}, map[int]bool{}
	for i := range e.Waits {
		w := &e.Waits[i]
		if WaitsForNobody(e.history.Left[i].State) {
			never[w.ID] = true
		}
		for _, id := range w.For {
			if w.Held && e.surely(id, w.Object) {
				next[w.ID] = append(next[w.ID], id)
			}
		}
	}
	for id := range next {
		if around(id, next) != nil {
			never[id] = true
		}
	}
	for grown := true; grown; {
		grown = false
		for id, list := range next {
			for _, n := range list {
				if never[n] && !never[id] {
					never[id], grown = true, true
				}
			}
		}
	}
	return never
}

// surely reports whether a goroutine holds a lock, and not only by a guess.
func (e *Explanation) surely(id, object int) bool {
	for _, h := range e.Holds[id] {
		if h.Object == object && !h.Tried {
			return true
		}
	}
	return false
}
