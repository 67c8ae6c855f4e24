package engine_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/failure"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
)

func TestMemory(t *testing.T) { enginetest.Test(t, memoryRows) }

// locks is a machine with locks.
type locks struct {
	mu   sync.Mutex
	rw   *sync.RWMutex
	deep struct{ once sync.Once }
}

func locking(f func(l *locks, c ctx)) func(probe, ctx) {
	return func(p probe, c ctx) {
		m := c.Create(ravel.Define[locks]("L", ravel.Start(s0, ravel.On(func(l *locks, c ctx, _ A) { f(l, c) }), ravel.Ignore[B]())).New(&locks{rw: &sync.RWMutex{}}))
		c.Send(m, A{})
		c.Send(m, B{})
	}
}

var memoryRows = []row{
	{
		Name: "an event that its sender changes in the same handler", Source: "4: event changed after send, noticed at flush", Careful: true,
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.Ignore[any]()))
			c.Go("x", func(c ctx) { b := &B{1}; c.Send(m, A{}); c.Send(m, b); b.N = 2 })
		},
		Want: []string{"!event changed"},
		Says: []string{"event *engine_test.B from x to M changed after it was sent at memory_test.go:"},
	},
	{
		Name: "an event that its sender changes before it is taken", Source: "4: noticed at dequeue", Careful: true,
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.On(func(_ *cell, _ ctx, b *B) { p.See("B%d", b.N) })))
			c.Go("x", func(c ctx) { b := &B{1}; c.Send(m, b); c.Yield(); b.N = 2 })
		},
		Want: []string{"B1", "!event changed"},
		Says: []string{"from x to M changed after it was sent at memory_test.go:", "sent in step"},
	},
	{
		Name: "an event that is changed before a receive takes it", Source: "4: noticed at dequeue", Careful: true,
		Body: func(p probe, c ctx) {
			m := c.Go("y", func(c ctx) { c.Yield(); p.See("B%d", ravel.Receive[*B](c).N) })
			c.Go("x", func(c ctx) { b := &B{1}; c.Send(m, b); c.Yield(); b.N = 2 })
		},
		Want: []string{"B1", "!event changed"},
	},
	{
		Name: "an event that its receiver changes", Source: "twin: it belongs to the receiver",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, ravel.On(func(_ *cell, _ ctx, b *B) { b.N++; p.See("B%d", b.N) })))
			c.Send(m, &B{1})
		},
		Want: []string{"B2"},
	},
	{
		Name: "a copy of an event that is changed", Source: "twin",
		Body: func(p probe, c ctx) {
			m := machine(c, nil, ravel.Start(s0, seeB(p)))
			c.Go("x", func(c ctx) { b := B{1}; c.Send(m, b); b.N = 2 })
		},
		Want: []string{"B1"},
	},
	{
		Name: "an event that is passed on", Source: "twin: ownership passes with each send",
		Body: func(p probe, c ctx) {
			last := machine(c, nil, ravel.Start(s0, ravel.On(func(_ *cell, _ ctx, b *B) { p.See("B%d", b.N) })))
			m := machine(c, nil, ravel.Start(s0, ravel.On(func(_ *cell, c ctx, b *B) { b.N++; c.Send(last, b) })))
			c.Send(m, &B{1})
		},
		Want: []string{"B2"},
	},
	{
		Name: "a changed event that an assertion outruns", Source: "5: first failure counts; 3.5", Careful: true,
		Body: func(p probe, c ctx) { c.Go("x", func(c ctx) { c.Fail("before any send") }) },
		Want: []string{"!assertion"},
	},
	{
		Name: "a lock that is held at the end of a handler", Source: "4: a lock held between two steps is a failure", Careful: true,
		Body: locking(func(l *locks, c ctx) { l.mu.Lock() }),
		Want: []string{"!lock held"},
		Says: []string{"L still holds sync.Mutex", "mu"},
	},
	{
		Name: "a read lock behind a pointer", Source: "4: RWMutex", Careful: true,
		Body: locking(func(l *locks, c ctx) { l.rw.RLock() }),
		Want: []string{"!lock held"},
		Says: []string{"sync.RWMutex", "rw"},
	},
	{
		Name: "a lock that is held in a wait", Source: "4: between two steps; unlock before every receive", Careful: true,
		Body: locking(func(l *locks, c ctx) { l.mu.Lock(); defer l.mu.Unlock(); c.Yield() }),
		Want: []string{"!lock held"},
	},
	{
		Name: "locks that are released, and a Once", Source: "twin",
		Body: locking(func(l *locks, c ctx) {
			l.mu.Lock()
			l.rw.RLock()
			l.deep.once.Do(func() { p := 0; _ = p })
			l.rw.RUnlock()
			l.mu.Unlock()
			c.Yield()
		}),
		Want: []string{""},
	},
	{
		Name: "a failed assertion with a lock held", Source: "5: the assertion is the failure; deferred functions unlock", Careful: true,
		Body: locking(func(l *locks, c ctx) { l.mu.Lock(); defer l.mu.Unlock(); c.Fail("inside") }),
		Want: []string{"!assertion"},
	},
}

