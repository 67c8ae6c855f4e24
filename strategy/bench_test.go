package strategy_test

import (
	"fmt"
	"testing"

	"github.com/ravelgo/ravel/strategy"
)

// BenchmarkStep measures what a strategy costs in one step: the pick and the callbacks, with 8 and 1,000 operations that
// stay enabled. Each operation touches its own object, and one in eight steps touches that of another one.
func BenchmarkStep(b *testing.B) {
	for _, spec := range []string{"random", "pct:3", "fairpct:3", "pos", "nonpreemptive", "portfolio", "irs", "urw", "surw", "ql", "feedback", "feedback:pos", "ss:rtc"} {
		for _, n := range []int{8, 1000} {
			b.Run(fmt.Sprintf("%s/ops=%d", spec, n), func(b *testing.B) { benchmarkStep(b, spec, n) })
		}
	}
}

// benchmarkPicks is the length of the executions of the benchmark.
const benchmarkPicks = 1 << 16

func benchmarkStep(b *testing.B, spec string, n int) {
	factory, err := strategy.Parse(spec)
	if err != nil {
		b.Fatal(err)
	}
	s := factory()
	ops := operations(n)
	teach(s, ops)
	did := []strategy.Action{{}}
	var watch strategy.Observer
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if i%benchmarkPicks == 0 {
			k := uint64(i / benchmarkPicks)
			s.Start(strategy.Execution{K: k, Seed: k, Length: benchmarkPicks})
			if watch = strategy.ObserverOf(s); watch != nil {
				for _, op := range ops {
					watch.Enabled(op)
				}
			}
		}
		op := ops[s.Pick(ops)]
		if watch != nil {
			did[0] = op.Next
			if i%8 == 0 {
				did[0].Object = ops[i%n].Next.Object
			}
			watch.Executed(op, did)
		}
	}
}

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
