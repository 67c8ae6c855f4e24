package trace

import (
	"fmt"

	"github.com/ravelgo/ravel/failure"
)

// EventKind is the kind of an Event.
type EventKind uint8

// The kinds of events. Each comment says what happens to Who, and which other fields of the Event are set. Value is the
// payload wherever Type is the type of an event.
const (
	Began        EventKind = iota // starts; To is the start state, "" for a plain function
	Took                          // takes Type from Peer, sent in step Sent; without a Peer, its own timer fired in step Sent
	TookDefault                   // runs its default handler
	Resumed                       // goes on after the call Type, which had to wait
	Sent                          // sends Type to Peer, at Place
	Lost                          // sends Type to Peer, which is down or has halted; To is Full if its inbox has no room instead
	Held                          // waits for room in the inbox of Peer, to send Type there
	Dropped                       // an event Type in its inbox is dropped; To is "ignored" or "dropped"
	Created                       // creates Peer
	Restarted                     // restarts Peer
	Crashed                       // goes down; Peer did it
	Unperformed                   // went down before it could do To (send, write, ...), about Type and Peer if there are any
	Halted                        // halts
	Moved                         // goes from state From to state To; of a monitor, Hot or Cold is the temperature of To
	Changed                       // its field Type (a path, "log[3].key") was From and is To; without a Type: N more fields have changed
	Chose                         // chooses Value, one of N, at Place
	TimerArmed                    // starts a timer that brings Type after the duration Value; To is "every" if again and again
	TimerStopped                  // stops a timer, which would have brought Type
	Fired                         // a timer of Who fires: Type arrives in its inbox
	Offered                       // allows the fault Type; To is its budget
	Withdrawn                     // allows the fault Type no longer; To is its budget
	Injected                      // the fault Type happens; To is its budget
	Wrote                         // writes Type to the model Peer
	Heard                         // the monitor hears Type from Peer
	Logged                        // logs Value
	Spawned                       // the goroutine Who starts the goroutine Peer, at Place
	Did                           // goes on from a scheduling point and does Type (see Operations) to the object Peer, at Place
	Selected                      // its select takes the case Value, one of N that are ready, at Place
	Blocked                       // waits, in the Type and at the Place of its Did, for the object Peer; To says who could end that
	Woken                         // can go on, thanks to Peer; without a Peer, its timer or something outside has woken it
	Ended                         // exits; To is how, unless it returned: "panic", "Goexit"
	Ticked                        // the clock of the goroutines advances by the duration Value; nobody is Who
	SuffixBegins                  // the fair suffix begins: the monitor Who has been hot for long, in state To
	Failed                        // the execution fails: Type is the word of the failure's kind, Value its sentence, at Place
	numEventKinds
)

var eventWords = [numEventKinds]string{
	Began:        "began",
	Took:         "took",
	TookDefault:  "took default",
	Resumed:      "resumed",
	Sent:         "sent",
	Lost:         "lost",
	Held:         "held",
	Dropped:      "dropped",
	Created:      "created",
	Restarted:    "restarted",
	Crashed:      "crashed",
	Unperformed:  "unperformed",
	Halted:       "halted",
	Moved:        "moved",
	Changed:      "changed",
	Chose:        "chose",
	TimerArmed:   "timer armed",
	TimerStopped: "timer stopped",
	Fired:        "fired",
	Offered:      "offered",
	Withdrawn:    "withdrawn",
	Injected:     "injected",
	Wrote:        "wrote",
	Heard:        "heard",
	Logged:       "logged",
	Spawned:      "spawned",
	Did:          "did",
	Selected:     "selected",
	Blocked:      "blocked",
	Woken:        "woken",
	Ended:        "ended",
	Ticked:       "ticked",
	SuffixBegins: "suffix begins",
	Failed:       "failed",
}

// Full is the To of an event that was Lost as an inbox was full.
const Full = "full"

// String is the kind's word in JSON. It never changes.
func (k EventKind) String() string {
	if k < numEventKinds {
		return eventWords[k]
	}
	return fmt.Sprintf("event kind(%d)", uint8(k))
}

// ParseEventKind finds the kind of a word.
func ParseEventKind(word string) (EventKind, bool) {
	for k, w := range eventWords {
		if w == word {
			return EventKind(k), true
		}
	}
	return 0, false
}

// EventKinds lists all kinds of events.
func EventKinds() []EventKind {
	list := make([]EventKind, numEventKinds)
	for k := range list {
		list[k] = EventKind(k)
	}
	return list
}

// MarshalText writes the kind's word.
func (k EventKind) MarshalText() ([]byte, error) {
	if k >= numEventKinds {
		return nil, fmt.Errorf("trace: unknown kind of event %d", uint8(k))
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads the kind's word.
func (k *EventKind) UnmarshalText(text []byte) error {
	v, ok := ParseEventKind(string(text))
	if !ok {
		return fmt.Errorf("trace: %q is not a kind of event; it may come from a newer version of Ravel", text)
	}
	*k = v
	return nil
}

// Event is something that happened in a recorded execution. Which fields are set depends on its kind.
type Event struct {
	Step  int // number of the joined step, from 1; events of one step stand together
	Kind  EventKind
	Who   string        // machine, monitor or goroutine
	Peer  string        // the other machine or goroutine, the model, or the object
	Type  string        // type of an event, as reflect.Type prints it; or an operation, a path of fields, a definition
	Value string        // payload (see Payload), chosen value, duration, log line, sentence
	From  string        // state that is left; what a field was
	To    string        // state that is entered; reason; budget; what a field is
	N     int           // number of values to choose from; of fields that are left out
	Sent  int           // step in which the event that is taken was sent
	Place failure.Place // line of the code under test
	Now   string        // the clock, when it is not zero
	Hot   bool          // the state of the monitor is hot
	Cold  bool          // the state of the monitor is cold

	// Stack is how the code under test came to Place: its frames, innermost first, at most MaxStack.
	Stack []failure.Place

	// After are the indexes, ascending, of earlier events of the trace that this one directly follows from, beyond those that
	// come before it in its own lane: see Order.
	After []int

	// Encoded is what the flight recorder of a live system heard, for programs; nil unless it was told to keep that.
	Encoded *Encoded
}

// Encoded is a notification in the form of a codec (see package transport), or why it could not be brought into one.
type Encoded struct {
	Type    string // the name under which the type is registered
	Version int
	Data    []byte
	Error   string // "" if it could be encoded
}

// MaxStack is how many frames of a Stack are kept.
const MaxStack = 16
