package mtable

import (
	"context"
	"errors"

	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

// Execute implements [table.Table].
func (t *Table) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	if err := t.checkBatch(b); err != nil {
		return nil, err
	}
	c, end, err := t.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	switch c.state {
	case config.UseOld:
		return c.writeDirectly(b)
	case config.PreferOld:
		results, err := c.writeOld(b)
		if errors.Is(err, errSwitched) {
			return c.writeNew(b)
		}
		return results, err
	}
	return c.writeNew(b)
}

// writeDirectly passes a batch on to the old table.
func (c *call) writeDirectly(b table.Batch) ([]table.Result, error) {
	results, err := c.execute(c.table.old, b)
	switch {
	case err == nil:
		c.annotate(Annotation{Linearizes: true, Results: results})
	case table.Outcome(err) != nil:
		c.annotate(lp)
	}
	return results, err
}

// errSwitched says that a partition has been switched.
var errSwitched = errors.New("the partition has been switched")

// writeOld writes to the old table on condition that the partition is populated, that is, not switched; otherwise it
// returns errSwitched.
func (c *call) writeOld(b table.Batch) ([]table.Result, error) {
	partition := b[0].Key.Partition
	if err := c.markPopulated(partition); err != nil {
		return nil, err
	}
	asserted := make(table.Batch, 0, len(b)+1)
	asserted = append(asserted, table.Merge(assertionKey(partition), nil, table.AnyETag()))
	asserted = append(asserted, b...)
	alone := b[0].Kind == table.OpDeleteIfExists && !c.table.canAll.DeleteIfExistsInBatch
	if alone {
		asserted[1] = table.Delete(b[0].Key, table.AnyETag())
	}
	results, err := c.execute(c.table.old, asserted)
	if alone && failed(err, table.ErrNotFound, 1) {
		// The partition was populated, and the row not there, at the instant of the failure.
		results, err = []table.Result{{}, {Status: b[0].Status()}}, nil
	}
	if err == nil {
		results = results[1:]
		c.annotate(Annotation{Linearizes: true, Results: results})
		return results, nil
	}
	if failed(err, table.ErrNotFound, 0) {
		c.annotate(step)
		return nil, errSwitched
	}
	return nil, c.refused(err)
}

// refused returns the error of a batch behind an assertion as that of the batch without.
func (c *call) refused(err error) error {
	var e *table.Error
	if !errors.As(err, &e) || e.Op == table.NoOp {
		return err
	}
	if e.Op == 0 {
		return unexpected(err, "assert that a partition is populated")
	}
	moved := *e
	moved.Op--
	if moved.Status() != 0 {
		c.annotate(lp)
	}
	return &moved
}

// writeNew writes to the new table: it reads the rows concerned, and sends a batch that only succeeds if they are still as
// they were.
func (c *call) writeNew(b table.Batch) ([]table.Result, error) {
	o := &c.table.options
	if c.state < config.UseNew || o.Bugs.Has(bug.DefectD) {
		if err := c.ensureSwitched(b[0].Key.Partition); err != nil {
			return nil, err
		}
	}
	if c.state <= config.PreferNew {
		if err := c.copyAffected(b); err != nil {
			return nil, err
		}
	}
	w := &translation{batch: b, tombstones: c.state <= config.UseNewWithTombstones, bugs: o.Bugs,
		deleteIfExists: c.table.canAll.DeleteIfExistsInBatch}
	for n := 1; ; n++ {
		results, err := c.attempt(w)
		if !errors.Is(err, errOvertaken) {
			return results, err
		}
		if n >= o.Attempts && !o.Bugs.Has(bug.DefectG) {
			return nil, table.Wrap(table.ErrContention, nil, "%d attempts", n)
		}
		if err := pause(c.ctx, o.Waiter, n); err != nil {
			return nil, err
		}
	}
}

// errOvertaken says that a row has changed between reading and writing.
var errOvertaken = errors.New("overtaken")

// attempt reads the rows that are concerned and executes the translated batch.
func (c *call) attempt(w *translation) ([]table.Result, error) {
	found, err := c.readAffected(w)
	if err != nil {
		return nil, err
	}
	translated, err := w.translate(found)
	if err != nil {
		c.annotate(lp) // the rows that were read last are a reason to fail
		return nil, err
	}
	c.annotate(step)
	sent, err := c.execute(c.table.new, translated)
	switch {
	case err == nil || w.absent(err):
		results := w.results(sent)
		c.annotate(Annotation{Linearizes: true, Results: results})
		return results, nil
	case c.retry(w, err):
		if table.Outcome(err) != nil {
			c.annotate(step)
		}
		return nil, errOvertaken
	}
	return nil, unexpected(err, "write to the new table")
}

// retry reports whether an error only shows that somebody else was faster.
func (c *call) retry(w *translation, err error) bool {
	bugs := c.table.options.Bugs
	return w.overtaken(err) || bugs.Has(bug.DefectG) ||
		bugs.Has(bug.DefectJ) && errors.Is(err, table.ErrIndeterminate)
}
