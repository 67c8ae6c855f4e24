package strategy

import (
	"strconv"
	"time"
)

// OpKind is the kind of an operation.
type OpKind uint8

// The kinds of operations.
const (
	Machine   OpKind = iota // a machine with something to do
	Timer                   // an armed timer that may fire
	Fault                   // an offered fault that may happen
	End                     // the end of a quiescent execution
	Goroutine               // a goroutine that can go on
)

// Op is an operation: anything that can be scheduled. Its address identifies it during one execution.
type Op struct {
	// Index numbers the operations of an execution densely from 0 in the order of their appearance.
	Index int
	Kind  OpKind
	// Creator is the operation that created this one; nil for the root. Nth counts the creations of that kind by it,
	// from 0: the two identify an operation whatever the schedule.
	Creator *Op
	Nth     int
	// Next is what the operation does first if it moves now.
	Next Action
	// Due is when the timer's deadline comes, since the start of the clock; only for kind Timer.
	Due time.Duration
	// Name is the name of the machine, timer or fault, for reports.
	Name string
	// Budget numbers the budget that a fault draws from, Units says how much is left; both only for kind Fault.
	Budget, Units int
}

// Path identifies the operation by what led to it: "0.2" is the third machine created by the first one created by the
// root, "0.2t1" the second timer that machine started, "0.2f0" its first offered fault, "0.2g3" the fourth goroutine that its
// handlers started, "g0" the first one that a timer started. The root's path is "root".
func (o *Op) Path() string {
	switch o.Kind {
	case End:
		return "end"
	case Timer:
		return o.Creator.Path() + "t" + strconv.Itoa(o.Nth)
	case Fault:
		return o.Creator.Path() + "f" + strconv.Itoa(o.Nth)
	case Goroutine:
		if o.Creator == nil {
			return "g" + strconv.Itoa(o.Nth)
		}
		return o.Creator.Path() + "g" + strconv.Itoa(o.Nth)
	}
	switch {
	case o.Creator == nil:
		return "root"
	case o.Creator.Creator == nil:
		return strconv.Itoa(o.Nth)
	}
	return o.Creator.Path() + "." + strconv.Itoa(o.Nth)
}

// ActionKind is the kind of an action.
type ActionKind uint8

// The kinds of actions.
const (
	Start      ActionKind = iota // a created machine starts; Object is its inbox
	Dequeue                      // take an event and handle it; Object is the own inbox
	DefaultRun                   // run the default handler, having found no event; Object is the own inbox
	Resume                       // continue after a wait
	Send                         // Object is the receiver's inbox
	Create                       // Object is the new machine's inbox
	TimerStart                   // Object is the timer
	TimerStop                    // Object is the timer
	Fire                         // Object is the timer's owner's inbox
	Write                        // Object is a model
	Read                         // Object is a model
	Halt                         // Object is the own inbox
	Crash                        // Object is the inbox of the machine that goes down
	Inject                       // a fault; Object is its budget
	Finish                       // the execution ends
	Notify                       // Object is a monitor that hears; for a Reducer
	Access                       // a goroutine does something to an object other than reading it; 0 for none that others meet in
	Quiesce                      // the step waited until nothing else could move; Object is Clock; for a Reducer
	Acquire                      // an Access that locks
	Release                      // an Access that unlocks what an Acquire has locked
	Put                          // an Access that sends to a channel or closes it
	Take                         // an Access that receives from a channel
	Join                         // an Access that counts at a sync.WaitGroup, or waits for it
)

// Object is what an action touches; two actions on different objects are independent.
type Object uint32

// Inbox, TimerObject, ModelObject and BudgetObject name the objects of actions.
func Inbox(op int) Object       { return Object(op) }
func TimerObject(op int) Object { return Object(op) }
func ModelObject(n int) Object  { return 1<<30 | Object(n) }
func BudgetObject(n int) Object { return 1<<31 | Object(n) }

// GoObject names what goroutines meet in: a mutex, a channel, an atomic variable. They are numbered from 1 in the order in
// which an execution meets them; 0 stands for what only one goroutine can reach.
func GoObject(n int) Object { return 1<<29 | Object(n) }

// RoomObject names the room in a machine's bounded inbox, which who sends there takes and who takes an event gives back. Steps
// meet it in Writes that only a Reducer is told of.
func RoomObject(op int) Object { return 1<<28 | Object(op) }

// MonitorObject names a monitor.
func MonitorObject(n int) Object { return 3<<30 | Object(n) }

// What there is one of in an execution. Steps meet these in Reads and Writes that only a Reducer is told of.
const (
	Clock    = ^Object(0) - 1 - iota // read by Now
	Monitors                         // the list of monitors: read by notifications, written by registrations
	Models                           // the list of models: read by who looks for one, written by registrations
	Due                              // the timer that may be early: written by what may change which one that is, read by every other step
	Machines                         // the list of machines: read by creations, written by who sends to one that is not there
)

// own is the object of actions that meet nobody.
const own = Object(1 << 29)

// Action is what an operation does to an object in a step.
type Action struct {
	Kind   ActionKind
	Object Object
	// Event is which event of the inbox a Dequeue takes, or a Send or Fire puts there: events are numbered from 1 in the
	// order of their arrival at the inbox. With a DefaultRun it is an event that was taken in its place: had it come later,
	// the default handler would have run. 0: none, the event was lost or ignored, or the strategy is no Reducer.
	Event uint32
}

// Races reports whether the order of two actions of different operations may matter: they meet in the same object and
// are not both reads.
func Races(a, b Action) bool {
	return a.Object == b.Object && !(a.Kind == Read && b.Kind == Read) && a.Object != own
}
