package spec

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/spec/internal/definition"
)

// Progress is the specification that every request Q is answered in the end. Its monitor is hot while a request is
// pending, and says in the trace which ones are.
//
// Its state grows with the number of requests that are pending at a time, not with the number of requests.
type Progress[Q comparable] struct {
	// MayAbandon is how many requests may be given up in one execution, because their client has died for example; negative
	// is any number. One more is a failure: a program that gives up everything makes no progress.
	MayAbandon int
	// Once demands an answer at most once, and to requests only: an answer to what is not pending is a failure. Without it
	// such an answer means nothing, as where requests are sent again.
	Once bool
	// Name is the monitor's name in reports; empty is "Progress".
	Name string
}

// Asked says that a request is owed an answer. To ask again what is pending changes nothing.
type Asked[Q comparable] struct{ Request Q }

// Answered says that a request has its answer.
type Answered[Q comparable] struct{ Request Q }

// Abandoned says that nobody waits for the answer any more.
type Abandoned[Q comparable] struct{ Request Q }

const (
	answered ravel.State = "Answered"
	waiting  ravel.State = "Waiting"
)

// Monitor returns a monitor that hears Asked, Answered and Abandoned.
func (p Progress[Q]) Monitor() ravel.Monitor {
	return definition.Of[progress[Q]](p.Name, "Progress", func() []ravel.StateClause {
		return []ravel.StateClause{
			ravel.Cold(answered,
				ravel.On((*progress[Q]).asked), ravel.On((*progress[Q]).answered), ravel.On((*progress[Q]).abandoned)),
			ravel.Hot(waiting,
				ravel.On((*progress[Q]).asked), ravel.On((*progress[Q]).answered), ravel.On((*progress[Q]).abandoned)),
		}
	}).New(&progress[Q]{once: p.Once, unlimited: p.MayAbandon < 0, allowed: p.MayAbandon, pending: make(map[Q]bool)})
}

// Asked returns the event.
func (Progress[Q]) Asked(request Q) Asked[Q] { return Asked[Q]{request} }

// Answered returns the event.
func (Progress[Q]) Answered(request Q) Answered[Q] { return Answered[Q]{request} }

// Abandoned returns the event.
func (Progress[Q]) Abandoned(request Q) Abandoned[Q] { return Abandoned[Q]{request} }

func (e Asked[Q]) String() string     { return fmt.Sprintf("%v is asked", e.Request) }
func (e Answered[Q]) String() string  { return fmt.Sprintf("%v is answered", e.Request) }
func (e Abandoned[Q]) String() string { return fmt.Sprintf("%v is abandoned", e.Request) }

// progress is the monitor's state.
type progress[Q comparable] struct {
	once, unlimited bool
	allowed         int // how many requests may be abandoned
	given           int // how many have been; not counted if unlimited
	pending         map[Q]bool
}
