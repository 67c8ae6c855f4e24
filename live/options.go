package live

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/transport"
)

// Options are the options of a System. The zero Options are those of a small program: unbounded inboxes, failed machines
// stop, and what happens to events and machines against the will of the program goes to slog.Default.
type Options struct {
	Name string // of the system, in reports

	// Inbox bounds the inboxes of all machines, Inboxes those of the definitions of that name.
	Inbox   Inbox
	Inboxes map[string]Inbox
	// BlockedAfter is how long a sender waits for room before that is reported; 0 stands for a second.
	BlockedAfter time.Duration

	// Policy says what becomes of machines that fail, Policies what becomes of those of the definitions of that name.
	Policy   Policy
	Policies map[string]Policy

	// Monitors are specifications that listen in production.
	Monitors []ravel.Monitor
	// HotAfter is how long a monitor is hot before that is reported, and again after twice the time, and so on; 0 stands for
	// ten seconds.
	HotAfter time.Duration

	// Record is how many events the flight recorder keeps, rounded up to a power of two; 0: there is none.
	Record int
	// Payloads has the flight recorder keep what events carry. What consists of plain values is printed only when somebody
	// looks; what holds memory of its own is printed when it is sent, which takes microseconds.
	Payloads bool

	// Notifications has the flight recorder keep what monitors are told, also where none listens, in the form that this registry
	// writes, for monitors that listen later: see package live/observe. It takes the time of the codec, under no lock, and that
	// of printing it. A notification whose type is not registered is recorded with the error.
	Notifications *transport.Registry

	// DeadLetters is called for each event that nobody handles, by the goroutine that finds out: it must be quick.
	DeadLetters func(DeadLetter)
	Observer    Observer
	Logger      *slog.Logger // nil: slog.Default()
}

func (o *Options) check() error {
	if err := o.Policy.check(""); err != nil {
		return err
	}
	for def, p := range o.Policies {
		if err := p.check(def); err != nil {
			return err
		}
	}
	if err := o.Inbox.Validate(); err != nil {
		return fmt.Errorf("Inbox: %w", err)
	}
	for _, def := range slices.Sorted(maps.Keys(o.Inboxes)) {
		if err := o.Inboxes[def].Validate(); err != nil {
			return fmt.Errorf("Inboxes[%q]: %w", def, err)
		}
	}
	if o.Record < 0 || o.Record > maxRecord {
		return fmt.Errorf("a flight recorder of %d events: there may be at most %d, and 0 is none", o.Record, maxRecord)
	}
	if o.Notifications != nil && o.Record == 0 {
		return errors.New("options have Notifications and no flight recorder: set Record to the number of events that it is to keep")
	}
	if o.BlockedAfter < 0 || o.HotAfter < 0 {
		return errors.New("durations cannot be negative")
	}
	return nil
}
