package check

import (
	"github.com/ravelgo/ravel/schedule"
	"github.com/ravelgo/ravel/strategy"
)

// naming notes the choices of an execution by name, as the engine does in recorded executions, which are slower: a strategy
// that is asked for all choices has what it takes.
type naming struct {
	list  []schedule.Named
	apart int // deviations from the default order in the list
	last  *strategy.Op
	paths []string // by Op.Index
	asks  []int    // by Op.Index: values asked for
}

func (l *naming) start() {
	l.list, l.apart, l.last, l.paths, l.asks = l.list[:0], 0, nil, l.paths[:0], l.asks[:0]
}

// picked notes that the operation at an index, counted through ops and then through faults, moves. It returns the index.
func (l *naming) picked(ops, faults []*strategy.Op, i int) int {
	var op *strategy.Op
	if i < len(ops) {
		op = ops[i]
	} else {
		op = faults[i-len(ops)]
	}
	c := schedule.Choice{Kind: schedule.Schedule, N: len(ops) + len(faults), Value: strategy.Deviation(ops, faults, l.last, i)}
	l.list = append(l.list, schedule.Named{Choice: c, Op: l.path(op)})
	if c.Value != 0 {
		l.apart++
	}
	return i
}

// valued notes a value, and returns it.
func (l *naming) valued(v strategy.Value, n int) int {
	for v.Op.Index >= len(l.asks) {
		l.asks = append(l.asks, 0)
	}
	l.list = append(l.list, schedule.Named{Choice: schedule.Choice{Kind: v.Kind, N: v.N, Value: n}, Op: l.path(v.Op), Nth: l.asks[v.Op.Index]})
	l.asks[v.Op.Index]++
	return n
}

func (l *naming) moved(op *strategy.Op) { l.last = strategy.Moved(l.last, op) }

func (l *naming) path(op *strategy.Op) string {
	if op.Kind == strategy.End {
		return op.Path() // it has no index
	}
	for op.Index >= len(l.paths) {
		l.paths = append(l.paths, "")
	}
	if l.paths[op.Index] == "" {
		l.paths[op.Index] = op.Path()
	}
	return l.paths[op.Index]
}
