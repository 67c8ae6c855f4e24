package harness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/spectable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

// Tables owns the old table, the new one and the reference, and carries out one access after the other. After a batch or an
// atomic query it does nothing else until that is annotated: reference and tables change at one instant.
type Tables struct {
	rows      bool // there are some at the beginning
	weak      bool // streams return any row that is valid
	annotated bool // for the reference
	machines  int  // that have not finished

	tables    [2]backend
	reference *spectable.Table
	streams   map[int]*stream // that are open
	opened    int
	waitsFor  ravel.ID // who is to annotate
}

// backend is a table that can be looked through.
type backend interface {
	table.Table
	Dump() []table.Entity
}

// TablesMachine is the machine of Tables.
var TablesMachine = ravel.Define[Tables]("Tables",
	ravel.Start("Ready",
		ravel.Entry((*Tables).start),
		ravel.On((*Tables).execute),
		ravel.On((*Tables).query),
		ravel.On((*Tables).open),
		ravel.On((*Tables).read),
		ravel.On((*Tables).close),
		ravel.On((*Tables).peek),
		ravel.On((*Tables).judge),
		ravel.On((*Tables).finish)),
	ravel.In("Annotated", // waits for an annotation
		ravel.On((*Tables).annotate),
		ravel.Defer[execute](), ravel.Defer[query](), ravel.Defer[open](), ravel.Defer[read](), ravel.Defer[closing](),
		ravel.Defer[peek](), ravel.Defer[judge](), ravel.Defer[finished]()))

func (t *Tables) start(c *ravel.Context) {
	if t.reference != nil {
		return // it comes back from an annotation
	}
	t.reference = spectable.New(spectable.Options{ETagPrefix: "r"})
	t.streams = make(map[int]*stream)
	for i, prefix := range []string{"o", "n"} {
		if t.weak {
			t.tables[i] = spectable.New(spectable.Options{ETagPrefix: prefix})
		} else {
			t.tables[i] = memtable.New(memtable.Options{ETagPrefix: prefix})
		}
	}
	if !t.rows {
		return
	}
	for _, e := range initial() {
		b := table.Batch{table.Insert(e.Key, e.Properties)}
		results, err := t.tables[oldTable].Execute(context.Background(), b)
		c.Assert(err == nil && results[0].ETag == e.ETag && t.reference.Mirror(b, results) == nil, "the initial rows: %v", err)
	}
}

// initial are the rows at the beginning, if there are any.
func initial() (rows []table.Entity) {
	for i, row := range []string{"0", "1", "3", "4"} {
		rows = append(rows, table.Entity{Key: key(row), ETag: table.ETag(fmt.Sprint("o", i+1)),
			Properties: table.Properties{isHappy: table.Bool(i%3 == 0)}})
	}
	return rows
}

func (t *Tables) execute(c *ravel.Context, e execute) {
	for _, op := range e.Batch {
		c.Assert(known(e.Place, op.Key), "nobody may use the key %v in the %v table: %v", op.Key, e.Place, e.Batch)
	}
	results, err := t.tables[e.Place].Execute(context.Background(), e.Batch)
	t.answer(c, e.From, reply{Results: results, Err: err})
}

// known reports whether a row may have a key. The zero key is legal, and none of those that are used.
func known(p place, k table.Key) bool {
	if !slices.Contains(partitions, k.Partition) {
		return false
	}
	return slices.Contains(rowKeys, k.Row) || p == oldTable && strings.HasPrefix(k.Row, mtable.Reserved) || large(k.Row)
}

func (t *Tables) query(c *ravel.Context, e query) {
	rows, err := t.tables[e.Place].QueryAtomic(context.Background(), e.Query)
	t.answer(c, e.From, reply{Rows: rows, Err: err})
}

// answer answers an access that is going to be annotated, as all are that have an outcome.
func (t *Tables) answer(c *ravel.Context, to ravel.ID, r reply) {
	c.Send(to, r)
	if t.annotated && (r.Err == nil || table.Outcome(r.Err) != nil) {
		t.waitsFor = to
		c.Goto("Annotated")
	}
}

func (t *Tables) peek(c *ravel.Context, e peek) {
	if !t.annotated {
		c.Send(e.From, reply{Rows: append(t.tables[newTable].Dump(), t.tables[oldTable].Dump()...)})
		return
	}
	c.Send(e.From, reply{Rows: t.reference.Dump(), Revision: t.reference.Revision()})
}

// annotate carries a call out on the reference, if it takes place.
func (t *Tables) annotate(c *ravel.Context, a annotate) {
	c.Assert(a.From == t.waitsFor, "%v annotates the access of %v", a.From, t.waitsFor)
	for _, changed := range a.Changed {
		err := t.reference.SetETag(changed.Key, changed.ETag)
		c.Assert(err == nil, "an ETag that changes without a write: %v", err)
	}
	if a.Linearizes {
		c.Send(a.From, t.linearize(c, a))
	}
	c.Goto("Ready")
}

func (t *Tables) linearize(c *ravel.Context, a annotate) (o outcome) {
	ctx := context.Background()
	switch {
	case a.Results != nil:
		err := t.reference.Mirror(a.Batch, a.Results)
		c.Assert(err == nil, "%v should not have succeeded like that: %v", a.Batch, err)
	case a.Batch != nil:
		_, o.Err = t.reference.Execute(ctx, a.Batch)
		c.Assert(o.Err != nil, "%v fails, and should succeed", a.Batch)
	default:
		o.Rows, o.Err = t.reference.QueryAtomic(ctx, a.Query)
	}
	return o
}

func (t *Tables) judge(c *ravel.Context, j judge) {
	valid, err := t.reference.ValidReads(j.Since, j.Query)
	c.Assert(err == nil, "%v", err)
	c.Assert(valid.Allows(j.Row, j.More), "%v from %v on, and it should be %v", j, j.Query.From, valid)
}

// finish looks at what is left when all machines have finished.
func (t *Tables) finish(c *ravel.Context, f finished) {
	c.Assert(f.Grants == 0, "%d grants have not been released", f.Grants)
	if t.machines--; t.machines > 0 {
		return
	}
	rows := t.tables[newTable].Dump()
	for _, e := range rows {
		for name := range e.Properties {
			c.Assert(!strings.HasPrefix(name, mtable.Reserved), "in the new table after the migration: %v", e)
		}
	}
	err := tabletest.SameRows(rows, t.reference.Dump())
	c.Assert(err == nil || !t.annotated, "the new table after the migration: %v", err)
	left := t.tables[oldTable].Dump()
	c.Assert(len(left) == 0, "the old table after the migration: %v", left)
	c.Assert(len(t.streams) == 0, "%d streams have not been closed", len(t.streams))
}
