package tabletest_test

import (
	"context"
	"testing"

	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

// mutant is a table with a mistake.
type mutant struct {
	table.Table
	execute func(table.Table, table.Batch) ([]table.Result, error)
	filter  func(table.Filter) table.Filter
	stream  func(table.Stream) table.Stream
}

func (m *mutant) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	if m.execute != nil {
		return m.execute(m.Table, b)
	}
	return m.Table.Execute(ctx, b)
}

func (m *mutant) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	if m.filter != nil {
		q.Filter = m.filter(q.Filter)
	}
	return m.Table.QueryAtomic(ctx, q)
}

func (m *mutant) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	s, err := m.Table.QueryStream(ctx, q)
	if err == nil && m.stream != nil {
		s = m.stream(s)
	}
	return s, err
}

// skipping leaves a row out.
type skipping struct {
	table.Stream
	n int
}

func (s *skipping) Next(ctx context.Context) (table.Entity, bool, error) {
	if s.n++; s.n == 3 {
		_, _, _ = s.Stream.Next(ctx)
	}
	return s.Stream.Next(ctx)
}

// each changes the operations of a batch.
func each(change func(table.Op) table.Op) func(table.Table, table.Batch) ([]table.Result, error) {
	return func(to table.Table, b table.Batch) ([]table.Result, error) {
		changed := make(table.Batch, len(b))
		for i, op := range b {
			changed[i] = change(op)
		}
		results, err := to.Execute(context.Background(), changed)
		for i := range results {
			results[i].Status = b[i].Status()
		}
		return results, err
	}
}

// Walks find mistakes within a few seeds.
func TestMutants(t *testing.T) {
	mutants := map[string]*mutant{
		"ETags do not count": {execute: each(func(op table.Op) table.Op {
			if op.Kind.Conditional() {
				op.IfMatch = table.AnyETag()
			}
			return op
		})},
		"Merge replaces": {execute: each(func(op table.Op) table.Op {
			if op.Kind == table.OpMerge {
				op.Kind = table.OpReplace
			}
			return op
		})},
		"Insert replaces": {execute: each(func(op table.Op) table.Op {
			if op.Kind == table.OpInsert {
				op.Kind = table.OpInsertOrReplace
			}
			return op
		})},
		"batches are not atomic": {execute: func(to table.Table, b table.Batch) (all []table.Result, err error) {
			for i, op := range b {
				results, err := to.Execute(context.Background(), table.Batch{op})
				if out := table.Outcome(err); out != nil {
					return nil, table.Failed(out.Kind, i)
				}
				all = append(all, results...)
			}
			return all, nil
		}},
		"errors name the first operation": {execute: func(to table.Table, b table.Batch) ([]table.Result, error) {
			results, err := to.Execute(context.Background(), b)
			if out := table.Outcome(err); out != nil {
				err = table.Failed(out.Kind, 0)
			}
			return results, err
		}},
		"deletes return ETags": {execute: func(to table.Table, b table.Batch) ([]table.Result, error) {
			results, err := to.Execute(context.Background(), b)
			for i := range results {
				if b[i].Kind.Deletes() {
					results[i].ETag = "x"
				}
			}
			return results, err
		}},
		"filters do not count": {filter: func(table.Filter) table.Filter { return table.Filter{} }},
		"streams skip a row":   {stream: func(s table.Stream) table.Stream { return &skipping{Stream: s} }},
	}
	for name, m := range mutants {
		found := -1
		for seed := 0; seed < 20 && found < 0; seed++ {
			m.Table = memtable.New(memtable.Options{})
			if tabletest.NewWalk(uint64(seed), "wrong").Run(tabletest.NewReference(m), 60) != nil {
				found = seed
			}
		}
		if found < 0 {
			t.Errorf("%s: not found", name)
		}
	}
	ref := tabletest.NewReference(&mutant{Table: memtable.New(memtable.Options{})})
	if err := tabletest.NewWalk(1, "wrong").Run(ref, 60); err != nil {
		t.Errorf("without a mistake: %v", err)
	}
}
