package bars_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

const bound = 10_000

// measure runs executions of a program under the random strategy, with recording and temperature on, as Test does.
func measure(b *testing.B, body func(*ravel.Context), cfg engine.Config) {
	cfg.MaxSteps, cfg.Threshold = bound, bound/2
	e := engine.New()
	defer e.Close()
	s := strategy.WithFaults(strategy.NewRandom())
	b.ReportAllocs()
	var k uint64
	steps := 0
	for b.Loop() {
		s.Start(strategy.Execution{K: k, Seed: k, MaxSteps: cfg.MaxSteps})
		o := e.Run(cfg, s, engine.Program{Body: body})
		if o.Err != nil {
			b.Fatal(o.Err)
		}
		k++
		steps += o.Steps
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
	b.ReportMetric(float64(steps)/float64(k), "steps/op")
}

func BenchmarkRing(b *testing.B) { measure(b, bars.Ring, engine.Config{}) }
func BenchmarkRingFingerprint(b *testing.B) {
	measure(b, bars.Ring, engine.Config{Fingerprint: true, Check: true})
}
func BenchmarkSmall(b *testing.B) { measure(b, bars.Small, engine.Config{}) }
func BenchmarkInbox(b *testing.B) { measure(b, bars.Inbox, engine.Config{}) }

func run(t *testing.T, body func(*ravel.Context), cfg engine.Config) engine.Outcome {
	t.Helper()
	e := engine.New()
	defer e.Close()
	s := strategy.NewRandom()
	s.Start(strategy.Execution{Seed: 1, MaxSteps: bound})
	cfg.MaxSteps, cfg.Threshold = bound, bound/2
	o := e.Run(cfg, strategy.WithFaults(s), engine.Program{Body: body})
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	return o
}

// The figures mean something only if the programs do what their comments say.
func TestPrograms(t *testing.T) {
	if o := run(t, bars.Small, engine.Config{}); o.Steps != bars.SmallSteps || o.Bounded {
		t.Errorf("Small: %d steps, bounded %v; want %d", o.Steps, o.Bounded, bars.SmallSteps)
	}
	for name, body := range map[string]func(*ravel.Context){"Ring": bars.Ring, "Inbox": bars.Inbox} {
		if o := run(t, body, engine.Config{Fingerprint: true}); !o.Bounded || o.Unhashable != nil {
			t.Errorf("%s: bounded %v, unhashable %v", name, o.Bounded, o.Unhashable)
		}
	}
}

// A step allocates nothing beyond the events that the program makes: the ring makes one per hundred steps and machine.
func TestStepsDoNotAllocate(t *testing.T) {
	e := engine.New()
	defer e.Close()
	s := strategy.WithFaults(strategy.NewRandom())
	cfg := engine.Config{MaxSteps: bound, Threshold: bound / 2}
	run := func() {
		s.Start(strategy.Execution{Seed: 1, MaxSteps: bound})
		e.Run(cfg, s, engine.Program{Body: bars.Ring})
	}
	run()
	// 4 nodes, 4 neighbours, 4 tokens, 1 monitor, and the laps: 1 per 100 handled tokens.
	if got, want := testing.AllocsPerRun(20, run), float64(13+bound/100); got > want {
		t.Errorf("%v allocations in an execution of %d steps, want at most %v", got, bound, want)
	}
}
