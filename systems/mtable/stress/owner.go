package stress

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/spectable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

// owner is a client of an ordinary stress test. It has rows of its own in the partitions of all, and makes one call after the
// other, so that what it finds in them can only be what it has written last. ETags are as they are found: rows are moved.
type owner struct {
	*process
	prefix string // of its row keys
	table  *mtable.Table
	walk   *tabletest.Walk
	own    *spectable.Table
}

func newOwner(r *round, number int, seed uint64) *owner {
	o := &owner{process: newProcess(r), prefix: fmt.Sprintf("%d-", number), walk: tabletest.NewWalk(seed, "bogus"),
		own: spectable.New(spectable.Options{})}
	o.walk.MaxOps = 2
	for i, row := range o.walk.Rows {
		o.walk.Rows[i] = o.prefix + row
	}
	from, to := o.tables()
	var err error
	o.table, err = mtable.New(from, to, service{r.config.clients[number], r}, mtable.Options{Bugs: r.bugs})
	if err != nil {
		r.fail("a client: %w", err)
	}
	return o
}

// run makes calls as long as the migration goes on.
func (o *owner) run() {
	for r := o.round; !r.over.Load() && r.ctx.Err() == nil; r.calls.Add(1) {
		if err := o.any(); err != nil {
			r.fail("the owner of %s: %w", o.prefix, err)
		}
	}
}

// any makes a random call.
func (o *owner) any() error {
	draws := o.walk.Rand
	partition, filter := partitions[draws.IntN(len(partitions))], filters[draws.IntN(len(filters))]
	switch draws.IntN(4) {
	case 0:
		rows, err := table.ReadAll(o.ctx, o.table, table.Query{Filter: filter})
		return o.compare(rows, err, func(table.Entity) bool { return true }, filter)
	case 1:
		return o.look(partition, filter)
	}
	return o.batch(o.walk.Batch(o.own.Dump()))
}

// look makes an atomic query.
func (o *owner) look(partition string, filter table.Filter) error {
	rows, err := o.table.QueryAtomic(o.ctx, table.AtomicQuery{Partition: partition, Filter: filter})
	return o.compare(rows, err, func(e table.Entity) bool { return e.Partition == partition }, filter)
}

// compare compares the owner's rows among those that were read with what must be there, and learns their ETags.
func (o *owner) compare(rows []table.Entity, err error, in func(table.Entity) bool, filter table.Filter) error {
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(e table.Entity) bool { return !strings.HasPrefix(e.Row, o.prefix) })
	want := slices.DeleteFunc(o.own.Dump(), func(e table.Entity) bool { return !in(e) || !filter.Matches(e) })
	if err := tabletest.SameRows(withoutETags(rows), withoutETags(want)); err != nil {
		return err
	}
	for _, e := range rows {
		if err := o.own.SetETag(e.Key, e.ETag); err != nil {
			return err
		}
	}
	return nil
}

// batch executes a batch and compares what it does with what must become of it.
func (o *owner) batch(b table.Batch) error {
	results, err := o.table.Execute(o.ctx, b)
	if err == nil {
		if err := o.own.Mirror(b, results); err != nil {
			return fmt.Errorf("%v should not have succeeded like that: %w", b, err)
		}
		return nil
	}
	if errors.Is(err, table.ErrPreconditionFailed) { // the row may have been moved
		if err := o.look(b[0].Key.Partition, table.Filter{}); err != nil {
			return err
		}
	}
	if _, want := o.own.Execute(context.Background(), b); !tabletest.SameError(err, want) {
		return fmt.Errorf("%v: error %w, want %v", b, err, want)
	}
	return nil
}

// ownedRows are what must be in the table at the end.
func ownedRows(owners []*owner) (all []table.Entity) {
	for _, o := range owners {
		all = append(all, o.own.Dump()...)
	}
	slices.SortFunc(all, func(a, b table.Entity) int { return a.Key.Compare(b.Key) })
	return withoutETags(all)
}

// withoutETags returns rows as far as their writer knows them.
func withoutETags(rows []table.Entity) []table.Entity {
	bare := make([]table.Entity, len(rows))
	for i, e := range rows {
		bare[i] = table.Entity{Key: e.Key, Properties: e.Properties}
	}
	return bare
}
