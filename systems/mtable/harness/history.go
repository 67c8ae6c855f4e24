package harness

import (
	"errors"
	"fmt"

	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// calls that a history is made of: those that are linearizable, batches and atomic queries. Machines are its clients.
type history = linear.Spec[string, historyInput, historyOutput]

// historyInput is what is called: a batch, or a query if there is none.
type historyInput struct {
	Partition string
	Batch     table.Batch
	Filter    table.Filter
}

func (i historyInput) String() string {
	if i.Batch == nil {
		return fmt.Sprintf("the query of %q with %v", i.Partition, i.Filter)
	}
	return fmt.Sprint([]table.Op(i.Batch))
}

// historyOutput is what is returned: results or rows, or the status of the operation that fails.
type historyOutput struct {
	Results []table.Result
	Rows    []table.Entity
	Failed  table.Status
	Op      int
}

func (o historyOutput) String() string {
	switch {
	case o.Failed != 0:
		return fmt.Sprintf("%d at operation %d", o.Failed, o.Op)
	case o.Results != nil:
		return fmt.Sprint(o.Results)
	}
	return fmt.Sprint(o.Rows)
}

// invoke tells the history that a call begins.
func (cl *client) invoke(in historyInput) {
	if cl.history {
		cl.at.Notify(history{}.Invoked(cl.at.Self().String(), in))
	}
}

// returned tells the history how a call has ended.
func (cl *client) returned(results []table.Result, rows []table.Entity, err error) {
	if !cl.history {
		return
	}
	who := cl.at.Self().String()
	switch out := table.Outcome(err); {
	case cl.life.over || errors.Is(err, table.ErrIndeterminate):
		cl.at.Notify(history{}.Lost(who))
	case errors.Is(err, table.ErrUnavailable) || errors.Is(err, table.ErrInvalidArgument):
		cl.at.Notify(history{}.Failed(who))
	case out != nil:
		cl.at.Notify(history{}.Returned(who, historyOutput{Failed: out.Status(), Op: out.Op}))
	case err != nil:
		cl.at.Fail("a call fails: %v", err)
	default:
		cl.at.Notify(history{}.Returned(who, historyOutput{Results: results, Rows: rows}))
	}
}
