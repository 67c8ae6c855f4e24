package extmgr_test

import (
	"runtime"
	"testing"
	"time"

	. "github.com/ravelgo/ravel/systems/vnext/extmgr"
)

type yielder func()

func (y yielder) Yield() { y() }

// newSilent is a manager with V11 that knows en0, en1 and en2, all with a replica
// of x, of which the next expiration tick finds the first two silent.
func newSilent(t *testing.T, y Yielder) *fixture {
	cfg := testConfig()
	cfg.Bugs, cfg.Yielder = V11, y
	f := newFixture(t, cfg)
	for _, node := range []NodeID{"en0", "en1", "en2"} {
		f.heartbeat(node, 1)
		f.sync(node, 1, 1, info("x", 1))
	}
	f.now = f.now.Add(cfg.ExpireAfter)
	f.heartbeat("en2", 1)
	return f
}

// TestYieldOnlyWithV11: no other manager lets go of its mutex in mid-event, and
// one with V11 only if nodes have expired.
func TestYieldOnlyWithV11(t *testing.T) {
	yields := func(bugs Bugs) (n int) {
		runRandom(t, restartedConfig(bugs), 1, 300, func(_ int, f *fixture) bool {
			n = f.yields
			return true
		})
		return n
	}
	others := Bugs(0)
	for name, bug := range bugNames {
		if bug != V11 {
			others |= bug
		}
		if n := yields(bug); (n > 0) != (bug == V11) {
			t.Errorf("a manager with %s yielded %d times", name, n)
		}
	}
	for _, bugs := range []Bugs{0, others} {
		if n := yields(bugs); n > 0 {
			t.Errorf("a manager without V11 (%#x) yielded %d times", bugs, n)
		}
	}

	f := newSilent(t, nil)
	f.ProcessEvent(RepairTick)
	f.ProcessEvent(ExpirationTick) // nobody is silent yet
	if f.yields != 0 {
		t.Errorf("yielded %d times with nobody silent", f.yields)
	}
	f.tickExpire()
	if f.yields != 1 {
		t.Errorf("yielded %d times for two silent nodes, want 1", f.yields)
	}
}

// TestYieldWithoutMutex calls the manager from another goroutine and from Yield
// itself, and sees the state between the two critical sections.
func TestYieldWithoutMutex(t *testing.T) {
	var f *fixture
	f = newSilent(t, yielder(func() {
		other := make(chan View)
		go func() {
			f.sync("en0", 1, 2, info("y", 1))
			other <- f.Snapshot()
		}()
		select {
		case v := <-other:
			if err := v.Check(); err != nil {
				t.Error(err)
			}
			if rec := record(v, "en0"); rec == nil || rec.LastSyncSeq != 2 {
				t.Errorf("in between en0 is %+v", rec)
			}
			if x, y := holders(v, "x"), holders(v, "y"); len(x) != 1 || len(y) != 1 {
				t.Errorf("in between %v hold x and %v hold y", x, y)
			}
		case <-time.After(10 * time.Second):
			t.Error("the mutex is held")
			return
		}
		f.ProcessEvent(RepairTick) // x to en0 and en1, y to en1 and en2
		if n := len(f.takeTasks()); n != 4 {
			t.Errorf("in between %d copies were ordered, want 4", n)
		}
		f.heartbeat("en3", 1)
	}))
	f.tickExpire()
	v := f.Snapshot()
	if len(v.Nodes) != 2 || record(v, "en2") == nil || record(v, "en3") == nil {
		t.Errorf("in the end the node map is %+v", v.Nodes)
	}
	if len(v.Pending) != 1 || v.Pending[0].Target != "en2" {
		t.Errorf("in the end %+v are pending, want the task of en2", v.Pending)
	}
	if broken := brokenIn(v); len(broken) != 1 || broken[0] != "I1" {
		t.Errorf("in the end %q are broken, want I1", broken)
	}
}

// TestYieldEnds: however Yield ends, the mutex is as it was, and the next tick
// completes what the first one began.
func TestYieldEnds(t *testing.T) {
	ends := map[string]struct {
		end  func()
		left int // nodes in the node map afterwards
	}{
		"return": {func() {}, 1},
		"panic":  {func() { panic("in Yield") }, 3},
		"Goexit": {runtime.Goexit, 3},
	}
	for name, test := range ends {
		t.Run(name, func(t *testing.T) {
			end := test.end
			f := newSilent(t, yielder(func() { end() }))
			done := make(chan any)
			go func() {
				var value any
				defer func() { done <- value }()
				defer func() { value = recover() }()
				f.tickExpire()
			}()
			if value := <-done; (value != nil) != (name == "panic") {
				t.Errorf("recovered %v", value)
			}
			checkLeft(t, f, test.left)
			end = func() {}
			f.tickExpire()
			checkLeft(t, f, 1)
		})
	}
}

func checkLeft(t *testing.T, f *fixture, want int) {
	t.Helper()
	v := f.Snapshot()
	if err := v.Check(); err != nil || len(v.Nodes) != want {
		t.Errorf("%d nodes are left, want %d; broken: %v", len(v.Nodes), want, err)
	}
}

// TestNoGap: where nothing comes between, V11 changes nothing.
func TestNoGap(t *testing.T) {
	for seed := range uint64(3) {
		correct, buggy := restartedConfig(0), restartedConfig(V11)
		buggy.Yielder = yielder(func() {})
		want := runRandom(t, correct, seed, 1_000, always)
		if got := runRandom(t, buggy, seed, 1_000, always); got != want {
			t.Errorf("transcripts differ at line %s", firstDifference(want, got))
		}
	}
	cfg := testConfig()
	cfg.Bugs = V11
	f := newFixture(t, testConfig())
	m, err := New(cfg, f, f, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.ProcessMessage(&Heartbeat{Header: Header{From: "en0", Inc: 1}})
	f.now = f.now.Add(time.Hour)
	m.ProcessEvent(ExpirationTick)
	if v := m.Snapshot(); len(v.Nodes) != 0 {
		t.Errorf("without a Yielder %+v are left", v.Nodes)
	}
}
