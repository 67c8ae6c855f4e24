package fabric

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric/service"
)

// front is a service without a state: it has the counter count, and tries again if it does not get an answer.
type front struct{ p service.Partition }

func newFront(service.Info) service.Replica { return &front{} }

func (s *front) Open(_ context.Context, p service.Partition) error { s.p = p; return nil }

func (s *front) ChangeRole(context.Context, service.Epoch, service.Role) error { return nil }

func (s *front) Close(context.Context) error { return nil }

func (s *front) Abort() {}

func (s *front) Apply(context.Context, service.Op) error { return nil }

func (s *front) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	return func(func([]byte, error) bool) {}
}

func (s *front) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	for _, err := range pieces {
		return err
	}
	return nil
}

// Serve asks, and if it does not get an answer goes on asking when it has given up.
func (s *front) Serve(ctx context.Context, req []byte) ([]byte, error) {
	to := service.PartitionOf("counter", s.p.Partitions("counter"), string(req))
	add := append([]byte("add "), req...)
	answer, err := s.p.Call(ctx, to, add)
	if err != nil {
		s.p.Go(func(ctx context.Context) {
			if s.p.Sleep(ctx, time.Second) == nil {
				_, _ = s.p.Call(ctx, to, add)
			}
		})
	}
	return answer, err
}

// testFront has clients of two services, of which one calls the partitions of the other one.
func testFront(cfg Config) func(*check.T) {
	cfg.Services = []Service{
		{Name: "front", New: newFront, Replicas: 2},
		{Name: "counter", New: newCounter, Partitions: 2},
	}
	return func(t *check.T) {
		f := New(t.Root(), cfg)
		for _, key := range []string{"a", "b"} { // each has a partition of its own
			t.Go("client", func(c *ravel.Context) {
				k := f.Caller(c)
				c.Sometimes(false, "client "+key+" is answered")
				for range 3 {
					place, err := k.Call(context.Background(), service.PartitionID{Service: "front"}, []byte(key))
					c.Sometimes(err == nil, "client "+key+" is answered")
					c.Assert(err != nil || string(place) == "0", "%s has place %s in a partition of its own", key, place)
				}
			})
		}
	}
}

func TestSeveralServices(t *testing.T) {
	for name, cfg := range map[string]Config{
		"nothing fails":            {},
		"crash":                    {Crashes: 1, Stale: 1},
		"crash, restart, four":     {Nodes: 4, Crashes: 1, Restarts: 1},
		"crash, calls, repeats":    {Crashes: 1, LostCalls: 1, TwiceCalls: 2, Repeats: 4},
		"suspicion, cut, restarts": {Suspicions: 1, Crashes: 2, Restarts: 2, Cuts: 1},
	} {
		t.Run(name, func(t *testing.T) {
			r := explore(t, name, max(*executions, 300), "portfolio", testFront(cfg))
			if r.Failure != nil {
				t.Fatalf("%v", r.Failure.Err)
			}
			if len(r.NeverTrue) > 0 && name != "nothing fails" {
				t.Errorf("never true: %q", r.NeverTrue)
			}
			t.Log(r.Summary())
		})
	}
}
