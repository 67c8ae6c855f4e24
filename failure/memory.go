package failure

import (
	"cmp"
	"fmt"
)

// The failures of machines that share memory that they must not share.

// Changed reports an event that was changed after it was sent, when it belongs to the receiver. Machine is the sender.
type Changed struct {
	Site
	Event   string // type of the event
	Field   string // path of the field that differs, such as ".Entries[2].Key", if known
	To      string // the receiver
	Sent    Place  // where it was sent
	SentAt  int    // number of the step
	Noticed Place  // the code that ran when the difference was noticed, if known
	Before  string // the field's value then and now, if known
	After   string
}

func (e *Changed) Error() string {
	what := "event " + e.Event
	if e.Field != "" {
		what = fmt.Sprintf("field %s of event %s", e.Field, e.Event)
	}
	return fmt.Sprintf("%s from %s to %s changed after it was sent at %s", what, cmp.Or(e.Machine, "the test body"), cmp.Or(e.To, "another machine"), e.Sent)
}

// Detail tells where it was sent, where the change was noticed, and what can be done.
func (e *Changed) Detail() string {
	var d detail
	d.site(e.Site)
	d.place("sent", e.Sent)
	if e.SentAt > 0 {
		d.add("sent in step %d", e.SentAt)
	}
	d.place("noticed", e.Noticed)
	if e.Before != e.After {
		d.add("it was %s and is %s", cmp.Or(e.Before, `""`), cmp.Or(e.After, `""`))
	}
	d.add("fix: an event belongs to its receiver once it is sent; send a copy of what the sender keeps")
	return d.String()
}

// SharedMemory reports memory that two owners can reach, so that neither can be copied or compared alone.
type SharedMemory struct {
	Site
	Type         string // type of the shared value
	Owner, Other string // two machines, events or closures
	Path         string // how Owner reaches it, such as ".store.items"
	OtherPath    string
}

func (e *SharedMemory) Error() string {
	return fmt.Sprintf("%s and %s share a %s that can change", reach(e.Owner, e.Path), reach(e.Other, e.OtherPath), cmp.Or(e.Type, "value"))
}

func reach(owner, path string) string {
	owner = cmp.Or(owner, "the test body")
	if path == "" {
		return owner
	}
	return fmt.Sprintf("%s (through %s)", owner, path)
}

// Detail tells what can be done.
func (e *SharedMemory) Detail() string {
	var d detail
	d.site(e.Site)
	d.add("fix: give each its own copy, let one machine own it and send events to it, or register the type as immutable")
	return d.String()
}

// LockHeld reports a lock that a machine holds from one step to the next.
type LockHeld struct {
	Site
	Lock string // type and path of the lock, such as "sync.Mutex .mu"
}

func (e *LockHeld) Error() string {
	return fmt.Sprintf("%s still holds %s at the end of its step", e.who(), cmp.Or(e.Lock, "a lock"))
}

// Detail tells what can be done.
func (e *LockHeld) Detail() string {
	var d detail
	d.site(e.Site)
	d.add("fix: unlock before every send, create, receive and return of the handler; a machine runs one handler at a time and mostly needs no lock")
	return d.String()
}
