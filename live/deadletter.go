package live

import (
	"fmt"

	"github.com/ravelgo/ravel"
)

// DeadLetter is an event that was sent and that nobody will handle.
type DeadLetter struct {
	To     ravel.ID
	From   ravel.ID // the zero ID: from outside, or unknown
	Event  any
	Reason Reason
	Err    error // of a remote delivery; Poison: the failure

	left     bool // it was in the inbox
	recorded bool // the flight recorder has it
}

// Reason says why an event is not handled.
type Reason uint8

// The reasons.
const (
	Unknown     Reason = iota + 1 // no machine of this system has ever had the ID
	Halted                        // the receiver has halted, or did with the event in its inbox
	Down                          // the receiver has crashed or failed, and was not restarted in time
	Poison                        // the receiver failed while it handled the event
	Full                          // the receiver's inbox is full
	Unsent                        // the sender went down before it could send it
	Stopped                       // the system has stopped
	Undelivered                   // it could not be given to a remote machine
	numReasons
)

var reasonWords = [numReasons]string{
	Unknown: "unknown machine", Halted: "machine has halted", Down: "machine is down", Poison: "machine failed on it", Full: "inbox is full",
	Unsent: "sender went down", Stopped: "system has stopped", Undelivered: "not delivered",
}

// String is the reason in a few words.
func (r Reason) String() string {
	if r > 0 && r < numReasons {
		return reasonWords[r]
	}
	return fmt.Sprintf("reason(%d)", uint8(r))
}

// Reasons lists all reasons.
func Reasons() []Reason {
	var list []Reason
	for r := Reason(1); r < numReasons; r++ {
		list = append(list, r)
	}
	return list
}

// deadLetter counts an event that nobody handles, and tells everybody who wants to know.
func (s *System) deadLetter(d DeadLetter) {
	if d.Reason == Stopped {
		s.missed(d.To)
	}
	s.refused(d)
}

// refused is deadLetter for an event that was never accepted: Stop need not tell, as the sender knows.
func (s *System) refused(d DeadLetter) {
	s.dead[d.Reason].Add(1)
	s.rec.lost(&d)
	if s.opts.DeadLetters != nil {
		s.opts.DeadLetters(d)
	}
	if s.obs != nil {
		s.obs.DeadLetter(d)
	}
	if d.Reason != Stopped { // Stop's error tells
		s.log.Warn("ravel: an event is not handled", "event", typeName(d.Event), "to", name(d.To), "from", name(d.From), "reason", d.Reason.String(), "err", d.Err)
	}
}

// DeadLetters returns how many events were not handled so far, by reason.
func (s *System) DeadLetters() map[Reason]uint64 {
	m := map[Reason]uint64{}
	for r := range s.dead {
		if n := s.dead[r].Load(); n > 0 {
			m[Reason(r)] = n
		}
	}
	return m
}

func name(id ravel.ID) string {
	if id.IsZero() {
		return "outside"
	}
	return id.String()
}
