package fabric

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
)

// tasks are the calls of user code that go on side by side in one process: coroutines of one machine. One of them runs at a
// time, until it waits. So the memory that they share belongs to one machine, and goes with it when it crashes.
type tasks struct {
	c       *ravel.Context `ravel:"-"`
	all     []*task
	running *task
	turning bool // a turn is on its way
}

// task is one call of user code.
type task struct {
	ready func() bool // what it waits for
	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
}

// turn lets a task that is ready go on. It comes through the inbox of the process, behind all that came before.
type turn struct{}

// start starts a task, which runs when its turn has come.
func (ts *tasks) start(body func()) {
	t := &task{ready: func() bool { return true }}
	t.next, t.stop = engine.Pull(func(yield func(struct{}) bool) {
		t.yield = yield
		defer ts.panicked()
		body()
	})
	ts.all = append(ts.all, t)
}

// panicked makes a panic, of user code as a rule, the failure of the process. To be deferred.
func (ts *tasks) panicked() {
	if v := recover(); v != nil {
		ts.c.Panicked(v, debug.Stack())
	}
}

// wait suspends the running task until a condition holds.
func (ts *tasks) wait(ready func() bool) {
	t := ts.running
	if t == nil {
		ts.c.Misuse("a replica waits where it may not: in Abort, or in a goroutine of its own; waiting is for the other calls")
		return
	}
	t.ready = ready
	if !t.yield(struct{}{}) {
		runtime.Goexit() // the process is down
	}
}

// waitFor is wait with a context. The condition comes first.
func (ts *tasks) waitFor(ctx context.Context, ready func() bool) error {
	ts.wait(func() bool { return ready() || ctx.Err() != nil })
	if ready() {
		return nil
	}
	return ctx.Err()
}

// schedule asks for a turn if somebody could use it.
func (ts *tasks) schedule() {
	if !ts.turning && slices.ContainsFunc(ts.all, func(t *task) bool { return t.ready() }) {
		ts.turning = true
		ts.c.Send(ts.c.Self(), turn{})
	}
}

// turn lets one of the tasks go on that are ready, of the tester's choice.
func (ts *tasks) turn() {
	ts.turning = false
	var ready []*task
	for _, t := range ts.all {
		if t.ready() {
			ready = append(ready, t)
		}
	}
	if len(ready) == 0 {
		return
	}
	t := ready[ts.c.FairInt(len(ready))]
	ts.running = t
	_, more := t.next()
	ts.running = nil
	if !more {
		ts.all = slices.DeleteFunc(ts.all, func(u *task) bool { return u == t })
	}
}

// end ends all tasks where they are; their deferred functions run. Each one may end by a Goexit that goes through here.
func (ts *tasks) end() {
	if len(ts.all) == 0 {
		return
	}
	t := ts.all[0]
	ts.all = ts.all[1:]
	defer ts.end()
	t.stop()
}
