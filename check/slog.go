package check

import (
	"bytes"
	"context"
	"io"
	"log"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// Logger returns a logger for the execution, for code that wants one. Its lines come into the trace of an execution that
// fails, in the order in which they were logged, each under its step and the machine or goroutine that runs; in other
// executions it is not enabled, so that logging costs next to nothing. Values are formatted when they are logged.
func (t *T) Logger() *slog.Logger { return slog.New(newLogHandler(t)) }

// logHandler writes into the trace.
type logHandler struct {
	t    *T
	line *bytes.Buffer // of text
	text slog.Handler
}

func newLogHandler(t *T) *logHandler {
	line := &bytes.Buffer{}
	return &logHandler{t, line, slog.NewTextHandler(line, &slog.HandlerOptions{Level: slog.LevelDebug - 100})}
}

// Enabled implements slog.Handler.
func (h *logHandler) Enabled(context.Context, slog.Level) bool {
	defer h.t.quietly()()
	return h.t.own("slog.Logger").recording
}

// Handle implements slog.Handler. The time is left out: the trace has its own.
func (h *logHandler) Handle(ctx context.Context, r slog.Record) error {
	defer h.t.quietly()()
	x := h.t.own("slog.Logger")
	if !x.recording {
		return nil
	}
	plain := slog.NewRecord(time.Time{}, r.Level, r.Message, 0)
	r.Attrs(func(a slog.Attr) bool { plain.AddAttrs(a); return true })
	h.line.Reset()
	err := h.text.Handle(ctx, plain)
	x.tell(strings.TrimSpace(h.line.String()))
	return err
}

// WithAttrs implements slog.Handler.
func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &logHandler{h.t, h.line, h.text.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h *logHandler) WithGroup(name string) slog.Handler {
	return &logHandler{h.t, h.line, h.text.WithGroup(name)}
}

// What code logs with package log, or with package slog through its default logger, would come thousands of times. While
// something is explored, the lines of executions go to the trace of the one that is recorded, and nowhere else. Lines of
// others, such as tests that run at the same time, go where they went.
var diverted struct {
	sync.Mutex
	users int
	to    logDiverter
}

// recorded is the execution whose lines are wanted, nil if there is none. Failures are recorded while nothing else of their
// exploration runs; with several explorations at the same time nobody knows whose a line is.
var recorded atomic.Pointer[execution]

// divertLogs does so until the result is called.
func divertLogs() (restore func()) {
	d := &diverted
	d.Lock()
	defer d.Unlock()
	if d.users++; d.users == 1 {
		d.to.was = log.Writer()
		log.SetOutput(&d.to)
	}
	return sync.OnceFunc(func() {
		d.Lock()
		defer d.Unlock()
		if d.users--; d.users == 0 && log.Writer() == io.Writer(&d.to) {
			log.SetOutput(d.to.was)
		}
	})
}

// logDiverter is what package log writes to meanwhile.
type logDiverter struct{ was io.Writer }

// stamp is the time that package log puts in front of a line, as its flags say.
var stamp = regexp.MustCompile(`^(\d{4}/\d\d/\d\d )?(\d\d:\d\d:\d\d(\.\d{6})? )?`)

// Write takes a line.
func (d *logDiverter) Write(line []byte) (int, error) {
	if gocontrol.Available() == nil && gocontrol.Current() >= 0 {
		defer gocontrol.Mask(gocontrol.Mask(true))
	} else if !engine.OnCoroutine() {
		return d.was.Write(line)
	}
	if x := recorded.Load(); x != nil {
		x.tell(strings.TrimRight(string(stamp.ReplaceAll(line, nil)), "\n"))
	}
	return len(line), nil
}

// record says that an execution is the one whose lines are wanted, until the result is called.
func (x *execution) record() (end func()) {
	diverted.Lock()
	alone := diverted.users == 1
	diverted.Unlock()
	if !alone || !recorded.CompareAndSwap(nil, x) {
		return func() {}
	}
	return func() { recorded.Store(nil) }
}
