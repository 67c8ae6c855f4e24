package bars_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/strategy"
)

// measure runs what bars.Figures measures as a benchmark.
func measure(b *testing.B, body func(*ravel.Context), careful bool) {
	r := bars.NewRunner(body, careful)
	defer r.Close()
	b.ReportAllocs()
	executions, steps := 0, 0
	for b.Loop() {
		o := r.Run()
		if o.Err != nil {
			b.Fatal(o.Err)
		}
		executions++
		steps += o.Steps
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
	b.ReportMetric(float64(steps)/float64(executions), "steps/op")
}

func BenchmarkRing(b *testing.B)            { measure(b, bars.Ring, false) }
func BenchmarkRingFingerprint(b *testing.B) { measure(b, bars.Ring, true) }
func BenchmarkSmall(b *testing.B)           { measure(b, bars.Small, false) }
func BenchmarkInbox(b *testing.B)           { measure(b, bars.Inbox, false) }

func run(t *testing.T, body func(*ravel.Context), cfg engine.Config) engine.Outcome {
	t.Helper()
	e := engine.New()
	defer e.Close()
	s := strategy.NewRandom()
	s.Start(strategy.Execution{Seed: 1, MaxSteps: bars.Bound})
	cfg.MaxSteps, cfg.Threshold = bars.Bound, bars.Bound/2
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
	// 3 machines start and 6 events are handled; the body's step is joined with its first create, and its 2 other creates
	// and 2 sends come on top.
	if o := run(t, bars.Relay, engine.Config{}); o.Steps != 14 || o.Bounded {
		t.Errorf("Relay: %d steps, bounded %v", o.Steps, o.Bounded)
	}
	for name, body := range map[string]func(*ravel.Context){"Ring": bars.Ring, "Inbox": bars.Inbox} {
		if o := run(t, body, engine.Config{Fingerprint: true}); !o.Bounded || o.Unhashable != nil {
			t.Errorf("%s: bounded %v, unhashable %v", name, o.Bounded, o.Unhashable)
		}
	}
}
