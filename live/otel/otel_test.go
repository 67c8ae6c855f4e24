package otel_test

import (
	"context"
	"log/slog"
	"testing"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
	"github.com/ravelgo/ravel/live/otel"
)

type (
	order struct{ n int }
	part  struct{ pieces int }
)

type shop struct{ factory ravel.ID }

var shopMachine = ravel.Define[shop]("Shop", ravel.Start("Open", ravel.On(func(s *shop, c *ravel.Context, o order) {
	c.Send(s.factory, part{pieces: o.n})
})))

type factory struct{}

var factoryMachine = ravel.Define[factory]("Factory", ravel.Start("Running", ravel.On(func(_ *factory, c *ravel.Context, p part) {
	c.Assert(p.pieces > 0, "%d pieces", p.pieces)
})))

// run has a shop and a factory handle two orders, the second of which fails in the factory.
func run(t *testing.T, o otel.Options) {
	t.Helper()
	ob, err := otel.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s, err := live.New(live.Options{Observer: ob, Logger: slog.New(slog.DiscardHandler), Policies: map[string]live.Policy{
		"Factory": {Directive: live.Restart, Fresh: func() ravel.Machine { return factoryMachine.New(&factory{}) }},
	}})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := s.Create(factoryMachine.New(&factory{}))
	sh, _ := s.Create(shopMachine.New(&shop{f}))
	for _, n := range []int{1, 0} {
		if err := s.Send(t.Context(), sh, order{n}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestSpans(t *testing.T) {
	rec := tracetest.NewSpanRecorder()
	run(t, otel.Options{Tracers: sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(rec))})
	byID := map[string]sdktrace.ReadOnlySpan{}
	parts, failed := 0, 0
	for _, s := range rec.Ended() {
		byID[s.SpanContext().SpanID().String()] = s
	}
	for _, s := range rec.Ended() {
		if s.Name() != "Factory otel_test.part" {
			continue
		}
		parts++
		parent := byID[s.Parent().SpanID().String()]
		if parent == nil || parent.Name() != "Shop otel_test.order" || parent.SpanContext().TraceID() != s.SpanContext().TraceID() {
			t.Errorf("the parent of %s is %v", s.Name(), parent)
		}
		if s.Status().Code == codes.Error {
			failed++
		}
	}
	if parts != 2 || failed != 1 {
		t.Errorf("%d spans of the factory, %d of them failed", parts, failed)
	}
}

func TestMetrics(t *testing.T) {
	reader := metric.NewManualReader()
	run(t, otel.Options{Meters: metric.NewMeterProvider(metric.WithReader(reader))})
	var rm metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &rm); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	for _, sm := range rm.ScopeMetrics {
		for _, m := range sm.Metrics {
			switch d := m.Data.(type) {
			case metricdata.Sum[int64]:
				for _, p := range d.DataPoints {
					got[m.Name] += p.Value
				}
			case metricdata.Histogram[float64]:
				for _, p := range d.DataPoints {
					got[m.Name] += int64(p.Count)
				}
			}
		}
	}
	// Handlers: three starts, two orders, two parts. All machines have ended.
	want := map[string]int64{"ravel.machines": 0, "ravel.handler.duration": 7, "ravel.failures": 1, "ravel.dead_letters": 1}
	for name, n := range want {
		if v, ok := got[name]; !ok || v != n {
			t.Errorf("%s is %d, not %d", name, v, n)
		}
	}
}
