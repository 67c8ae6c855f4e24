package fabric

import (
	"context"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// nosy is a service that waits everywhere, and says what it sees. It speaks to the tester, which a service does not do
// else.
type nosy struct {
	diary
	see     func(string)
	role    service.Role
	closing bool
	served  map[string]int
}

func (s *nosy) Open(ctx context.Context, p service.Partition) error {
	_ = s.diary.Open(ctx, p)
	s.served = map[string]int{}
	return p.Yield(ctx)
}

func (s *nosy) ChangeRole(ctx context.Context, e service.Epoch, r service.Role) error {
	if s.role == service.RolePrimary {
		s.see("a primary becomes a secondary")
	}
	s.role = r
	return s.diary.ChangeRole(ctx, e, r)
}

func (s *nosy) Recover(ctx context.Context) (service.LSN, service.Epoch, error) {
	_ = s.p.Yield(ctx)
	return s.diary.Recover(ctx)
}

func (s *nosy) Rollback(ctx context.Context, to service.LSN) error {
	_ = s.p.Yield(ctx)
	return s.diary.Rollback(ctx, to)
}

func (s *nosy) Close(ctx context.Context) error {
	s.closing = true
	return s.p.Yield(ctx)
}

func (s *nosy) Run(ctx context.Context) error {
	_ = s.p.Sleep(ctx, 0)
	if ctx.Err() != nil {
		_ = s.p.Yield(ctx)
		s.see("background work ends some time after it was told to")
	}
	return nil
}

func (s *nosy) Serve(ctx context.Context, req []byte) ([]byte, error) {
	if s.served[string(req)]++; s.served[string(req)] > 1 {
		s.see("a request is served twice")
	}
	if s.closing {
		s.see("a request comes during Close")
	}
	if s.role != service.RolePrimary {
		s.see("a request comes to a replica that is not the primary")
	}
	ctx, cancel := context.WithCancel(ctx)
	s.p.Go(func(ctx context.Context) {
		_ = s.p.Yield(ctx)
		cancel()
	})
	n, err := s.p.Replicate(ctx, req)
	switch {
	case err == nil && ctx.Err() != nil:
		s.see("a context is cancelled when the operation is complete")
	case n != 0 && err != nil && ctx.Err() != nil:
		s.see("a context is cancelled while the operation is under way")
	}
	if s.closing {
		s.see("Close comes during a request")
	}
	return nil, err
}

// What the environment may do to a service happens.
func TestEnvironment(t *testing.T) {
	cfg := Config{Nodes: 4, Crashes: 2, Restarts: 2, Suspicions: 1, Swaps: 1, Closes: 1, Stale: 1, TwiceCalls: 2, LostCalls: 1, Repeats: 1}
	r := explore(t, "environment", 2500, "portfolio", func(t *check.T) {
		for _, what := range []string{
			"a node crashes during Open", "a node crashes during ChangeRole", "a node crashes during Recover", "a node crashes during Close",
			"a node crashes during a swap", "a replica rolls back", "a replica with a state is brought up to date",
			"a primary becomes a secondary", "background work ends some time after it was told to", "a request is served twice",
			"a request comes to a replica that is not the primary", "a context is cancelled when the operation is complete",
			"a context is cancelled while the operation is under way", "Close comes during a request", "a request comes during Close",
		} {
			t.Sometimes(false, what)
		}
		cfg := cfg
		root := t.Root()
		cfg.Services = []Service{{Name: "nosy", New: func(service.Info) service.Replica {
			return &nosy{see: func(what string) { root.Sometimes(true, what) }}
		}}}
		f := New(root, cfg)
		for _, req := range []string{"a", "b"} {
			t.Go("client", func(c *ravel.Context) {
				var client Client
				for range 4 {
					_, _ = f.Call(c, &client, service.PartitionID{Service: "nosy"}, []byte(req))
				}
			})
		}
	})
	if r.Failure != nil {
		t.Fatalf("execution %d: %v%s", r.Failure.Execution, r.Failure.Err, story(r.Failure))
	}
	if len(r.NeverTrue) > 0 {
		t.Errorf("never true: %q", r.NeverTrue)
	}
}
