package strategy_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/strategy"
)

// BenchmarkStep measures what a strategy costs in one step, its pick and its callbacks, with operations that stay enabled:
// see bars.Bare. What it learns, and the start and the end of executions, are part of it.
func BenchmarkStep(b *testing.B) {
	for _, spec := range []string{
		"random", "pct:3", "fairpct:3", "pos", "nonpreemptive", "portfolio", "irs:10000", "urw", "surw", "ql", "feedback", "feedback:pos", "ss:rtc",
	} {
		for size, n := range bars.SizeOps {
			b.Run(fmt.Sprintf("%s/ops=%d", spec, n), func(b *testing.B) { benchmarkStep(b, spec, n, bars.SizeSteps[size]) })
		}
	}
}

func benchmarkStep(b *testing.B, spec string, n, bound int) {
	factory, err := strategy.Parse(spec)
	if err != nil {
		b.Fatal(err)
	}
	bare := bars.NewBare(factory(), n, bound, false)
	bare.Sample(0, 64) // until it has learnt
	b.ReportAllocs()
	for b.Loop() {
		bare.Run()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(bound), "ns/step")
}

// benchmarkPicks is the length of the executions that BenchmarkWake speaks of.
const benchmarkPicks = 1 << 16

// teach lets a strategy that learns do so, from executions in which any two operations share an object.
func teach(s strategy.Strategy, ops []*strategy.Op) {
	l, ok := s.(strategy.Learner)
	if !ok {
		return
	}
	var lessons []any
	for k := range uint64(l.Round()) {
		s.Start(strategy.Execution{K: k, Seed: k})
		watch := strategy.ObserverOf(s)
		for _, op := range ops {
			watch.Enabled(op)
		}
		for i := range 10 * len(ops) {
			op := ops[s.Pick(ops)]
			watch.Executed(op, []strategy.Action{op.Next, {Kind: strategy.Send, Object: ops[i/10].Next.Object}})
		}
		s.(strategy.Finisher).Finish(strategy.Result{})
		lessons = append(lessons, l.Lesson())
	}
	l.Learn(lessons)
}

// BenchmarkWake measures a step after which the operation that ran is disabled and another one enabled.
func BenchmarkWake(b *testing.B) {
	for _, spec := range []string{"random", "pct:3", "pos", "urw", "surw", "ql", "feedback", "feedback:pos", "ss:rtc"} {
		for _, n := range []int{8, 1000} {
			b.Run(fmt.Sprintf("%s/ops=%d", spec, n), func(b *testing.B) { benchmarkWake(b, spec, n) })
		}
	}
}

func benchmarkWake(b *testing.B, spec string, n int) {
	factory, err := strategy.Parse(spec)
	if err != nil {
		b.Fatal(err)
	}
	s := factory()
	all := operations(n + 1)
	ops, idle := all[:n], all[n]
	teach(s, ops)
	s.Start(strategy.Execution{Length: benchmarkPicks})
	watch := strategy.ObserverOf(s)
	if watch != nil {
		for _, op := range ops {
			watch.Enabled(op)
		}
	}
	did := []strategy.Action{{}}
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		at := s.Pick(ops)
		op := ops[at]
		if watch != nil {
			watch.Enabled(idle)
			watch.Disabled(op)
			did[0] = op.Next
			watch.Executed(op, did)
		}
		ops[at], idle = idle, op
	}
}

// operations returns enabled operations with an inbox each.
func operations(n int) []*strategy.Op {
	ops := make([]*strategy.Op, n)
	for i := range ops {
		ops[i] = &strategy.Op{Index: i, Next: strategy.Action{Kind: strategy.Dequeue, Object: strategy.Inbox(i)}}
	}
	return ops
}
