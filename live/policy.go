package live

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
)

// Directive says what becomes of a machine that has failed.
type Directive uint8

// The directives.
const (
	Stop     Directive = iota // it halts
	Restart                   // it starts anew under its ID, with a fresh state and the inbox that it had
	Escalate                  // it goes down, and its creator is to decide: see Failed
)

func (d Directive) String() string {
	switch d {
	case Stop:
		return "stop"
	case Restart:
		return "restart"
	case Escalate:
		return "escalate"
	}
	return fmt.Sprintf("directive(%d)", uint8(d))
}

// Policy says what becomes of the machines of one definition when they fail. The zero Policy stops them.
type Policy struct {
	Directive Directive

	// Fresh makes the machine that a restart starts; Restart needs it, as what a failed handler has left of the state cannot be
	// trusted. Its name does not count: the machine keeps its own.
	Fresh func() ravel.Machine

	// A machine is restarted at most MaxRestarts times within Window; the next failure is answered by Exhausted, Stop or
	// Escalate. Zeros stand for 5 times within a minute.
	MaxRestarts int
	Window      time.Duration
	Exhausted   Directive

	// The pause before the first restart within a Window is MinBackoff, and twice as long before each further one, up to
	// MaxBackoff. Zeros stand for 10 milliseconds and 5 seconds.
	MinBackoff, MaxBackoff time.Duration
}

// Failed is the event by which a creator learns that a machine which it has created has failed. Under Escalate it gets
// it always: one that has no handler for it fails itself, with the same error, and so on upwards. Under Stop and Restart
// it gets it if its definition declares the type. In a handler the machine can be started again: Context.Restart.
type Failed struct {
	Machine   ravel.ID
	Name      string
	Err       error // a failure.Failure, or an *EscalatedError
	Directive Directive
	Restarts  int // within the policy's Window, this one included
}

// EscalatedError is the failure of a machine that has no answer to the failure of one that it has created.
type EscalatedError struct {
	Machine string // that has failed
	Err     error
}

func (e *EscalatedError) Error() string {
	return fmt.Sprintf("machine %s has failed, and its creator does not handle live.Failed: %v", e.Machine, e.Err)
}

func (e *EscalatedError) Unwrap() error { return e.Err }

func (p Policy) withDefaults() Policy {
	if p.MaxRestarts == 0 {
		p.MaxRestarts = 5
	}
	if p.Window == 0 {
		p.Window = time.Minute
	}
	if p.MinBackoff == 0 {
		p.MinBackoff = 10 * time.Millisecond
	}
	if p.MaxBackoff == 0 {
		p.MaxBackoff = 5 * time.Second
	}
	return p
}

func (p Policy) check(def string) error {
	switch {
	case p.Directive > Escalate:
		return fmt.Errorf("policy of %q: %v is no directive", def, p.Directive)
	case p.Directive == Restart && p.Fresh == nil:
		return fmt.Errorf("policy of %q restarts without Fresh: say how to make the state that a restarted machine begins with", def)
	case p.Exhausted != Stop && p.Exhausted != Escalate:
		return fmt.Errorf("policy of %q: Exhausted is %v; what has been restarted too often can only stop or escalate", def, p.Exhausted)
	case p.MaxRestarts < 0 || p.Window < 0 || p.MinBackoff < 0 || p.MaxBackoff < 0:
		return fmt.Errorf("policy of %q: limits and durations cannot be negative", def)
	}
	return nil
}
