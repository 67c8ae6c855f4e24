package config_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ravelgo/ravel/systems/mtable/bolttable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/memtable"
	"github.com/ravelgo/ravel/systems/mtable/table"
)

const leaseTime = 10 * time.Second

// wire is the way of one process to a table. It can be cut.
type wire struct {
	table.Table
	mu   sync.Mutex
	dead bool
	lose func(table.Batch) bool // the answers to these batches are lost
}

func (w *wire) cut(dead bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = dead
}

func (w *wire) loseAnswers(of func(table.Batch) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lose = of
}

func (w *wire) Execute(ctx context.Context, b table.Batch) ([]table.Result, error) {
	w.mu.Lock()
	dead, lose := w.dead, w.lose
	w.mu.Unlock()
	if dead {
		return nil, table.Wrap(table.ErrUnavailable, nil, "wire is cut")
	}
	results, err := w.Table.Execute(ctx, b)
	if err == nil && lose != nil && lose(b) {
		return nil, table.Wrap(table.ErrIndeterminate, nil, "answer is lost")
	}
	return results, err
}

func (w *wire) QueryAtomic(ctx context.Context, q table.AtomicQuery) ([]table.Entity, error) {
	w.mu.Lock()
	dead := w.dead
	w.mu.Unlock()
	if dead {
		return nil, table.Wrap(table.ErrUnavailable, nil, "wire is cut")
	}
	return w.Table.QueryAtomic(ctx, q)
}

// process is one of those that share a configuration.
type process struct {
	*config.Shared
	wire *wire
}

func newProcess(t *testing.T, m table.Table) process {
	t.Helper()
	w := &wire{Table: m}
	s, err := config.OpenShared(ctx, w, config.SharedOptions{Lease: leaseTime})
	if err != nil {
		t.Fatal(err)
	}
	return process{s, w}
}

func (p process) join(t *testing.T) *config.Member {
	t.Helper()
	m, err := p.Join(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Kill)
	return m
}

// sharedTest runs a test with a table in memory and a fake clock.
func sharedTest(t *testing.T, test func(t *testing.T, m *memtable.Table)) {
	synctest.Test(t, func(t *testing.T) { test(t, memtable.New(memtable.Options{})) })
}

