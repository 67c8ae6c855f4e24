package strategytest

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/ravelgo/ravel/strategy"
)

// lessons are those of a round, for a strategy that learns.
type lessons struct {
	learner strategy.Learner // nil for others
	all     []any
	end     int // the first execution behind the round
}

func newLessons(st strategy.Strategy) *lessons {
	l := &lessons{end: math.MaxInt}
	if l.learner, _ = st.(strategy.Learner); l.learner != nil {
		l.next(0)
	}
	return l
}

func (l *lessons) next(from int) {
	l.all, l.end = nil, math.MaxInt
	if n := l.learner.Round(); n > 0 {
		l.end = from + n
	}
}

// hear takes the lesson of the execution that has just finished.
func (l *lessons) hear() {
	if l.learner == nil {
		return
	}
	if lesson := l.learner.Lesson(); lesson != nil {
		l.all = append(l.all, lesson)
	}
}

// teach ends a round with its lessons.
func (l *lessons) teach(all []any, next int) {
	if l.learner == nil {
		return
	}
	if len(all) > 0 {
		l.learner.Learn(all)
	}
	l.next(next)
}

// inRounds runs executions by two values of a strategy, as two workers of a run would that know nothing of each other:
// one takes the executions of a round in order, the other one in reverse, and at its end both are taught the same.
func inRounds(t testing.TB, sim *Simulator, first, other strategy.Strategy, e strategy.Execution) (traces []*Trace) {
	t.Helper()
	a, b := newLessons(first), newLessons(other)
	for from, to := 0, 0; from < executions; from = to {
		to = min(executions, a.end)
		for k := from; k < to; k++ {
			tr := sim.Run(first, execution(e, k))
			if tr == nil {
				return traces
			}
			traces = append(traces, tr.Clone())
			a.hear()
		}
		for k := to - 1; k >= from; k-- {
			if tr := sim.Run(other, execution(e, k)); tr == nil || !same(tr, traces[k]) {
				t.Errorf("%s: execution %d depends on more than its Execution", sim.program.Name, k)
			}
			b.hear()
		}
		slices.Reverse(b.all)
		if !reflect.DeepEqual(a.all, b.all) {
			t.Errorf("%s: the lessons of executions %d to %d depend on more than their Executions", sim.program.Name, from, to-1)
		}
		all := a.all
		a.teach(all, to)
		b.teach(all, to)
		if a.end != b.end {
			t.Errorf("%s: two workers disagree about the round from %d on", sim.program.Name, to)
		}
	}
	return traces
}
