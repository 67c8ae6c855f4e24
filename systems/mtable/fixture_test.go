package mtable_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/internal/bug"
	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

var ctx = context.Background()

// world is a migrating table over two tables in memory, with hooks around the accesses to these.
type world struct {
	old, new   *memtable.Table
	atOld, atN *hooked
	config     *config.Memory
	monitor    *monitor
	bugs       bug.Set
	*mtable.Table
}

// newWorld returns a world in a state. Accesses go through the hooks of atOld and atN.
func newWorld(t testing.TB, s config.State, bugs bug.Set) *world {
	t.Helper()
	w := &world{
		old:     memtable.New(memtable.Options{ETagPrefix: "o"}),
		new:     memtable.New(memtable.Options{ETagPrefix: "n"}),
		monitor: &monitor{},
		bugs:    bugs,
	}
	w.atOld, w.atN = &hooked{Table: w.old}, &hooked{Table: w.new}
	var err error
	if w.config, err = config.NewMemory(s, config.MemoryOptions{Bugs: bugs}); err != nil {
		t.Fatal(err)
	}
	w.Table = w.client(t, w.monitor)
	t.Cleanup(func() {
		if n := w.old.OpenStreams() + w.new.OpenStreams(); n != 0 && !t.Failed() && bugs == 0 {
			t.Errorf("%d streams have not been closed", n)
		}
		if n := w.config.Subscribers(); n != 0 && !t.Failed() && bugs == 0 {
			t.Errorf("%d grants have not been released", n)
		}
	})
	return w
}

// client returns one more client.
func (w *world) client(t testing.TB, m mtable.Monitor) *mtable.Table {
	t.Helper()
	c, err := mtable.New(w.atOld, w.atN, w.config, mtable.Options{Monitor: m, Bugs: w.bugs})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) migrator(t testing.TB) *mtable.Migrator {
	t.Helper()
	m, err := mtable.NewMigrator(w.atOld, w.atN, w.config, mtable.MigratorOptions{Monitor: w.monitor, Bugs: w.bugs})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// push moves the configuration to a state, one step at a time.
func (w *world) push(t testing.TB, to config.State) {
	t.Helper()
	if err := w.tryPush(to); err != nil {
		t.Fatal(err)
	}
}

func (w *world) tryPush(to config.State) error {
	leader, err := w.config.Lead(ctx)
	if err != nil {
		return err
	}
	defer leader.Resign()
	for s := w.config.State(); s < to; {
		s++
		if err := leader.Push(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// startPush begins a push and lets it get as far as it can. The result is the function that waits for the rest.
func (w *world) startPush(to config.State) (wait func() error) {
	done := make(chan error, 1)
	go func() { done <- w.tryPush(to) }()
	synctest.Wait()
	return func() error { return <-done }
}

// must executes operations that succeed.
func must(t testing.TB, to table.Table, ops ...table.Op) []table.Result {
	t.Helper()
	results, err := to.Execute(ctx, ops)
	if err != nil {
		t.Fatalf("%v: %v", ops, err)
	}
	return results
}

func key(row string) table.Key { return table.Key{Partition: "p", Row: row} }

func happy(yes bool) table.Properties { return table.Properties{"isHappy": table.Bool(yes)} }

func isHappy(yes bool) table.Filter { return table.Compared("isHappy", table.EQ, table.Bool(yes)) }

func version(s string) table.Properties { return table.Properties{"v": table.Text(s)} }

// rows returns what the client reads of partition p, as row=v.
func versions(rows []table.Entity) (all []string) {
	for _, e := range rows {
		v, _ := e.Properties["v"].Text()
		all = append(all, e.Row+"="+v)
	}
	return all
}

// monitor keeps a reference up to date, and counts.
type monitor struct {
	ref *tabletest.Reference // may be nil

	mu      sync.Mutex
	points  int // linearization points
	all     int
	results []table.Result // of the last one
	errs    []error
}

func (m *monitor) Annotate(_ context.Context, a mtable.Annotation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all++
	if a.Linearizes {
		m.points++
		m.results = a.Results
	}
	if m.ref == nil {
		return
	}
	for _, c := range a.Changed {
		if err := m.ref.Spec().SetETag(c.Key, c.ETag); err != nil {
			m.errs = append(m.errs, err)
		}
	}
}

// hooked calls hooks before and after accesses. A hook that returns an error makes the access fail.
type hooked struct {
	table.Table

	mu     sync.Mutex
	before func(access) error
	after  func(access, error) error
}

// access is a batch, an atomic query, the opening of a stream, or a read of one.
type access struct {
	ctx    context.Context
	batch  table.Batch
	query  *table.AtomicQuery
	stream *table.Query
	read   bool
	found  table.Entity // read: what was found, after it
}

// is reports whether an access is a batch whose first operation has a kind and a row.
func (a access) is(k table.OpKind, row string) bool {
	return len(a.batch) > 0 && a.batch[0].Kind == k && a.batch[0].Key.Row == row
}

func (h *hooked) set(before func(access) error, after func(access, error) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.before, h.after = before, after
}

func (h *hooked) enter(a access) error {
	h.mu.Lock()
	hook := h.before
	h.mu.Unlock()
	if hook == nil {
		return nil
	}
	return hook(a)
}

func (h *hooked) leave(a access, err error) error {
	h.mu.Lock()
	hook := h.after
	h.mu.Unlock()
	if hook == nil {
		return err
	}
	if hooked := hook(a, err); hooked != nil {
		return hooked
	}
	return err
}

func (h *hooked) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	a := access{ctx: ctx, batch: b}
	if err := h.enter(a); err != nil {
		return nil, err
	}
	results, err := h.Table.Execute(ctx, b)
	if err = h.leave(a, err); err != nil {
		return nil, err
	}
	return results, nil
}

func (h *hooked) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	a := access{ctx: ctx, query: &q}
	if err := h.enter(a); err != nil {
		return nil, err
	}
	rows, err := h.Table.QueryAtomic(ctx, q)
	if err = h.leave(a, err); err != nil {
		return nil, err
	}
	return rows, nil
}

func (h *hooked) QueryStream(ctx context.Context, q table.Query) (table.Stream, error) {
	a := access{ctx: ctx, stream: &q}
	if err := h.enter(a); err != nil {
		return nil, err
	}
	s, err := h.Table.QueryStream(ctx, q)
	if err != nil {
		return nil, err
	}
	if err := h.leave(a, nil); err != nil {
		_ = s.Close()
		return nil, err
	}
	return &hookedStream{s, h}, nil
}

type hookedStream struct {
	table.Stream
	table *hooked
}

func (s *hookedStream) Next(ctx context.Context) (table.Entity, bool, error) {
	if err := s.table.enter(access{ctx: ctx, read: true}); err != nil {
		return table.Entity{}, false, err
	}
	e, ok, err := s.Stream.Next(ctx)
	if err = s.table.leave(access{ctx: ctx, read: true, found: e}, err); err != nil {
		return table.Entity{}, false, err
	}
	return e, ok, nil
}
