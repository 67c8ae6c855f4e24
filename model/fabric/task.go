package fabric

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/gocontrol"
)

// tasks are the calls of user code that go on side by side in one process: coroutines of one machine. One of them runs
// at a time, until it waits. So the memory that they share belongs to one machine, and goes with it when it crashes.
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
	id    int    // of its goroutine, where goroutines are controlled
	act   func() // what the process is to do for it, if it is not over
}

// turn lets a task that is ready go on. It comes through the inbox of the process, behind all that came before.
type turn struct{}

// start starts a task, which runs when its turn has come.
func (ts *tasks) start(body func()) {
	t := &task{ready: func() bool { return true }}
	t.next, t.stop = engine.Pull(func(yield func(struct{}) bool) {
		t.yield, t.id = yield, gocontrol.Current()
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
		ts.c.Misuse("a replica waits where it may not: in Abort, or in a goroutine that goes on by itself; waiting is for the other calls")
		return
	}
	t.ready = ready
	ts.suspend(t)
}

// act has the process do what only its own handler may do: where goroutines are controlled a coroutine is one of them.
func (ts *tasks) act(f func()) {
	t := ts.running
	if t == nil {
		f()
		return
	}
	t.act = f
	ts.suspend(t)
}

// suspend has the process go on, until it is the task's turn again.
func (ts *tasks) suspend(t *task) {
	if !t.runsHere() {
		const text = "a goroutine that a replica has started calls a method of Partition that waits: let Partition.Go start it"
		if t.id < 0 {
			panic("fabric: " + text)
		}
		ts.c.Fail(text)
	}
	if !t.yield(struct{}{}) {
		runtime.Goexit() // the process is down
	}
}

// runsHere reports whether the caller runs on the coroutine of the task. Without control of goroutines only its stack
// tells.
func (t *task) runsHere() bool {
	if t.id >= 0 {
		return t.id == gocontrol.Current()
	}
	var pcs [64]uintptr
	n := runtime.Callers(1, pcs[:])
	for i := n - 1; i >= 0; i-- {
		if f := runtime.FuncForPC(pcs[i] - 1); f != nil && f.Name() == "runtime.corostart" {
			return true
		}
	}
	return n == len(pcs) // too deep to tell
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
	for more && t.act != nil {
		ts.running = nil
		t.act()
		t.act, ts.running = nil, t
		_, more = t.next()
	}
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
