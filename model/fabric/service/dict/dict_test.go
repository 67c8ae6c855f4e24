package dict

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"
	"testing"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// platform commits operations when it is told to, or at once.
type platform struct {
	service.Partition
	store *Store
	held  [][]byte // operations that wait
	hold  bool
	lsn   service.LSN
	fails error
}

func (p *platform) Info() service.Info { return service.Info{Replica: 7} }

func (p *platform) Replicate(ctx context.Context, data []byte) (service.LSN, error) {
	if p.fails != nil {
		return 0, p.fails
	}
	p.held = append(p.held, data)
	if p.hold {
		return p.lsn + service.LSN(len(p.held)), context.Canceled // in doubt
	}
	return p.lsn + 1, p.commit(ctx)
}

// commit commits all that wait.
func (p *platform) commit(ctx context.Context) error {
	for _, data := range p.held {
		p.lsn++
		if err := p.store.Apply(ctx, service.Op{LSN: p.lsn, Data: data}); err != nil {
			return err
		}
	}
	p.held = nil
	return nil
}

func newStore(t *testing.T) (*platform, *Dict[string, int]) {
	t.Helper()
	s := &Store{}
	d := New[string, int](s, "numbers")
	p := &platform{store: s}
	if err := s.Open(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return p, d
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func set(t *testing.T, d *Dict[string, int], k string, v int) {
	t.Helper()
	tx := d.s.Begin()
	must(t, d.Set(tx, k, v))
	must(t, tx.Commit(t.Context()))
}

func get(t *testing.T, d *Dict[string, int], k string) (int, bool) {
	t.Helper()
	v, ok, err := d.Get(d.s.Begin(), k)
	must(t, err)
	return v, ok
}

func TestOwnWrites(t *testing.T) {
	_, d := newStore(t)
	set(t, d, "a", 1)
	set(t, d, "b", 2)
	tx := d.s.Begin()
	must(t, d.Set(tx, "a", 3))
	must(t, d.Set(tx, "a", 4))
	must(t, d.Delete(tx, "b"))
	must(t, d.Set(tx, "c", 5))
	if v, ok, err := d.Get(tx, "a"); v != 4 || !ok || err != nil {
		t.Errorf("own write: %d, %v, %v", v, ok, err)
	}
	if _, ok, _ := d.Get(tx, "b"); ok {
		t.Error("what it has deleted is there")
	}
	all, err := d.All(tx)
	must(t, err)
	if got := maps.Collect(all); !maps.Equal(got, map[string]int{"a": 4, "c": 5}) {
		t.Errorf("all: %v", got)
	}
	if v, _ := get(t, d, "a"); v != 1 {
		t.Errorf("others see %d before the commit", v)
	}
	must(t, tx.Commit(t.Context()))
	if v, _ := get(t, d, "a"); v != 4 {
		t.Errorf("after the commit there is %d", v)
	}
}

func TestConflicts(t *testing.T) {
	for name, tt := range map[string]struct {
		first  func(tx *Tx, d *Dict[string, int]) // before another transaction writes x
		second func(other *Tx, d *Dict[string, int])
		want   error
	}{
		"read and written": {
			func(tx *Tx, d *Dict[string, int]) { _, _, _ = d.Get(tx, "x") },
			func(o *Tx, d *Dict[string, int]) { _ = d.Set(o, "x", 2) }, ErrConflict},
		"read and deleted": {
			func(tx *Tx, d *Dict[string, int]) { _, _, _ = d.Get(tx, "x") },
			func(o *Tx, d *Dict[string, int]) { _ = d.Delete(o, "x") }, ErrConflict},
		"missed and written": {
			func(tx *Tx, d *Dict[string, int]) { _, _, _ = d.Get(tx, "new") },
			func(o *Tx, d *Dict[string, int]) { _ = d.Set(o, "new", 2) }, ErrConflict},
		"range and written": {
			func(tx *Tx, d *Dict[string, int]) { _, _ = d.All(tx) },
			func(o *Tx, d *Dict[string, int]) { _ = d.Set(o, "new", 2) }, ErrConflict},
		"another key": {
			func(tx *Tx, d *Dict[string, int]) { _, _, _ = d.Get(tx, "x") },
			func(o *Tx, d *Dict[string, int]) { _ = d.Set(o, "z", 2) }, nil},
		"blind": {
			func(tx *Tx, d *Dict[string, int]) { _ = d.Set(tx, "x", 9) },
			func(o *Tx, d *Dict[string, int]) { _ = d.Set(o, "x", 2) }, nil},
		"own write read": {
			func(tx *Tx, d *Dict[string, int]) { _ = d.Set(tx, "x", 9); _, _, _ = d.Get(tx, "x") },
			func(o *Tx, d *Dict[string, int]) { _ = d.Set(o, "x", 2) }, nil},
	} {
		for _, underWay := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/%v", name, underWay), func(t *testing.T) {
				p, d := newStore(t)
				set(t, d, "x", 1)
				tx, other := d.s.Begin(), d.s.Begin()
				tt.first(tx, d)
				must(t, d.Set(tx, "y", 1))
				tt.second(other, d)
				p.hold = underWay
				if err := other.Commit(t.Context()); err != nil && !underWay {
					t.Fatal(err)
				}
				p.hold = false
				if err := tx.Commit(t.Context()); !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
				must(t, p.commit(t.Context()))
				if len(d.s.pending) != 0 || len(d.s.keys) != 0 {
					t.Errorf("left over: %v, %v", d.s.pending, d.s.keys)
				}
			})
		}
	}
}

