package bars_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/bars"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
	"github.com/ravelgo/ravel/strategy"
)

// controlled measures a program with goroutines under control. Run it through ravel test -- -bench=Go.
func controlled(b *testing.B, body func(*ravel.Context), s strategy.Strategy) {
	if err := gocontrol.Available(); err != nil {
		b.Skip(err)
	}
	e := engine.New()
	defer e.Close()
	driver := strategy.WithFaults(s)
	cfg := engine.Config{MaxSteps: bars.Bound, Threshold: bars.Bound / 2, Goroutines: true, ValueSeeds: 256, EarlyGoTimers: 2}
	b.ReportAllocs()
	k, steps := uint64(0), 0
	for b.Loop() {
		driver.Start(strategy.Execution{K: k, Seed: k, MaxSteps: bars.Bound})
		k++
		o := e.Run(cfg, driver, engine.Program{Body: body})
		if o.Err != nil {
			b.Fatal(o.Err)
		}
		steps += o.Steps
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}

func BenchmarkGoCount(b *testing.B)    { controlled(b, bars.GoCount, strategy.NewRandom()) }
func BenchmarkGoCountPOS(b *testing.B) { controlled(b, bars.GoCount, strategy.NewPOS()) }
func BenchmarkGoCountPCT(b *testing.B) { controlled(b, bars.GoCount, strategy.NewPCT(3)) }

// BenchmarkGoCountStepping goes through the engine at every step.
func BenchmarkGoCountStepping(b *testing.B) {
	controlled(b, bars.GoCount, struct{ strategy.Strategy }{strategy.NewRandom()})
}
func BenchmarkGoSmall(b *testing.B) { controlled(b, bars.GoSmall, strategy.NewRandom()) }
