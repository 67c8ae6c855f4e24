package host

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/model/fabric/service/dict"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// shelf is a service that reads a dictionary, without replicating anything.
type shelf struct {
	dict.Store
	books *dict.Dict[string, string]
	read  func() // called when the value was read, and the answer is not there yet
}

func (s *shelf) Serve(ctx context.Context, req []byte) ([]byte, error) {
	tx := s.Begin()
	if string(req) == "put" {
		if err := s.books.Set(tx, "k", "v"); err != nil {
			return nil, err
		}
		return nil, tx.Commit(ctx)
	}
	v, _, err := s.books.Get(tx, "k")
	s.read()
	return []byte(v), err
}

// What a primary reads of its dictionaries leaves the node as long as its lease lasts, and no longer: neither when the lease had
// ended before, nor when it ended while the request was served.
func TestReadsNeedTheLease(t *testing.T) {
	var leased atomic.Bool
	leased.Store(true)
	s := &shelf{read: func() {}}
	s.books = dict.New[string, string](&s.Store, "books")
	h, err := New(Config{
		Node: "n2", Dir: t.TempDir(), Log: slog.New(slog.DiscardHandler), Leased: leased.Load, Changed: func() {},
		Services: map[string]Service{"s": {New: func(service.Info) service.Replica { return s }, Partitions: 1}},
		Send:     func(from, to replication.Member, msg any) {},
		Report:   func(failover.Report) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close(context.Background()) })
	lead := &failover.Lead{Epoch: old, Seq: 1, Cur: replication.Config{{ID: 9, Node: "n2"}}, Settled: true}
	want := failover.Want{Partition: part, Replica: 9, Spec: failover.Spec{MinReplicas: 1, Window: 4}, Lead: lead}
	h.Obey([]failover.Want{want}, nil)
	wait(t, h, func(r *replica) bool { return r.opened })
	h.Obey([]failover.Want{want}, nil)
	wait(t, h, func(r *replica) bool {
		return r.prim != nil && r.prim.Access() == service.AccessGranted && r.promoted == old
	})

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := h.Serve(ctx, 9, []byte("put")); err != nil {
		t.Fatal(err)
	}
	if v, err := h.Serve(ctx, 9, []byte("get")); string(v) != "v" || err != nil {
		t.Errorf("with a lease: %q, %v", v, err)
	}
	s.read = func() { leased.Store(false) }
	if v, err := h.Serve(ctx, 9, []byte("get")); v != nil || !errors.Is(err, ErrUnsure) {
		t.Errorf("the lease has ended meanwhile: %q, %v", v, err)
	}
	s.read = func() { t.Error("a request is served without a lease") }
	if v, err := h.Serve(ctx, 9, []byte("get")); v != nil || !errors.Is(err, ErrGone) {
		t.Errorf("the lease had ended: %q, %v", v, err)
	}
}
