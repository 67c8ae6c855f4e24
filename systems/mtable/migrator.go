package mtable

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// MigratorOptions are those of a Migrator. The zero MigratorOptions are good.
type MigratorOptions struct {
	// Monitor is told what happens, if not nil. There are no linearization points.
	Monitor Monitor

	// Settle is as in [Options].
	Settle time.Duration

	// Progress is called with what has been done so far, after each row and each state, if not nil.
	Progress func(config.State, Report)

	// Bugs puts mistakes back, for tests.
	Bugs bug.Set
}

// Migrator moves the rows, and the configuration from one state to the next.
type Migrator struct {
	old, new   table.Table
	controller config.Controller
	options    MigratorOptions
}

// Report counts what Migrate has done. A migration that was resumed counts from its resumption.
type Report struct {
	Scanned    int // rows of the old table, without those of the protocol
	Copied     int // of these, rows that were not in the new table yet
	Tombstones int // removed from the new table
	Unmarked   int // rows of the new table that lost properties of the protocol; none unless other versions have written
	Removed    int // rows of the old table
}

// NewMigrator returns a migrator between two tables.
func NewMigrator(from, to table.Table, c config.Controller, o MigratorOptions) (*Migrator, error) {
	if from == nil || to == nil || c == nil {
		return nil, table.Invalid(table.NoOp, "a migrator needs an old table, a new one and a configuration")
	}
	if o.Settle < 0 {
		return nil, table.Invalid(table.NoOp, "%v to settle: it cannot be negative", o.Settle)
	}
	if err := o.Bugs.Check(); err != nil {
		return nil, table.Invalid(table.NoOp, "%w", err)
	}
	return &Migrator{from, to, c, o}, nil
}

// Migrate becomes the leader of the configuration and does what is left to do: everything, if nobody has begun. When it
// returns nil all clients are in UseNew, all rows in the new table, the old one is empty, and neither has rows or properties
// of the protocol. After an error, call it again; it begins the phase again that it was in. It can be called again after a
// migration, and finds nothing to do.
//
// Only one Migrate works at a time. The others wait.
func (m *Migrator) Migrate(ctx context.Context) (Report, error) {
	leader, err := m.controller.Lead(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("mtable: become leader of the configuration: %w", err)
	}
	defer leader.Resign()
	r := &run{migrator: m, ctx: leader.Context(), leader: leader}
	if err = r.all(); r.unsettled {
		time.Sleep(m.options.Settle) // before somebody else leads
	}
	if cause := context.Cause(r.ctx); err != nil && cause != nil && !errors.Is(err, cause) {
		err = fmt.Errorf("%w (%w)", err, cause)
	}
	return r.report, err
}

// run is one call of Migrate.
type run struct {
	migrator *Migrator
	ctx      context.Context // of the leadership
	leader   config.Leader
	report   Report

	// unsettled says that something was sent whose outcome is unknown.
	unsettled bool
}

func (r *run) all() error {
	state, err := r.leader.State(r.ctx)
	if err != nil {
		return fmt.Errorf("mtable: read the configuration: %w", err)
	}
	// Whoever stored the state may have died before all clients had reached it.
	if !r.migrator.options.Bugs.Has(bug.DefectH) {
		if err := r.push(state); err != nil {
			return err
		}
	}
	for state < config.UseNew {
		if state == config.PreferNew {
			if err := r.copyAll(); err != nil {
				return fmt.Errorf("mtable: copy: %w", err)
			}
		}
		if state, err = r.next(state); err != nil {
			return err
		}
	}
	if err := r.cleanNew(); err != nil {
		return fmt.Errorf("mtable: clean the new table up: %w", err)
	}
	if err := r.cleanOld(); err != nil {
		return fmt.Errorf("mtable: clean the old table up: %w", err)
	}
	return nil
}

// next pushes the state after one and returns it.
func (r *run) next(state config.State) (config.State, error) {
	bugs := r.migrator.options.Bugs
	to := state + 1
	switch {
	case bugs.Has(bug.MigrateSkipPreferOld) && to == config.PreferOld:
		to = config.PreferNew
	case bugs.Has(bug.MigrateSkipUseNewWithTombstones) && to == config.UseNewWithTombstones:
		to = config.UseNew
	case bugs.Has(bug.InsertBehindMigrator) && to == config.PreferNew:
		if err := r.copyAll(); err != nil {
			return state, fmt.Errorf("mtable: copy: %w", err)
		}
		to = config.UseNewWithTombstones
	}
	return to, r.push(to)
}

// push moves the configuration. It waits first until nothing is on its way that was meant for an earlier state.
func (r *run) push(s config.State) error {
	if r.unsettled && r.migrator.options.Settle > 0 {
		t := time.NewTimer(r.migrator.options.Settle)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.ctx.Done():
			return context.Cause(r.ctx)
		}
	}
	r.unsettled = false
	if err := r.leader.Push(r.ctx, s); err != nil {
		return fmt.Errorf("mtable: move the configuration to %v: %w", s, err)
	}
	r.progress(s)
	return nil
}

func (r *run) progress(s config.State) {
	if r.migrator.options.Progress != nil {
		r.migrator.options.Progress(s, r.report)
	}
}

func (r *run) annotate(a Annotation) {
	o := Options{Monitor: r.migrator.options.Monitor}
	o.annotate(r.ctx, a)
}

// execute sends a batch that may be repeated.
func (r *run) execute(to table.Table, op table.Op) (table.Result, error) {
	results, unsettled, err := repeatable(r.ctx, to, table.Batch{op})
	r.unsettled = r.unsettled || unsettled
	if err != nil {
		return table.Result{}, err
	}
	return results[0], nil
}