func pushAll(t *testing.T, l config.Leader, states ...config.State) {
	t.Helper()
	for _, s := range states {
		if err := l.Push(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSharedPush(t *testing.T) {
	sharedTest(t, func(t *testing.T, m *memtable.Table) {
		a, b := newProcess(t, m).join(t), newProcess(t, m).join(t)
		hold, err := a.Hold(ctx)
		if err != nil {
			t.Fatal(err)
		}
		w := &watcher{}
		watch, err := b.Watch(ctx, w)
		if err != nil {
			t.Fatal(err)
		}
		defer watch.Release()
		l := lead(t, newProcess(t, m))
		defer l.Resign()
		done := start(func() error { return l.Push(ctx, config.PreferOld) })
		time.Sleep(5 * leaseTime) // nobody's lease ends, as all are renewed
		if !running(done) {
			t.Fatal("a push has not waited for a member of another process")
		}
		if hold.Context.Err() != nil || watch.Context.Err() != nil {
			t.Error("a grant has ended")
		}
		hold.Release()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		for _, member := range []*config.Member{a, b} {
			g, err := member.Hold(ctx)
			if err != nil || g.State != config.PreferOld {
				t.Errorf("a member is in %v, %v", g.State, err)
			}
			g.Release()
		}
		if got := w.states(); !slices.Equal(got, []config.State{config.PreferOld}) {
			t.Errorf("the watcher was told %v", got)
		}
		for _, s := range []config.State{config.UseOld, config.UseNewWithTombstones} {
			if err := l.Push(ctx, s); !errors.Is(err, config.ErrOrder) {
				t.Errorf("push of %v: %v", s, err)
			}
		}
		if err := a.Close(ctx); err != nil {
			t.Error(err)
		}
		if _, err := a.Hold(ctx); !errors.Is(err, config.ErrClosed) {
			t.Errorf("hold of a member that has left: %v", err)
		}
		pushAll(t, l, config.PreferNew, config.UseNewWithTombstones, config.UseNew, config.UseNew)
	})
}

// A member that cannot be reached stops before the push goes on without it. It joins again as a new one.
func TestLostMember(t *testing.T) {
	sharedTest(t, func(t *testing.T, m *memtable.Table) {
		p := newProcess(t, m)
		member := p.join(t)
		l := lead(t, newProcess(t, m))
		defer l.Resign()
		hold, err := member.Hold(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var stopped time.Time
		context.AfterFunc(hold.Context, func() { stopped = time.Now() })
		p.wire.cut(true)
		if err := l.Push(ctx, config.PreferOld); err != nil {
			t.Fatal(err)
		}
		over := time.Now()
		synctest.Wait()
		if stopped.IsZero() || over.Sub(stopped) < leaseTime/3 {
			t.Errorf("the push was over %v after the member had stopped", over.Sub(stopped))
		}
		if err := context.Cause(hold.Context); !errors.Is(err, config.ErrLeaseLost) {
			t.Errorf("the hold ended with %v", err)
		}
		if _, err := member.Hold(ctx); !errors.Is(err, config.ErrLeaseLost) {
			t.Errorf("hold without a lease: %v", err)
		}
		hold.Release()
		p.wire.cut(false)
		time.Sleep(leaseTime)
		g, err := member.Hold(ctx)
		if err != nil || g.State != config.PreferOld {
			t.Errorf("after joining again: %v, %v", g.State, err)
		}
		g.Release()
	})
}

// A member that was killed is waited for no longer than its lease, and one that has left not at all.
func TestKilledMember(t *testing.T) {
	sharedTest(t, func(t *testing.T, m *memtable.Table) {
		p := newProcess(t, m)
		killed, left := p.join(t), p.join(t)
		l := lead(t, newProcess(t, m))
		defer l.Resign()
		killed.Kill()
		if err := left.Close(ctx); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		pushAll(t, l, config.PreferOld)
		if waited := time.Since(begin); waited < leaseTime || waited > 2*leaseTime {
			t.Errorf("the push waited %v", waited)
		}
		begin = time.Now()
		pushAll(t, l, config.PreferNew)
		if waited := time.Since(begin); waited > 0 {
			t.Errorf("the next push waited %v", waited)
		}
	})
}

// Close waits for grants that are out.
func TestCloseWaits(t *testing.T) {
	sharedTest(t, func(t *testing.T, m *memtable.Table) {
		member := newProcess(t, m).join(t)
		hold, err := member.Hold(ctx)
		if err != nil {
			t.Fatal(err)
		}
		closed := start(func() error { return member.Close(ctx) })
		time.Sleep(3 * leaseTime)
		if !running(closed) || hold.Context.Err() != nil {
			t.Error("a member left while a grant was out")
		}
		hold.Release()
		if err := <-closed; err != nil {
			t.Error(err)
		}
	})
}

// A leader that dies is followed by another one when its lease has ended, and stops before.
func TestNextLeader(t *testing.T) {
	sharedTest(t, func(t *testing.T, m *memtable.Table) {
		p := newProcess(t, m)
		first := lead(t, p)
		pushAll(t, first, config.PreferOld)
		next := newProcess(t, m)
		var second config.Leader
		elected := start(func() (err error) { second, err = next.Lead(ctx); return err })
		time.Sleep(4 * leaseTime)
		if !running(elected) {
			t.Fatal("there are two leaders")
		}
		p.wire.cut(true)
		var stopped time.Time
		context.AfterFunc(first.Context(), func() { stopped = time.Now() })
		if err := <-elected; err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if over := time.Since(stopped); stopped.IsZero() || over < leaseTime/3 {
			t.Errorf("the next leader came %v after the first one had stopped", over)
		}
		p.wire.cut(false)
		if err := first.Push(ctx, config.PreferNew); !errors.Is(err, config.ErrLeaseLost) {
			t.Errorf("the first leader pushed: %v", err)
		}
		if s, err := second.State(ctx); err != nil || s != config.PreferOld {
			t.Errorf("the second leader finds %v, %v", s, err)
		}
		pushAll(t, second, config.PreferOld, config.PreferNew)
		first.Resign()
		second.Resign()
		begin := time.Now()
		third := lead(t, next)
		defer third.Resign()
		if waited := time.Since(begin); waited > 0 {
			t.Errorf("the third leader waited %v for one that had resigned", waited)
		}
	})
}

// A leader that does not notice its successor, because its clock stands still, cannot push all the same.
func TestFencing(t *testing.T) {
	sharedTest(t, func(t *testing.T, m *memtable.Table) {
		p := newProcess(t, m)
		first := lead(t, p)
		defer first.Resign()
		// Somebody takes over by hand.
		state, _, err := table.Get(ctx, m, table.Key{Partition: "config", Row: "state"})
		if err != nil {
			t.Fatal(err)
		}
		newer := table.Properties{"epoch": table.Int64(9)}
		if _, err := table.Do(ctx, m, table.Merge(state.Key, newer, table.AnyETag())); err != nil {
			t.Fatal(err)
		}
		if err := first.Push(ctx, config.PreferOld); !errors.Is(err, config.ErrFenced) {
			t.Errorf("push: %v", err)
		}
		if err := context.Cause(first.Context()); !errors.Is(err, config.ErrFenced) {
			t.Errorf("the leader's context ended with %v", err)
		}
		if s, err := p.State(ctx); err != nil || s != config.UseOld {
			t.Errorf("stored %v, %v", s, err)
		}
	})
}

// Answers that are lost do not end a lease: what was written is recognized.
func TestLostAnswers(t *testing.T) {
	sharedTest(t, func(t *testing.T, m *memtable.Table) {
		p := newProcess(t, m)
		member := p.join(t)
		l := lead(t, p)
		defer l.Resign()
		hold, err := member.Hold(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var n atomic.Int32
		p.wire.loseAnswers(func(b table.Batch) bool { // two of four
			return b[0].Kind == table.OpReplace && n.Add(1)%4 < 2
		})
		time.Sleep(10 * leaseTime)
		if hold.Context.Err() != nil || l.Context().Err() != nil {
			t.Errorf("a lease has ended: %v, %v", context.Cause(hold.Context), context.Cause(l.Context()))
		}
		hold.Release()
	})
}

func TestOpenShared(t *testing.T) {
	m := memtable.New(memtable.Options{})
	for name, o := range map[string]config.SharedOptions{
		"no state":        {Initial: 7},
		"short lease":     {Lease: 1},
		"large margin":    {Lease: time.Second, Margin: time.Second},
		"negative margin": {Margin: -1},
		"rare looks":      {Lease: time.Second, Poll: time.Second},
		"negative poll":   {Poll: -1},
	} {
		if _, err := config.OpenShared(ctx, m, o); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if rows := m.Dump(); len(rows) > 0 {
		t.Errorf("something was written: %v", rows)
	}
	if _, err := config.OpenShared(ctx, m, config.SharedOptions{Initial: config.PreferOld}); err != nil {
		t.Fatal(err)
	}
	s, err := config.OpenShared(ctx, m, config.SharedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := s.State(ctx); err != nil || got != config.PreferOld {
		t.Errorf("opened again in %v, %v", got, err)
	}
	if _, err := config.OpenShared(ctx, m, config.SharedOptions{Lease: time.Minute}); err == nil {
		t.Error("two processes have leases of different length")
	}
}

// The configuration outlives all processes: it is read again from the disk, where a push had been under way.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	openFile := func() (*bolttable.Store, *config.Shared) {
		store, err := bolttable.Open(path, bolttable.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		tab, err := store.Table("config")
		if err != nil {
			t.Fatal(err)
		}
		s, err := config.OpenShared(ctx, tab, config.SharedOptions{Lease: leaseTime})
		if err != nil {
			t.Fatal(err)
		}
		return store, s
	}
	synctest.Test(t, func(t *testing.T) {
		store, s := openFile()
		member, err := s.Join(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := member.Hold(ctx); err != nil {
			t.Fatal(err)
		}
		mortal, kill := context.WithCancel(ctx)
		l, err := s.Lead(mortal)
		if err != nil {
			t.Fatal(err)
		}
		pushed := start(func() error { return l.Push(ctx, config.PreferOld) })
		time.Sleep(leaseTime)
		if !running(pushed) {
			t.Fatal("the push has not waited")
		}
		kill()
		<-pushed
		member.Kill()
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}

		store, s = openFile()
		if got, err := s.State(ctx); err != nil || got != config.PreferOld {
			t.Fatalf("stored %v, %v", got, err)
		}
		begin := time.Now()
		again := lead(t, s) // when the lease of the dead one has ended
		if waited := time.Since(begin); waited < leaseTime {
			t.Errorf("a new leader after %v", waited)
		}
		begin = time.Now()
		if err := again.Push(ctx, config.PreferOld); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(begin); waited < leaseTime {
			t.Errorf("the dead member was waited for for %v only", waited)
		}
		pushAll(t, again, config.PreferNew)
		again.Resign()
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
