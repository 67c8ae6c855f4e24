package host

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/journal"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// stub is a persistent replica whose state is the LSN that it was told to have.
type stub struct {
	at       service.LSN
	epoch    service.Epoch
	rollback error
	calls    []string
	pieces   []string
}

func (s *stub) Open(context.Context, service.Partition) error                 { return nil }
func (s *stub) ChangeRole(context.Context, service.Epoch, service.Role) error { return nil }
func (s *stub) Close(context.Context) error                                   { return nil }
func (s *stub) Abort()                                                        {}
func (s *stub) Serve(context.Context, []byte) ([]byte, error)                 { return nil, nil }
func (s *stub) Recover(context.Context) (service.LSN, service.Epoch, error) {
	return s.at, s.epoch, nil
}
func (s *stub) Snapshot(context.Context) iter.Seq2[[]byte, error] { return nil }
func (s *stub) Rollback(_ context.Context, to service.LSN) error {
	s.calls = append(s.calls, fmt.Sprint("rollback to ", to))
	return s.rollback
}
func (s *stub) Apply(_ context.Context, op service.Op) error {
	s.calls = append(s.calls, fmt.Sprint("apply ", op.LSN, string(op.Data)))
	return nil
}
func (s *stub) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	for p, err := range pieces {
		if err != nil {
			return err
		}
		s.pieces = append(s.pieces, string(p))
	}
	s.calls = append(s.calls, "restore")
	return nil
}

var (
	part  = service.PartitionID{Service: "s"}
	old   = service.Epoch{DataLoss: 1, Conf: 1}
	new2  = service.Epoch{DataLoss: 1, Conf: 2}
	other = replication.Member{ID: 1, Node: "n1"}
)

// built has a replica built on files that have operations 1 to 4 of the old epoch, of which it has applied some.
func built(t *testing.T, s *stub) *Host {
	t.Helper()
	dir := t.TempDir()
	files := filepath.Join(dir, "s-0")
	if err := os.Mkdir(files, 0o700); err != nil {
		t.Fatal(err)
	}
	j, _, err := journal.Open(files)
	if err != nil {
		t.Fatal(err)
	}
	var ops []service.Op
	for n := range service.LSN(4) {
		ops = append(ops, service.Op{LSN: n + 1, Epoch: old, Data: []byte("old")})
	}
	if err := errors.Join(j.Identify(5, old), j.Append(ops), j.Close()); err != nil {
		t.Fatal(err)
	}
	h, err := New(Config{
		Node: "n2", Dir: dir, Log: slog.New(slog.DiscardHandler), Leased: func() bool { return true }, Changed: func() {},
		Services: map[string]Service{"s": {New: func(service.Info) service.Replica { return s }, Partitions: 1}},
		Send:     func(from, to replication.Member, msg any) {},
		Report:   func(failover.Report) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.Files(); !slices.Equal(got, []failover.Files{{Partition: part, Replica: 5}}) {
		t.Errorf("files %v", got)
	}
	t.Cleanup(func() { h.Close(context.Background()) })
	want := failover.Want{Partition: part, Replica: 9, Start: failover.StartIdle, Spec: failover.Spec{Persistent: true}}
	h.Obey([]failover.Want{want}, nil)
	wait(t, h, func(r *replica) bool { return r.opened })
	return h
}

func wait(t *testing.T, h *Host, f func(r *replica) bool) {
	t.Helper()
	r := h.replica(9)
	if r == nil {
		t.Fatal("the replica is not there")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := r.wait(ctx, func() bool { return f(r) }); err != nil {
		t.Fatal(err)
	}
}

// offer is what a primary has: the first n operations of the old epoch, and more of the new one.
func offer(base, n service.LSN) Copy {
	h := replication.History{{Epoch: old, Last: n}, {Epoch: new2, Last: n + 3}}
	return Copy{From: other, Epoch: new2, Offer: &replication.Progress{Base: base, History: h}}
}

func TestPartialCopy(t *testing.T) {
	for _, test := range []struct {
		name    string
		applied service.LSN
		offer   Copy
		refuses error
		want    CopyAnswer
		calls   []string // of the user, with those for the new operations
	}{
		{"it lacks operations", 4, offer(0, 4), nil, CopyAnswer{true, 4}, []string{"apply 5new"}},
		{"what it has not applied is cut off", 2, offer(0, 2), nil, CopyAnswer{true, 2}, []string{"apply 3new"}},
		{"what it has in common comes first", 1, offer(0, 2), nil, CopyAnswer{true, 2}, []string{"apply 2old", "apply 3new"}},
		{"what was never committed is rolled back", 4, offer(0, 2), nil, CopyAnswer{true, 2}, []string{"rollback to 2", "apply 3new"}},
		{"what cannot be rolled back is built anew", 4, offer(0, 2), service.ErrRebuild, CopyAnswer{}, []string{"rollback to 2", "restore", "apply 3new"}},
		{"the primary has trimmed what it lacks", 4, offer(5, 6), nil, CopyAnswer{}, []string{"restore", "apply 7new"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &stub{at: test.applied, epoch: old, rollback: test.refuses}
			h := built(t, s)
			answer, err := h.Take(t.Context(), 9, test.offer)
			if err != nil || answer != test.want {
				t.Fatalf("answer %+v, %v", answer, err)
			}
			history := test.offer.Offer.History
			at := history[0].Last
			if !answer.Partial {
				parts := []Copy{{Index: 1, Data: []byte("x")}, {Index: 1, Data: []byte("x")}, {Index: 2, Data: []byte("y")}, {Index: 3, End: true, State: history.Prefix(at)}}
				for _, c := range append(parts, parts[3]) { // some come twice
					c.From, c.Epoch = other, new2
					if _, err := h.Take(t.Context(), 9, c); err != nil {
						t.Fatal(err)
					}
				}
				if !slices.Equal(s.pieces, []string{"x", "y"}) {
					t.Errorf("pieces %v", s.pieces)
				}
			}
			// What follows is taken, and is in the journal.
			h.Receive(other, 9, replication.Append{Epoch: new2, Before: old, Ops: []service.Op{{LSN: at + 1, Epoch: new2, Data: []byte("new")}}})
			wait(t, h, func(r *replica) bool { return r.applied == at+1 })
			h.Close(t.Context())
			if !slices.Equal(s.calls, test.calls) {
				t.Errorf("calls %v, want %v", s.calls, test.calls)
			}
			j, state, err := journal.Open(h.dir(part))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = j.Close() }()
			if state.Log.Last() != at+1 || state.Log.Epoch(at+1) != new2 || state.Log.Epoch(at) != old || state.Replica != 9 || state.Fenced != new2 {
				t.Errorf("in the journal: %+v, %+v", state, state.Log.Progress())
			}
		})
	}
}

// What an older primary offers is refused.
func TestOldOffer(t *testing.T) {
	h := built(t, &stub{at: 4, epoch: old})
	if _, err := h.Take(t.Context(), 9, offer(0, 4)); err != nil {
		t.Fatal(err)
	}
	late := offer(0, 2)
	late.Epoch = old
	if _, err := h.Take(t.Context(), 9, late); !errors.Is(err, ErrGone) {
		t.Errorf("an old primary: %v", err)
	}
}
