package harness

import (
	"fmt"

	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
)

// Options choose a test: a job, a platform, and how often what may happen in an execution.
type Options struct {
	Job      wordcount.Job
	Nodes    int
	Replicas int  // of each partition
	All      bool // all replicas must have an operation, not only a majority

	Crashes    int // of nodes
	Restarts   int // of nodes that have crashed
	Suspicions int // of nodes that live
	Swaps      int // of a primary with a secondary
	Stale      int // answers of naming
	Lost       int // requests and answers
	Twice      int // requests and answers
	Timeouts   int // timers that fire although something else could still happen

	Bugs cscale.Bugs

	mutant mutant
}

// mutant is a defect of the test rather than of the services. It shows that a monitor notices.
type mutant uint8

const (
	twice        mutant = 1 + iota // the sink's items are counted twice
	another                        // another result is expected
	lacking                        // an item of the sink is overlooked
	overstate                      // an acknowledgement is taken for one of the batch behind
	altered                        // a batch is overheard once more, without its items
	unconfigured                   // nobody installs the graph
)

// Settings returns how the test is to be explored. The clock is ordered, so that what waits to try again does so when nothing
// else can happen, or out of the budget of Timeouts.
func (o Options) Settings() check.Config {
	return check.Config{Steps: 20_000, Threshold: 8000, OrderedClock: true, EarlyTimers: o.Timeouts}
}

// check reports what makes no sense.
func (o Options) check() error {
	switch {
	case o.Crashes+o.Suspicions > 0 && o.Replicas < 2:
		return fmt.Errorf("nodes may fail, and there is %d replica of each partition: have 2 or more, or nothing fails", o.Replicas)
	case o.Crashes+o.Suspicions > 1 && !o.All || o.Crashes+o.Suspicions >= o.Replicas && o.Replicas > 1:
		return fmt.Errorf("%d nodes may fail: what only they held would be lost; have one, or All, and more Replicas", o.Crashes+o.Suspicions)
	case o.Nodes-o.Crashes+o.Restarts < o.quorum():
		return fmt.Errorf("%d nodes may be gone for good, and %d of %d must be there in the end", o.Crashes-o.Restarts, o.quorum(), o.Nodes)
	}
	return o.Bugs.Check()
}

// quorum is how many replicas it takes to commit an operation.
func (o Options) quorum() int {
	if o.All {
		return o.Replicas
	}
	return o.Replicas/2 + 1
}

// controller is the name of the service that installs the graph.
const controller = "controller"

// platform returns the platform for the services of a job.
func (o Options) platform(t *check.T) fabric.Config {
	cfg := fabric.Config{
		Nodes: o.Nodes, Crashes: o.Crashes, Restarts: o.Restarts, Suspicions: o.Suspicions, Swaps: o.Swaps, Stale: o.Stale,
		LostCalls: o.Lost, TwiceCalls: o.Twice,
	}
	add := func(name string, partitions int, create service.Factory) {
		s := fabric.Service{Name: name, New: create, Partitions: partitions, Replicas: o.Replicas}
		if o.All {
			s.MinReplicas = o.Replicas
		}
		cfg.Services = append(cfg.Services, s)
	}
	add(controller, 1, cscale.NewController(o.Job.Library()))
	vertices := observed(t, o, cscale.NewVertex(o.Job.Library(), o.Bugs))
	for _, v := range o.Job.Graph().Vertices {
		add(v.Name, v.Partitions, vertices)
	}
	return cfg
}

// Test returns the body of the test that o describes, for check.Test and check.Explore; see [Options.Settings]. Options that
// make no sense fail it.
func Test(o Options) func(*check.T) {
	return func(t *check.T) {
		if err := o.check(); err != nil {
			t.Fatalf("cscale: %v", err)
		}
		watch(t, o)
		cl := &client{Options: o, fabric: fabric.New(t.Root(), o.platform(t))}
		t.Go("client", cl.run)
	}
}
