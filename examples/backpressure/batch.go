// Package backpressure is a pipeline whose inboxes are bounded: a dispatcher sends the jobs of a batch to a worker, which
// sends back what it has done. With Inboxes, which the tests and production have in common, a dispatcher that sends a whole batch
// at once fills the worker's inbox, the worker fills that of the dispatcher, and each waits for the other for ever. Without
// bounds that never happens. A dispatcher with a window of jobs under way is safe.
package backpressure

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/live"
)

// Inboxes are the bounds: a worker has room for two jobs, a dispatcher for two reports.
var Inboxes = map[string]ravel.Inbox{"Dispatcher": {Capacity: 2}, "Worker": {Capacity: 2}}

type (
	// Batch is a number of jobs; Done is sent to From when all are done.
	Batch struct {
		Jobs int
		From ravel.ID
	}
	Job struct {
		N    int
		From ravel.ID
	}
	Report struct{ N int }
	Done   struct{}
)

// Dispatcher hands out the jobs of one batch.
type Dispatcher struct {
	Worker ravel.ID
	Window int // so many jobs are under way at most; 0: all of the batch

	batch      Batch
	sent, done int
}

var DispatcherMachine = ravel.Define[Dispatcher]("Dispatcher", ravel.Start("Dispatching",
	ravel.On((*Dispatcher).begin),
	ravel.On((*Dispatcher).report),
))

func (d *Dispatcher) begin(c *ravel.Context, b Batch) {
	d.batch = b
	d.send(c)
}

func (d *Dispatcher) report(c *ravel.Context, r Report) {
	if d.done++; d.done == d.batch.Jobs {
		c.Send(d.batch.From, Done{})
		return
	}
	d.send(c)
}

// send sends as many jobs as the window allows.
func (d *Dispatcher) send(c *ravel.Context) {
	for d.sent < d.batch.Jobs && (d.Window == 0 || d.sent-d.done < d.Window) {
		d.sent++
		c.Send(d.Worker, Job{N: d.sent, From: c.Self()})
	}
}

// Worker does jobs.
type Worker struct{ done int }

var WorkerMachine = ravel.Define[Worker]("Worker", ravel.Start("Working", ravel.On((*Worker).job)))

func (w *Worker) job(c *ravel.Context, j Job) {
	w.done++
	c.Send(j.From, Report{N: j.N})
}

// Run does a batch in production, with the inboxes of the tests.
func Run(ctx context.Context, log *slog.Logger, jobs, window int) error {
	system, err := live.New(live.Options{Name: "batch", Inboxes: Inboxes, Logger: log})
	if err != nil {
		return err
	}
	worker, err := system.Create(WorkerMachine.New(&Worker{}))
	if err != nil {
		return err
	}
	dispatcher, err := system.Create(DispatcherMachine.New(&Dispatcher{Worker: worker, Window: window}))
	if err != nil {
		return err
	}
	_, err = live.Ask[Done](ctx, system, dispatcher, func(from ravel.ID) any { return Batch{Jobs: jobs, From: from} })
	if err != nil {
		err = fmt.Errorf("batch of %d jobs: %w", jobs, err)
	}
	over, cancel := context.WithCancel(ctx)
	if err != nil {
		cancel() // machines that wait for each other do so until they are ended
	}
	defer cancel()
	if stopped := system.Stop(over); err == nil {
		err = stopped
	}
	return err
}
