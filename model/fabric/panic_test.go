package fabric

import (
	"context"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/trace"
)

// broken panics when it is asked for something, while other calls wait.
type broken struct{ counter }

func (*broken) Serve(context.Context, []byte) ([]byte, error) { panic("it is broken") }

// A panic of a replica is reported as one, although there are tasks that have to be ended.
func TestPanic(t *testing.T) {
	cfg := one(Config{}, Service{})
	cfg.Services[0].New = func(service.Info) service.Replica { return &broken{} }
	r := explore(t, "panic", 10, "random", test(cfg, 1, 20))
	if r.Failure == nil || failure.Of(r.Failure.Err).Kind() != failure.KindPanic || !strings.Contains(r.Failure.Err.Error(), "it is broken") {
		t.Fatalf("%v\n%s", r.Failure, r.Summary())
	}
	// Its trace is the same each time: the stack ends with the model, before what differs from run to run.
	text := r.Failure.Trace.Text(trace.TextOptions{})
	_, stack, _ := strings.Cut(text, "\n    stack:\n")
	if !strings.Contains(stack, "panic_test.go") || strings.Contains(stack, "goroutine") || strings.Contains(stack, "iter.") {
		t.Error(text)
	}
	again := explore(t, "panic", 10, "random", test(cfg, 1, 20))
	if got := again.Failure.Trace.Text(trace.TextOptions{}); got != text {
		t.Errorf("the trace is\n%s\nand was\n%s", got, text)
	}
}

// The coroutines of the model are not taken for goroutines of the service.
func TestNoGoroutines(t *testing.T) {
	r := explore(t, "goroutines", 2, "random", func(t *check.T) { New(t.Root(), one(Config{}, Service{})) })
	for _, note := range r.Notes {
		if strings.Contains(note, "goroutines") {
			t.Error(note)
		}
	}
}
