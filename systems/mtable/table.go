package mtable

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// MaxBatch is the largest number of operations in a batch: one less than that of the tables below, which need room for an
// operation that makes sure that the partition has not been switched.
const MaxBatch = table.MaxBatch - 1

// Options of a Table. The zero Options are good.
type Options struct {
	// Monitor is told what happens, if not nil.
	Monitor Monitor

	// Attempts is how often a batch is tried that is overtaken by others. 100 if zero. Then it is ErrContention.
	Attempts int

	// Settle is how long a request may still take effect whose outcome is unknown. The configuration does not change for so
	// long after one. Zero is right only for tables without a network.
	Settle time.Duration

	// Waiter is how calls wait, for tests. Nil is as goroutines do.
	Waiter Waiter

	// Bugs puts mistakes back, for tests.
	Bugs bug.Set
}

// Table is a table that is being moved. Its methods may be called concurrently, in any number of processes.
type Table struct {
	old, new table.Table
	config   config.Service
	options  Options
	canAll   table.Capabilities
}

var _ table.Table = (*Table)(nil)

// New returns the table that is moved from one table to another, as the configuration says.
func New(from, to table.Table, c config.Service, o Options) (*Table, error) {
	if from == nil || to == nil || c == nil {
		return nil, table.Invalid(table.NoOp, "a migrating table needs an old table, a new one and a configuration")
	}
	if o.Attempts < 0 || o.Settle < 0 {
		return nil, table.Invalid(table.NoOp, "%d attempts, %v to settle: neither can be negative", o.Attempts, o.Settle)
	}
	if o.Attempts == 0 {
		o.Attempts = 100
	}
	if o.Waiter == nil {
		o.Waiter = goWaiter{}
	}
	if err := o.Bugs.Check(); err != nil {
		return nil, table.Invalid(table.NoOp, "%w", err)
	}
	return &Table{old: from, new: to, config: c, options: o, canAll: table.Capabilities{
		DeleteIfExistsInBatch: from.Capabilities().DeleteIfExistsInBatch && to.Capabilities().DeleteIfExistsInBatch,
	}}, nil
}

// Capabilities are those that both tables have.
func (t *Table) Capabilities() table.Capabilities { return t.canAll }

// Reserved begins the names of rows and properties that the protocol uses.
const Reserved = "_mtable_"

func reserved(name string) bool { return strings.HasPrefix(name, Reserved) }

// checkBatch returns an error if no state of the configuration allows the batch.
func (t *Table) checkBatch(b table.Batch) error {
	limit := MaxBatch
	if t.options.Bugs.Has(bug.DefectF) {
		limit = table.MaxBatch
	}
	if err := b.Validate(limit); err != nil {
		return err
	}
	for i, op := range b {
		if reserved(op.Key.Row) {
			return table.Invalid(i, "row key %q: names that begin with %s are reserved", op.Key.Row, Reserved)
		}
		for name := range op.Properties {
			if reserved(name) {
				return table.Invalid(i, "property %q: names that begin with %s are reserved", name, Reserved)
			}
		}
		if op.Kind == table.OpDeleteIfExists && len(b) > 1 && !t.canAll.DeleteIfExistsInBatch {
			return table.Invalid(i, "one of the tables knows no DeleteIfExists together with other operations: "+
				"make it a batch of its own")
		}
	}
	return nil
}

// checkFilter returns an error if a filter looks at what callers do not see.
func checkFilter(f table.Filter) error {
	for name := range f.Names {
		if reserved(name) {
			return table.Invalid(table.NoOp, "the filter compares %q: names that begin with %s are reserved", name, Reserved)
		}
	}
	return nil
}

// call is a batch or an atomic query under way, in one state of the configuration.
type call struct {
	table *Table
	ctx   context.Context
	state config.State

	// unsettled says that something was sent whose outcome is unknown.
	unsettled bool
}

// begin returns a call, and a function that ends it.
func (t *Table) begin(ctx context.Context) (*call, func(), error) {
	g, err := t.config.Hold(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("mtable: configuration: %w", err)
	}
	c := &call{table: t, ctx: g.Context, state: g.State}
	return c, func() {
		if c.unsettled && t.options.Settle > 0 {
			time.AfterFunc(t.options.Settle, g.Release)
			return
		}
		g.Release()
	}, nil
}
