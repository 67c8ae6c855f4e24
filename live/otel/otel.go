package otel

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// scope is the instrumentation scope of all that the package makes.
const scope = "github.com/ravelgo/ravel/live/otel"

// Options say where telemetry goes. A nil provider makes none of its kind.
type Options struct {
	Meters  metric.MeterProvider
	Tracers trace.TracerProvider

	// Links is how many of the latest handlers are remembered, so that the span of a handler can be a child of the span of
	// the handler that sent its event; 0 stands for 65,536. The span of an event that has waited for longer begins a trace
	// of its own.
	Links int
}

// Observer makes metrics and spans of what it hears; give it to live.Options.
type Observer struct {
	tracer trace.Tracer // nil: no spans
	spans  *spans

	machines metric.Int64UpDownCounter
	handlers metric.Float64Histogram
	failures metric.Int64Counter
	dead     metric.Int64Counter
	blocked  metric.Int64Counter
	violated metric.Int64Counter
	hot      metric.Float64Gauge
}

// New returns an Observer. The error is that of an instrument which the provider refuses.
func New(o Options) (*Observer, error) {
	ob := &Observer{}
	if o.Tracers != nil {
		ob.tracer = o.Tracers.Tracer(scope)
		if o.Links == 0 {
			o.Links = 1 << 16
		}
		if o.Links < 0 {
			return nil, errors.New("otel: Links cannot be negative")
		}
		ob.spans = newSpans(o.Links)
	}
	if o.Meters == nil {
		return ob, nil
	}
	m := o.Meters.Meter(scope)
	var errs [7]error
	ob.machines, errs[0] = m.Int64UpDownCounter("ravel.machines", metric.WithDescription("machines that take part"), metric.WithUnit("{machine}"))
	ob.handlers, errs[1] = m.Float64Histogram("ravel.handler.duration", metric.WithDescription("duration of handlers, waits included"), metric.WithUnit("s"))
	ob.failures, errs[2] = m.Int64Counter("ravel.failures", metric.WithDescription("failures of machines"), metric.WithUnit("{failure}"))
	ob.dead, errs[3] = m.Int64Counter("ravel.dead_letters", metric.WithDescription("events that nobody handles"), metric.WithUnit("{event}"))
	ob.blocked, errs[4] = m.Int64Counter("ravel.blocked", metric.WithDescription("senders that have waited for long for room in an inbox"), metric.WithUnit("{sender}"))
	ob.violated, errs[5] = m.Int64Counter("ravel.violations", metric.WithDescription("monitors that were violated"), metric.WithUnit("{violation}"))
	ob.hot, errs[6] = m.Float64Gauge("ravel.hot", metric.WithDescription("how long a monitor had been hot when that was reported last"), metric.WithUnit("s"))
	return ob, errors.Join(errs[:]...)
}

func definition(name string) attribute.KeyValue { return attribute.String("ravel.definition", name) }

// Started implements live.Observer.
func (o *Observer) Started(id ravel.ID, def string) {
	if o.machines != nil {
		o.machines.Add(context.Background(), 1, metric.WithAttributes(definition(def)))
	}
}

// Ended implements live.Observer.
func (o *Observer) Ended(id ravel.ID, def string, _ error) {
	if o.machines != nil {
		o.machines.Add(context.Background(), -1, metric.WithAttributes(definition(def)))
	}
}

// Handling begins a span: a child of that of the handler which sent the event.
func (o *Observer) Handling(h *live.Handling) {
	if o.tracer == nil {
		return
	}
	ctx := context.Background()
	if parent, ok := o.spans.get(h.Cause); ok {
		ctx = trace.ContextWithSpanContext(ctx, parent)
	}
	_, span := o.tracer.Start(ctx, h.Definition+" "+h.Event, trace.WithTimestamp(h.Start), trace.WithSpanKind(trace.SpanKindConsumer), trace.WithAttributes(
		definition(h.Definition), attribute.String("ravel.machine", h.Machine.String()), attribute.String("ravel.state", h.State),
		attribute.String("ravel.event", h.Event), attribute.Int("ravel.waiting", h.Waiting)))
	o.spans.put(h.Number, span.SpanContext())
	h.Span = span
}

// Handled ends the span, and measures the handler.
func (o *Observer) Handled(h *live.Handling) {
	if span, ok := h.Span.(trace.Span); ok {
		if h.Err != nil {
			span.RecordError(h.Err)
			span.SetStatus(codes.Error, h.Err.Error())
		}
		span.End(trace.WithTimestamp(h.Start.Add(h.Duration)))
	}
	if o.handlers != nil {
		o.handlers.Record(context.Background(), h.Duration.Seconds(), metric.WithAttributes(
			definition(h.Definition), attribute.String("ravel.event", h.Event), attribute.Bool("ravel.failed", h.Err != nil)))
	}
}

// Failed implements live.Observer.
func (o *Observer) Failed(f live.Failed) {
	if o.failures != nil {
		o.failures.Add(context.Background(), 1, metric.WithAttributes(attribute.String("ravel.directive", f.Directive.String())))
	}
}

// DeadLetter implements live.Observer.
func (o *Observer) DeadLetter(d live.DeadLetter) {
	if o.dead != nil {
		o.dead.Add(context.Background(), 1, metric.WithAttributes(attribute.String("ravel.reason", d.Reason.String())))
	}
}

// Blocked implements live.Observer.
func (o *Observer) Blocked(_, receiver ravel.ID) {
	if o.blocked != nil {
		o.blocked.Add(context.Background(), 1)
	}
}

// Violated implements live.Observer.
func (o *Observer) Violated(monitor string, _ error) {
	if o.violated != nil {
		o.violated.Add(context.Background(), 1, metric.WithAttributes(attribute.String("ravel.monitor", monitor)))
	}
}

// Hot implements live.Observer.
func (o *Observer) Hot(m live.HotMonitor) {
	if o.hot != nil {
		o.hot.Record(context.Background(), float64(m.For)/float64(time.Second), metric.WithAttributes(attribute.String("ravel.monitor", m.Monitor)))
	}
}

// spans remembers the spans of the latest handlers, by their numbers.
type spans struct {
	mu    sync.Mutex
	slots []slot
}

type slot struct {
	number uint64
	span   trace.SpanContext
}

func newSpans(n int) *spans { return &spans{slots: make([]slot, n)} }

func (s *spans) put(number uint64, span trace.SpanContext) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.slots[number%uint64(len(s.slots))] = slot{number, span}
}

func (s *spans) get(number uint64) (trace.SpanContext, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.slots[number%uint64(len(s.slots))]
	return x.span, number != 0 && x.number == number
}
