package ravel

import (
	"errors"
	"fmt"
)

// Inbox bounds the inboxes of machines. The zero Inbox has no bound.
//
// Both runtimes take it, by the names of definitions, so that what is tested is what runs: the option Inboxes of package
// check, and the field Inboxes of live.Options.
//
// A machine whose next effect is a send to a full inbox waits there, between two effects: back-pressure. It takes no part
// until there is room, and sends then, or when the receiver halts or goes down. Of several who wait any may be the first.
// Machines that wait for each other so wait for ever: the tester reports a deadlock.
//
// Taken events leave an inbox, and so do ignored ones when the machine comes to them; deferred ones fill it. Ticks of the
// machine's own timers neither wait nor count. What a machine sends to itself does not wait, and counts.
type Inbox struct {
	// Capacity is the most events that an inbox holds; 0: there is no bound.
	Capacity int
	// Reject drops what is sent to a full inbox, which the sender does not learn, in place of holding the sender up.
	Reject bool
}

// Validate says what is wrong with a bound, and what to do about it; nil if nothing is.
func (in Inbox) Validate() error {
	switch {
	case in.Capacity < 0:
		return fmt.Errorf("an inbox of capacity %d: it must be positive, or 0 for no bound", in.Capacity)
	case in.Reject && in.Capacity == 0:
		return errors.New("an inbox without a bound rejects nothing: set its Capacity")
	}
	return nil
}
