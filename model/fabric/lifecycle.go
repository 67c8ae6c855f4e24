package fabric

import (
	"context"

	"github.com/ravelgo/ravel/model/fabric/service"
)

// lifecycle makes the lifecycle calls, one after the other.
func (r *replica) lifecycle() {
	for {
		r.n.wait(func() bool { return len(r.calls) > 0 || r.closed })
		if r.closed {
			return
		}
		call := r.calls[0]
		r.calls = r.calls[1:]
		call()
	}
}

// enqueue puts a lifecycle call behind those that wait.
func (r *replica) enqueue(call func()) {
	if r.bugs.has(overlapCalls) {
		r.n.start(call)
		return
	}
	r.calls = append(r.calls, call)
}

// during makes a call of user code, between notifications for the monitors. It reports whether the replica goes on.
func (r *replica) during(call string, f func() error) bool {
	if r.closed {
		return false
	}
	r.n.c.Notify(callBegins{r.id, call, r.role})
	err := f()
	if r.closed {
		return false
	}
	r.n.c.Notify(callEnds{r.id, call})
	if err != nil {
		r.n.c.Logf("%s of replica %d fails: %v", call, r.id, err)
		r.fail()
		return false
	}
	return true
}

// fail ends the replica because of an error of its own.
func (r *replica) fail() {
	r.abort()
	r.n.c.Notify(fails{r.id})
	if r.per != nil {
		r.st.wipe(r.id)
	}
	r.n.report(r.id, faulted{})
}

// abort ends the replica at once. One that was never opened is not told: Open is the first call.
func (r *replica) abort() {
	if r.closed {
		return
	}
	r.gone()
	if !r.begun && !r.bugs.has(abortAnyway) {
		return
	}
	r.n.c.Notify(callBegins{r.id, callAbort, r.role})
	r.user.Abort()
}

// gone makes all calls that wait come to an end.
func (r *replica) gone() {
	r.closed, r.serving = true, false
	r.cancel()
	delete(r.n.replicas, r.id)
	r.n.c.Notify(ended{r.id})
}

func (r *replica) open(o create) {
	r.sec.idle = o.Idle
	r.enqueue(func() {
		r.prepare(o.Fresh)
		if !r.during(callOpen, func() error { r.begun = true; return r.user.Open(r.ctx, r) }) {
			return
		}
		if !r.recover(o.Fresh) {
			return
		}
		r.serving = true
		if o.Idle && !r.changeRole(service.Epoch{}, service.RoleIdleSecondary) ||
			o.Reopen && !r.changeRole(service.Epoch{}, service.RoleActiveSecondary) {
			return
		}
		has := r.log.progress()
		has.Whole = r.per != nil && r.st.vault.Whole
		r.n.report(r.id, opened{r.per != nil, has})
	})
}

func (r *replica) changeRole(e service.Epoch, role service.Role) bool {
	r.role = role
	if !r.during(callChangeRole, func() error { return r.user.ChangeRole(r.ctx, e, role) }) {
		return false
	}
	r.n.c.Notify(roleChanged{r.id, role})
	return true
}

// close closes the replica in good order.
func (r *replica) close(keep bool) {
	r.enqueue(func() {
		r.endRun()
		if r.during(callClose, func() error { return r.user.Close(r.ctx) }) {
			if r.per != nil && !keep {
				r.st.wipe(r.id)
			}
			r.gone()
		}
	})
}

// run starts the background work.
func (r *replica) run() {
	runner, ok := r.user.(service.Runner)
	if !ok {
		return
	}
	ctx, cancel := context.WithCancel(r.ctx)
	r.stopRun = cancel
	r.runs++
	r.n.c.Notify(runBegins{r.id})
	r.n.start(func() {
		err := runner.Run(ctx)
		r.runs--
		r.n.c.Notify(runEnds{r.id})
		if err != nil && ctx.Err() == nil && !r.closed {
			r.fail()
		}
	})
}

// endRun waits until the background work has ended.
func (r *replica) endRun() {
	if r.stopRun != nil {
		r.stopRun()
		r.n.wait(func() bool { return r.runs == 0 || r.closed })
	}
}