func TestEnds(t *testing.T) {
	p, d := newStore(t)
	tx := d.s.Begin()
	must(t, d.Set(tx, "x", 1))
	tx.Abort()
	_, _, readErr := d.Get(tx, "x")
	_, allErr := d.All(tx)
	for _, err := range []error{tx.Commit(t.Context()), d.Set(tx, "x", 1), d.Delete(tx, "x"), readErr, allErr} {
		if !errors.Is(err, ErrDone) {
			t.Errorf("got %v", err)
		}
	}
	if _, ok := get(t, d, "x"); ok {
		t.Error("an aborted transaction has written")
	}
	p.fails = service.ErrNotPrimary
	tx = d.s.Begin()
	must(t, d.Set(tx, "x", 1))
	if err := tx.Commit(t.Context()); !errors.Is(err, service.ErrNotPrimary) || len(d.s.keys) != 0 {
		t.Errorf("got %v, and %v is under way", err, d.s.keys)
	}
	if err := d.s.Barrier(t.Context()); !errors.Is(err, service.ErrNotPrimary) {
		t.Errorf("the barrier of a replica that is not the primary: %v", err)
	}
	must(t, d.s.Begin().Commit(t.Context())) // nothing was written: nothing to replicate
}

// A snapshot is the state as it was when Snapshot was called, and comes in pieces.
func TestSnapshot(t *testing.T) {
	_, d := newStore(t)
	for i := range 2*pieceKeys + 1 {
		set(t, d, fmt.Sprint(i), i)
	}
	pieces := d.s.Snapshot(t.Context())
	set(t, d, "0", 100)
	var copied [][]byte
	next := func(yield func([]byte, error) bool) {
		for data, err := range pieces {
			copied = append(copied, data)
			if !yield(data, err) {
				return
			}
		}
	}
	_, e := newStore(t)
	old := e.s.Begin()
	must(t, e.Set(old, "blind", 1))
	must(t, e.s.Restore(t.Context(), next))
	if v, _ := get(t, e, "0"); v != 0 || len(copied) != 4 || len(e.s.dicts["numbers"]) != 2*pieceKeys+1 {
		t.Errorf("0 is %d, %d pieces, %d keys", v, len(copied), len(e.s.dicts["numbers"]))
	}
	if err := old.Commit(t.Context()); !errors.Is(err, ErrConflict) {
		t.Errorf("a transaction from before the snapshot: %v", err)
	}
}

// What is known of old writes is limited, and a transaction that is older than that conflicts.
func TestForgets(t *testing.T) {
	_, d := newStore(t)
	old := d.s.Begin()
	_, _, err := d.Get(old, "unrelated")
	must(t, err)
	for i := range 3 * keep {
		set(t, d, fmt.Sprint(i), i)
	}
	if n := len(d.s.changed["numbers"]); n > 2*keep {
		t.Errorf("%d writes are remembered", n)
	}
	if err := old.Commit(t.Context()); !errors.Is(err, ErrConflict) {
		t.Errorf("got %v", err)
	}
}

func TestBadInput(t *testing.T) {
	_, d := newStore(t)
	type op = service.Op
	for name, tt := range map[string]struct {
		do   func() error
		want string
	}{
		"operation":  {func() error { return d.s.Apply(t.Context(), op{LSN: 3, Data: []byte("{")}) }, "operation 3"},
		"dictionary": {func() error { return d.s.Apply(t.Context(), op{Data: []byte(`{"writes":[{"dict":"no","key":"1"}]}`)}) }, `no dictionary "no"`},
		"snapshot": {func() error {
			return d.s.Restore(t.Context(), iter.Seq2[[]byte, error](func(y func([]byte, error) bool) { y([]byte("x"), nil) }))
		}, "a piece of a snapshot"},
		"stream": {func() error {
			return d.s.Restore(t.Context(), iter.Seq2[[]byte, error](func(y func([]byte, error) bool) { y(nil, errors.New("cut")) }))
		}, "cut"},
		"value": {func() error { return New[string, func()](d.s, "functions").Set(d.s.Begin(), "f", nil) }, "a value of functions"},
		"key":   {func() error { return New[float64, int](d.s, "floats").Set(d.s.Begin(), nan(), 1) }, "a key of floats"},
		"type": {func() error {
			set(t, d, "a", 1)
			_, _, err := New[string, []string](d.s, "numbers").Get(d.s.Begin(), "a")
			return err
		}, "cannot unmarshal"},
	} {
		if err := tt.do(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func nan() float64 { zero := 0.0; return zero / zero }
