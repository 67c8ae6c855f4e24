package host

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/files"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/journal"
)

// lifecycle makes the calls of the lifecycle, one after the other.
func (r *replica) lifecycle() {
	for {
		var call func()
		if r.wait(r.ctx, func() bool { return len(r.calls) > 0 && !r.closed }) != nil {
			return
		}
		r.mu.Lock()
		call, r.calls = r.calls[0], r.calls[1:]
		r.mu.Unlock()
		call()
	}
}

// enqueue puts a call behind those that wait. The caller holds r.mu.
func (r *replica) enqueue(call func()) {
	r.calls = append(r.calls, call)
	r.changed.Broadcast()
}

func (r *replica) open(how failover.Start) {
	if r.keep != nil {
		if err := r.openFiles(how); err != nil {
			r.fail("opening its files", err)
			return
		}
	}
	if !r.during("Open", func() error { r.begun = true; return r.user.Open(r.ctx, &partition{r}) }) {
		return
	}
	if r.keep != nil && !r.during("Recover", func() error { return r.recover(how) }) {
		return
	}
	r.mu.Lock()
	r.serving = true
	r.following = how != failover.StartIdle
	r.mu.Unlock()
	if how == failover.StartIdle && !r.changeRole(service.Epoch{}, service.RoleIdleSecondary) {
		return
	}
	r.mu.Lock()
	r.opened = true
	r.changed.Broadcast()
	r.mu.Unlock()
	r.report(failover.Report{Opened: true})
	r.h.cfg.Changed() // there may be more to obey
}

// openFiles opens the files of a persistent replica, and makes them its own.
func (r *replica) openFiles(how failover.Start) error {
	dir := r.h.dir(r.info.Partition)
	if how == failover.StartFirst {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := files.SyncDir(r.h.cfg.Dir); err != nil {
		return err
	}
	j, s, err := journal.Open(dir)
	if errors.Is(err, journal.ErrDamaged) && how == failover.StartIdle {
		r.warn("journal", err)
		if err = os.RemoveAll(dir); err == nil { // the replica is built anew in any case
			return r.openFiles(failover.StartFirst)
		}
	}
	if err != nil {
		return err
	}
	r.journal = j
	if r.storage, err = files.Open(dir + "/files"); err != nil {
		return err
	}
	r.mu.Lock()
	r.log, r.sec.Log, r.sec.Fenced = s.Log, s.Log, s.Fenced
	r.stored = s.Log.Last()
	r.mu.Unlock()
	return j.Identify(r.id, s.Fenced)
}

// recover has the user read its state, and finds its place in the journal.
func (r *replica) recover(how failover.Start) error {
	n, e, err := r.keep.Recover(r.ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.work.Go(r.storer)
	switch {
	case n >= r.log.Base() && n <= r.log.Last() && r.log.Epoch(n) == e:
		r.applied = n
		return nil
	case how == failover.StartIdle: // as after a Restore that was interrupted: it needs a snapshot
		r.log.Reset(nil)
		r.stored = 0
		return r.journal.Reset(nil)
	}
	return fmt.Errorf("the state is that of operation %d of epoch %v, and the log goes from %d to %d, where epoch %v is",
		n, e, r.log.Base(), r.log.Last(), r.log.Epoch(n))
}

// changeRole tells the user a role, unless it has it.
func (r *replica) changeRole(e service.Epoch, role service.Role) bool {
	r.mu.Lock()
	same := r.role == role
	r.role = role
	r.mu.Unlock()
	return same || r.during("ChangeRole", func() error { return r.user.ChangeRole(r.ctx, e, role) })
}

// close closes the replica in good order.
func (r *replica) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closing || r.closed {
		return
	}
	r.closing = true
	r.stepDown()
	r.enqueue(func() {
		r.endRun()
		r.mu.Lock()
		e, leads := r.promoted, r.role == service.RolePrimary
		r.mu.Unlock()
		if leads && !r.changeRole(e, service.RoleActiveSecondary) {
			return
		}
		if r.during("Close", func() error { return r.user.Close(r.ctx) }) {
			r.mu.Lock()
			defer r.mu.Unlock()
			if !r.closed {
				r.gone()
			}
		}
	})
}

// run starts the background work. The caller holds r.mu.
func (r *replica) run() {
	runner, ok := r.user.(service.Runner)
	if !ok || r.closed {
		return
	}
	ctx, cancel := context.WithCancel(r.ctx)
	r.stopRun = cancel
	r.running++
	r.work.Go(func() {
		err := r.call(func() error { return runner.Run(ctx) })
		r.mu.Lock()
		r.running--
		r.changed.Broadcast()
		r.mu.Unlock()
		if err != nil && ctx.Err() == nil {
			r.fail("Run", err)
		}
	})
}

// endRun waits until the background work has ended.
func (r *replica) endRun() {
	r.mu.Lock()
	if r.stopRun != nil {
		r.stopRun()
	}
	r.mu.Unlock()
	_ = r.wait(r.ctx, func() bool { return r.running == 0 }) // an error says that the replica has ended
}