// holder is a machine that holds memory.
type holder struct {
	data *[]int
	m    map[string]int
	disk *disk
}

// TestReach looks for shared memory in programs that have some and that have none.
func TestReach(t *testing.T) {
	def := func() *ravel.Definition[holder] {
		return ravel.Define[holder]("H", ravel.Start(s0, ravel.On(func(h *holder, _ ctx, m map[string]int) { h.m = m }), ravel.Ignore[*[]int]()))
	}
	keep := ravel.DefineMonitor[holder]("Keep", ravel.Warm("W", ravel.On(func(h *holder, _ mctx, d *[]int) { h.data = d })))
	for _, c := range []struct {
		name string
		want string // parts of the report, by |; empty: nothing shared
		body func(c ctx)
	}{
		{"two machines", "H|H#2|holder.data", func(c ctx) {
			data := &[]int{1}
			c.Create(def().New(&holder{data: data}))
			c.Create(def().New(&holder{data: data}))
		}},
		{"an event and its sender", "map[string]int", func(c ctx) {
			to := c.Create(def().New(&holder{}))
			m := map[string]int{"a": 1}
			c.Create(ravel.Define[holder]("S", ravel.Start(s0, ravel.Entry(func(h *holder, c ctx) { c.Send(to, h.m) }))).New(&holder{m: m}))
		}},
		{"a machine that has not been created yet", "H", func(c ctx) {
			data := &[]int{1}
			c.Create(ravel.Define[holder]("S", ravel.Start(s0, ravel.Entry(func(h *holder, c ctx) {
				c.Now()
				c.Create(def().New(&holder{data: data}))
			}))).New(&holder{data: data}))
		}},
		{"a monitor", "monitor Keep", func(c ctx) {
			c.Monitor(keep.New(&holder{}))
			c.Create(ravel.Define[holder]("S", ravel.Start(s0, ravel.Entry(func(h *holder, c ctx) { c.Notify(h.data) }))).New(&holder{data: &[]int{1}}))
		}},
		{"one machine twice", "", func(c ctx) {
			m := map[string]int{}
			c.Send(c.Create(def().New(&holder{m: m, data: &[]int{1}})), map[string]int{})
		}},
		{"copies", "", func(c ctx) {
			c.Create(def().New(&holder{data: &[]int{1}}))
			c.Create(def().New(&holder{data: &[]int{1}}))
		}},
		{"a model", "", func(c ctx) {
			d := &disk{}
			c.Model("disk", d)
			c.Create(def().New(&holder{disk: d}))
			c.Create(def().New(&holder{disk: d}))
		}},
		{"a timer's event", "", func(c ctx) {
			ev := &[]int{1}
			c.Create(ravel.Define[holder]("S", ravel.Start(s0, ravel.Entry(func(h *holder, c ctx) { c.After(1, ev) }), ravel.Defer[*[]int]())).New(&holder{data: ev}))
		}},
	} {
		e := engine.New()
		for _, cfg := range []engine.Config{{Reach: true}, {Reach: true, Fingerprint: true}} {
			r := row{Body: func(_ probe, x ctx) { c.body(x) }}
			o := r.Once(e, cfg)
			if o.Err != nil {
				t.Errorf("%s: %v", c.name, o.Err)
			}
			if (o.Shared != nil) != (c.want != "") {
				t.Errorf("%s: shared %v, want %q", c.name, o.Shared, c.want)
				continue
			}
			for _, part := range strings.Split(c.want, "|") {
				if o.Shared != nil && !strings.Contains(o.Shared.Error(), part) {
					t.Errorf("%s: %v does not say %q", c.name, o.Shared, part)
				}
			}
		}
		e.Close()
	}
}

// TestChangedFields looks at both places of an event that was changed.
func TestChangedFields(t *testing.T) {
	e := engine.New()
	defer e.Close()
	o := memoryRows[0].Once(e, engine.Config{Record: true})
	var ch *failure.Changed
	if !errors.As(o.Err, &ch) {
		t.Fatalf("got %v", o.Err)
	}
	if ch.Machine != "x" || ch.To != "M" || ch.Event != "*engine_test.B" || ch.SentAt == 0 || !strings.HasSuffix(ch.Sent.File, "memory_test.go") {
		t.Errorf("got %+v", ch)
	}
}

// TestUnhashable finds what has no fingerprint, and goes on.
func TestUnhashable(t *testing.T) {
	type bad struct{ ch chan int }
	e := engine.New()
	defer e.Close()
	r := row{Body: func(p probe, c ctx) {
		c.Create(ravel.Define[bad]("Bad", ravel.Start(s0)).New(&bad{ch: make(chan int)}))
	}}
	o := r.Once(e, engine.Config{Fingerprint: true})
	if o.Err != nil || o.Unhashable == nil || !strings.Contains(o.Unhashable.Error(), "bad.ch") {
		t.Errorf("err %v, unhashable %v", o.Err, o.Unhashable)
	}
	ok := row{Body: func(p probe, c ctx) { machine(c, nil, ravel.Start(s0)) }}
	if o := ok.Once(e, engine.Config{Fingerprint: true}); o.Unhashable != nil {
		t.Errorf("the next execution: %v", o.Unhashable)
	}
}
