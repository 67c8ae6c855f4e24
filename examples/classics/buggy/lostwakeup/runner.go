// Package lostwakeup runs jobs in the background, one after the other.
package lostwakeup

import (
	"errors"
	"sync"
)

// ErrClosed is the error of a job that comes after Close.
var ErrClosed = errors.New("runner is closed")

// Runner runs jobs in the order in which they are submitted. It may be used from many goroutines.
type Runner struct {
	wake    chan struct{} // tells the worker to look again
	stopped chan struct{} // closed when the worker has ended

	mu     sync.Mutex
	jobs   []func()
	closed bool
}

// NewRunner starts a runner.
func NewRunner() *Runner {
	r := &Runner{
		wake:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
	go r.work()
	return r
}

// Submit adds a job and does not wait for it.
func (r *Runner) Submit(job func()) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrClosed
	}
	r.jobs = append(r.jobs, job)
	r.notify()
	return nil
}

// Close takes no more jobs, and waits until those it has are done.
func (r *Runner) Close() {
	r.mu.Lock()
	r.closed = true
	r.notify()
	r.mu.Unlock()
	<-r.stopped
}

// notify wakes the worker if it sleeps. One that is awake looks for jobs anyway.
func (r *Runner) notify() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *Runner) work() {
	defer close(r.stopped)
	for {
		job, closed := r.next()
		switch {
		case job != nil:
			job()
		case closed:
			return
		default:
			<-r.wake
		}
	}
}

// next takes the next job. Without one, it says whether there will be another.
func (r *Runner) next() (job func(), closed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.jobs) == 0 {
		return nil, r.closed
	}
	job = r.jobs[0]
	r.jobs = r.jobs[1:]
	return job, false
}
