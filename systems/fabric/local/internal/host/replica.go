package host

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/failover"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/files"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/journal"
	"github.com/ravelgo/ravel/systems/fabric/local/internal/replication"
)

// replica is a replica: the user's part of it, and the replicator beside it.
type replica struct {
	h       *Host
	id      service.ReplicaID
	info    service.Info
	spec    failover.Spec
	user    service.Replica
	keep    service.Persistent // user, or nil
	storage *files.Files       // nil unless keep
	turn    turn
	begun   bool // Open was called; it belongs to who has the turn
	ctx     context.Context
	cancel  context.CancelFunc
	work    sync.WaitGroup // all that may run user code or write files
	done    chan struct{}  // closed when that has ended

	journalMu sync.Mutex // taken before mu is released, never the other way round
	journal   *journal.Journal

	mu      sync.Mutex
	changed *sync.Cond // of anything below
	closed  bool
	serving bool // it has been opened
	opened  bool // what the manager is told
	closing bool
	role    service.Role
	calls   []func() // of the lifecycle, that wait for their turn

	log       *replication.Log
	stored    service.LSN // in the journal
	applied   service.LSN
	busy      bool // Apply, Snapshot or Rollback runs
	sec       replication.Secondary
	following bool // a member, or a replica that has its copy: it takes operations
	applying  bool // it may apply what it has
	leader    replication.Member

	prim      *replication.Primary
	lead      *failover.Lead // what is wanted of the primary
	promoted  service.Epoch  // the call for RolePrimary has returned
	stopRun   context.CancelFunc
	running   int // calls of Run
	building  service.ReplicaID
	stopBuild context.CancelFunc
	pinned    service.LSN // what is behind it is needed by a copy; -1: nothing is

	copying *incoming // a copy that is being restored

	// What was begun or told already.
	fenceTold, leadBegun, activeBegun, drainTold service.Epoch
	caughtUpTold                                 int
}

func newReplica(h *Host, w failover.Want, s Service) *replica {
	r := &replica{
		h: h, id: w.Replica, spec: w.Spec, turn: newTurn(), done: make(chan struct{}), pinned: -1,
		info: service.Info{Partition: w.Partition, Partitions: s.Partitions, Replica: w.Replica},
		log:  &replication.Log{},
	}
	r.changed = sync.NewCond(&r.mu)
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.sec.Log = r.log
	r.user = s.New(r.info)
	r.keep, _ = r.user.(service.Persistent)
	return r
}

// begin starts what a replica does on its own.
func (r *replica) begin(w failover.Want) {
	r.calls = []func(){func() { r.open(w.Start) }}
	r.work.Go(r.lifecycle)
	r.work.Go(r.applier)
	r.h.work.Go(func() {
		<-r.ctx.Done()
		r.work.Wait()
		r.journalMu.Lock()
		if r.journal != nil {
			if err := r.journal.Close(); err != nil {
				r.warn("journal", err)
			}
		}
		r.journalMu.Unlock()
		close(r.done)
		r.h.ended(r)
	})
}

// start starts something that may call user code, unless the replica has ended.
func (r *replica) start(f func()) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.work.Go(f)
	return true
}

// wait waits until a condition holds; that comes before the other reasons to return. The caller does not have the turn.
func (r *replica) wait(ctx context.Context, ready func() bool) error {
	stop := context.AfterFunc(ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.changed.Broadcast()
	})
	defer stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		switch {
		case ready():
			return nil
		case r.closed:
			return service.ErrClosed
		case ctx.Err() != nil:
			return ctx.Err()
		}
		r.changed.Wait()
	}
}

// panicError is a panic of user code.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, e.stack) }

// call runs user code in its turn. A panic is an error.
func (r *replica) call(f func() error) (err error) {
	r.turn.take()
	defer r.turn.give()
	r.mu.Lock()
	closed := r.closed
	r.mu.Unlock()
	if closed {
		return service.ErrClosed
	}
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p, debug.Stack()}
		}
	}()
	return f()
}

// during makes a call, after which the replica goes on, or fails.
func (r *replica) during(what string, f func() error) bool {
	err := r.call(f)
	r.mu.Lock()
	closed := r.closed
	r.mu.Unlock()
	if closed {
		return false
	}
	if err != nil {
		r.fail(what, err)
		return false
	}
	return true
}

func (r *replica) warn(what string, err error) {
	r.h.cfg.Log.Warn("replica: "+what+" fails", "partition", r.info.Partition, "replica", r.id, "error", err)
}

// fail ends the replica because of an error of its own.
func (r *replica) fail(what string, err error) {
	if r.abort() {
		r.warn(what, err)
		r.report(failover.Report{Faulted: true})
	}
}

// abort ends the replica at once. It reports whether it has.
func (r *replica) abort() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	r.work.Go(func() {
		r.turn.take()
		defer r.turn.give()
		defer func() {
			if p := recover(); p != nil {
				r.warn("Abort", &panicError{p, debug.Stack()})
			}
		}()
		if r.begun { // Open is the first call
			r.user.Abort()
		}
	})
	r.gone()
	return true
}

// gone makes all calls that wait come to an end. The caller holds r.mu.
func (r *replica) gone() {
	r.closed, r.serving, r.prim = true, false, nil
	r.cancel()
	r.changed.Broadcast()
	go r.h.leave(r) // h.mu comes before r.mu
}

func (r *replica) report(rep failover.Report) {
	rep.Partition, rep.Replica = r.info.Partition, r.id
	r.h.cfg.Report(rep)
}

func (r *replica) serve(ctx context.Context, req []byte) (answer []byte, err error) {
	done := make(chan struct{})
	started := r.start(func() {
		defer close(done)
		r.mu.Lock()
		serving := r.serving
		r.mu.Unlock()
		if !serving {
			err = ErrGone
			return
		}
		called := false
		mine, cancel := context.WithCancel(r.ctx)
		defer cancel()
		defer context.AfterFunc(ctx, cancel)()
		err = r.call(func() (err error) {
			called = true
			answer, err = r.user.Serve(mine, req)
			return err
		})
		if bad := (*panicError)(nil); errors.As(err, &bad) {
			r.fail("Serve", err)
		}
		r.mu.Lock()
		closed := r.closed
		r.mu.Unlock()
		switch {
		case !called:
			err = ErrGone
		case closed || !r.h.cfg.Leased():
			answer, err = nil, ErrUnsure // others may have gone on
		}
	})
	if !started {
		return nil, ErrGone
	}
	<-done
	if err != nil && errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return nil, ErrUnsure
	}
	return answer, err
}
