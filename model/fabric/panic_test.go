package fabric

import (
	"context"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/model/fabric/service"
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
