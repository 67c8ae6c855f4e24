// Package otel makes OpenTelemetry metrics and spans of what happens in a system of package live.
//
//	observer, err := otel.New(otel.Options{Meters: meterProvider, Tracers: tracerProvider})
//	system, err := live.New(live.Options{Observer: observer})
//
// # Spans
//
// Each run of a handler is a span of kind consumer, named by the machine's definition and the type of the event. It is a child
// of the span of the handler that sent the event, so that all that follows from an event from outside is one trace; ticks of
// timers begin a trace as well. A handler that fails has the status Error.
//
// # Metrics
//
//   - ravel.machines: machines that take part, by definition. One that is down counts no more, until it is restarted.
//   - ravel.handler.duration: in seconds, by definition, event, and whether the handler failed.
//   - ravel.failures: by what became of the machine.
//   - ravel.dead_letters: by reason.
//   - ravel.blocked: senders that have waited for long for room in a bounded inbox.
//   - ravel.violations: by monitor.
//   - ravel.hot: for how long a monitor was hot when it was reported last, in seconds.
package otel
