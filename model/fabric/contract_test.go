package fabric

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// forgetful keeps a wrong place: it says that it has recovered what it has not.
type forgetful struct{ diary }

func (s *forgetful) Recover(ctx context.Context) (service.LSN, service.Epoch, error) {
	at, e, err := s.diary.Recover(ctx)
	return at + 1, e, err
}

// faulty panics when it has applied something.
type faulty struct{ counter }

func (s *faulty) Serve(ctx context.Context, req []byte) ([]byte, error) {
	if _, err := s.counter.Serve(ctx, req); err != nil {
		return nil, err
	}
	var seen map[string]bool
	seen[string(req)] = true
	return nil, nil
}

// waiter waits in Close for what does not come.
type waiter struct{ counter }

func (s *waiter) Close(ctx context.Context) error {
	for ctx.Err() == nil {
		_ = s.p.Yield(ctx)
	}
	return nil
}

// waits waits in Abort.
type waits struct{ counter }

func (s *waits) Abort() { _ = s.p.Yield(context.Background()) }

// What a service does wrong is found, and said to be wrong with the service.
func TestContract(t *testing.T) {
	for name, tt := range map[string]struct {
		service Service
		cfg     Config
		says    string
		kind    any
	}{
		"an acknowledgement of what is not durable": {
			Service{Name: "diary", New: func(service.Info) service.Replica { return &diary{careless: true} }},
			Config{Crashes: 1, Restarts: 1}, "must be durable", new(*failure.MonitorViolation),
		},
		"a wrong LSN is recovered": {
			Service{Name: "diary", New: func(service.Info) service.Replica { return &forgetful{} }},
			Config{Crashes: 1, Restarts: 1}, "Recover of replica", new(*failure.Assertion),
		},
		"a panic": {
			Service{Name: "faulty", New: func(service.Info) service.Replica { return &faulty{} }},
			Config{}, "assignment to entry in nil map", new(*failure.Panic),
		},
		"a Close that never ends": {
			Service{Name: "waiter", New: func(service.Info) service.Replica { return &waiter{} }},
			Config{Closes: 1}, "fabric lifecycle calls end", new(*failure.Livelock),
		},
		"a wait in Abort": {
			Service{Name: "waits", New: func(service.Info) service.Replica { return &waits{} }},
			Config{Suspicions: 1}, "waits where it may not", new(*failure.Misuse),
		},
	} {
		t.Run(name, func(t *testing.T) {
			body := test(one(tt.cfg, tt.service), 2, 3)
			r := explore(t, name, 10_000, "portfolio", body)
			if r.Failure == nil {
				t.Fatalf("not found\n%s", r.Summary())
			}
			if err := r.Failure.Err; !strings.Contains(err.Error(), tt.says) || !errors.As(err, tt.kind) {
				t.Errorf("found as %T: %v", err, err)
			}
			var p *failure.Panic
			if errors.As(r.Failure.Err, &p) && !strings.HasSuffix(p.Place.File, "contract_test.go") {
				t.Errorf("the panic is said to be at %v\n%s", p.Place, p.Stack)
			}
			again(t, name, body, r.Failure)
		})
	}
}
