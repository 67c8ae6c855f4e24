package harness

import (
	"fmt"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// place is one of the two tables.
type place int

const (
	oldTable place = iota
	newTable
)

func (p place) String() string { return [...]string{"old", "new"}[p] }

// What is asked of the tables. Each is answered by a reply, except closing.
type (
	execute struct {
		From  ravel.ID
		Place place
		Batch table.Batch
	}
	query struct {
		From  ravel.ID
		Place place
		Query table.AtomicQuery
	}
	open struct {
		From  ravel.ID
		Place place
		Query table.Query
	}
	read struct {
		From   ravel.ID
		Stream int
	}
	closing struct{ Stream int }

	// peek asks for the rows and the revision of the reference.
	peek struct{ From ravel.ID }
)

// reply is what the tables say.
type reply struct {
	Results  []table.Result
	Rows     []table.Entity
	Row      table.Entity
	More     bool
	Stream   int
	Revision int
	Err      error
}

// with tells the filter of a query, if it has one.
func with(f table.Filter) string {
	if text := f.String(); text != "" {
		return " with " + text
	}
	return ""
}

func (e execute) String() string { return fmt.Sprintf("%v: %v", e.Place, []table.Op(e.Batch)) }
func (e query) String() string {
	return fmt.Sprintf("%v: rows of %q%s", e.Place, e.Query.Partition, with(e.Query.Filter))
}
func (e open) String() string {
	return fmt.Sprintf("%v: stream from %v%s", e.Place, e.Query.From, with(e.Query.Filter))
}
func (e read) String() string    { return fmt.Sprintf("next of stream %d", e.Stream) }
func (e closing) String() string { return fmt.Sprintf("close stream %d", e.Stream) }
func (peek) String() string      { return "peek" }

func (r reply) String() string {
	switch {
	case r.Err != nil:
		return r.Err.Error()
	case r.Results != nil:
		return fmt.Sprint(r.Results)
	case r.More:
		return r.Row.String()
	case r.Stream > 0:
		return fmt.Sprintf("stream %d", r.Stream)
	}
	return fmt.Sprint(r.Rows)
}

// annotate follows every batch and every atomic query, before anything else happens to the tables. Where it is the
// linearization point of a call it carries the call, and is answered by an outcome.
type annotate struct {
	From  ravel.ID
	Batch table.Batch // of the call, if it is a batch
	Query table.AtomicQuery
	mtable.Annotation
}

// outcome is what the reference makes of a call.
type outcome struct {
	Rows []table.Entity
	Err  error
}

func (a annotate) String() string {
	switch {
	case !a.Linearizes && len(a.Changed) > 0:
		return fmt.Sprintf("copied: %v", a.Changed)
	case !a.Linearizes:
		return "step"
	case a.Batch != nil:
		return fmt.Sprintf("linearizes %v: %v", []table.Op(a.Batch), a.Results)
	}
	return fmt.Sprintf("linearizes the query of %q with %v", a.Query.Partition, a.Query.Filter)
}

func (o outcome) String() string {
	if o.Err != nil {
		return o.Err.Error()
	}
	return fmt.Sprint(o.Rows)
}

// judge asks whether a stream could return what it did.
type judge struct {
	Since int
	Query table.Query // the rest of the stream
	Row   table.Entity
	More  bool
}

func (j judge) String() string {
	if !j.More {
		return "the stream has ended"
	}
	return fmt.Sprintf("the stream returned %v", j.Row)
}

// push moves a client to a state; acted says that it acts in it.
type (
	push struct {
		To     config.State
		Number int
		Leader ravel.ID
	}
	acted struct{ Number int }
)

func (p push) String() string { return p.To.String() }

// reached tells a service that its client acts in a state.
type reached struct{ State config.State }

func (r reached) String() string { return "acts in " + r.State.String() }

// Inside a client: released ends a wait for a call under way, unparked one for a lock.
type (
	released struct{}
	unparked struct{}
)

// finished says that a service or the migrator has nothing more to do.
type finished struct {
	Grants int // that are out
}
