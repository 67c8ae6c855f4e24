package mtable

import (
	"errors"

	"github.com/ravelgo/ravel/systems/mtable/table"
)

// maxNamed is how many rows a filter names one by one. Azure Tables takes 15 comparisons.
const maxNamed = 14

// rowsFilter is met by the rows that operations are on, and if there are many by all rows between them.
func rowsFilter(b table.Batch) table.Filter {
	row := func(c table.Comparison, key string) table.Filter {
		return table.Compared(table.RowKey, c, table.Text(key))
	}
	if len(b) <= maxNamed {
		named := make([]table.Filter, len(b))
		for i, op := range b {
			named[i] = row(table.EQ, op.Key.Row)
		}
		return table.Or(named[0], named[1:]...)
	}
	low, high := b[0].Key.Row, b[0].Key.Row
	for _, op := range b[1:] {
		if table.Compare(op.Key.Row, low) < 0 {
			low = op.Key.Row
		}
		if table.Compare(op.Key.Row, high) > 0 {
			high = op.Key.Row
		}
	}
	return table.And(row(table.GE, low), row(table.LE, high))
}

// readRows reads the rows that operations are on, at one instant, into found.
func (c *call) readRows(from table.Table, b table.Batch, found map[string]table.Entity) error {
	rows, err := c.query(from, b[0].Key.Partition, rowsFilter(b))
	for _, row := range rows {
		found[row.Row] = row
	}
	return err
}

// readPieces is readRows for rows that cannot be read at one instant.
func (c *call) readPieces(from table.Table, b table.Batch, found map[string]table.Entity) error {
	for len(b) > 0 {
		n := min(len(b), maxNamed)
		if err := c.readRows(from, b[:n], found); err != nil {
			return err
		}
		if b = b[n:]; len(b) > 0 {
			c.annotate(step)
		}
	}
	return nil
}

// readWhole is readRows, at one instant if possible.
func (c *call) readWhole(from table.Table, b table.Batch) (map[string]table.Entity, error) {
	found := make(map[string]table.Entity, len(b))
	err := c.readRows(from, b, found)
	if len(b) > maxNamed && errors.Is(err, table.ErrTooLarge) {
		clear(found)
		err = c.readPieces(from, b, found)
	}
	return found, err
}

// copyAffected copies the rows of a batch that are in the old table only. That they are read one after the other does no
// harm: the partition is switched, so they do not change in the old table, and none leaves the new one.
func (c *call) copyAffected(b table.Batch) error {
	from, err := c.readWhole(c.table.old, b)
	if err != nil {
		return err
	}
	c.annotate(step)
	there, err := c.readWhole(c.table.new, b)
	if err != nil {
		return err
	}
	c.annotate(step)
	for _, op := range b {
		row, isOld := from[op.Key.Row]
		if _, isNew := there[op.Key.Row]; !isOld || isNew {
			continue
		}
		_, unsettled, err := copyRow(c.ctx, c.table.new, &c.table.options, row)
		c.unsettled = c.unsettled || unsettled
		if err != nil {
			return err
		}
	}
	return nil
}

// readAffected reads the rows of a batch in the new table. The last access is not annotated: it is the linearization point
// if the batch is refused for what was read. That is right only if the reasons were there at one instant. So rows that can
// only be read one after the other are good for a batch that then succeeds, as it makes sure that they have not changed;
// for one that is refused they are read again, up to the operation that fails.
func (c *call) readAffected(w *translation) (map[string]table.Entity, error) {
	b := w.batch
	found := make(map[string]table.Entity, len(b))
	err := c.readRows(c.table.new, b, found)
	if len(b) <= maxNamed || !errors.Is(err, table.ErrTooLarge) {
		return found, err
	}
	clear(found)
	if err := c.readPieces(c.table.new, b, found); err != nil {
		return nil, err
	}
	var refused *table.Error
	if _, err := w.translate(found); !errors.As(err, &refused) {
		return found, nil
	}
	c.annotate(step)
	upTo := b[:refused.Op+1]
	again := make(map[string]table.Entity, len(upTo))
	if err := c.readRows(c.table.new, upTo, again); err != nil {
		return nil, err
	}
	for _, op := range upTo {
		row, there := again[op.Key.Row]
		if refusal(op, row, there && !isTombstone(row)) != nil {
			return again, nil // enough for translate, which looks no further than this
		}
	}
	c.annotate(step)
	return nil, errOvertaken
}
