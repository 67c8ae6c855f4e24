package mtable

import (
	"context"
	"errors"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Everything in this file is about one access to the old or the new table.

// execute sends a batch that must not be sent twice.
func (c *call) execute(to table.Table, b table.Batch) ([]table.Result, error) {
	results, err := execute(c.ctx, to, b)
	if errors.Is(err, table.ErrIndeterminate) {
		c.unsettled = true
	}
	return results, err
}

// query reads. What was read when the permission to do so had ended already is worth nothing: the rows may have moved.
func (c *call) query(from table.Table, partition string, f table.Filter) ([]table.Entity, error) {
	rows, err := from.QueryAtomic(c.ctx, table.AtomicQuery{Partition: partition, Filter: f})
	if c.ctx.Err() != nil {
		return nil, context.Cause(c.ctx)
	}
	return rows, err
}

// execute looks at the context, which may know better than its Done, right before sending.
func execute(ctx context.Context, to table.Table, b table.Batch) ([]table.Result, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return to.Execute(ctx, b)
}

// repeats is how often a batch that may be repeated is, while its outcome is unknown.
const repeats = 5

// repeatable sends a batch that may take effect twice. It reports whether there was an attempt that may still do so.
func repeatable(ctx context.Context, to table.Table, b table.Batch) (results []table.Result, unsettled bool, err error) {
	for i := 1; ; i++ {
		results, err = execute(ctx, to, b)
		if !errors.Is(err, table.ErrIndeterminate) {
			return results, unsettled, err
		}
		unsettled = true
		if i == repeats || pause(ctx, goWaiter{}, i) != nil {
			return results, unsettled, err
		}
	}
}

// failed reports whether a batch failed with an outcome at an operation.
func failed(err error, kind error, op int) bool {
	out := table.Outcome(err)
	return out != nil && out.Kind == kind && out.Op == op
}

// unexpected returns an error for an access whose outcome contradicts the protocol. Errors that are no outcomes, such as
// that of a network, are passed on: they contradict nothing.
func unexpected(err error, doing string) error {
	if table.Outcome(err) != nil {
		return table.Wrap(table.ErrInternal, err, "%s: this cannot happen if all processes follow the protocol", doing)
	}
	return err
}
