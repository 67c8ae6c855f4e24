package harness

import (
	"fmt"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/spec"
	"github.com/ravelgo/ravel/spec/linear"
	"github.com/ravelgo/ravel/systems/fabric/ledger"
)

// The ledger is kept in one partition.
var partition = service.PartitionID{Service: "ledger"}

const (
	opening      = 100  // with which each account is opened
	amount       = 30   // of each transfer
	interestRate = 1000 // a tenth
	checkpoint   = 3    // operations

	// All that somebody waits for is shorter than the time-out of a call, a second, so that it may fire early: timers fire in order.
	interestEvery  = 400 * time.Millisecond
	requestTimeout = 500 * time.Millisecond
	pollEvery      = 100 * time.Millisecond
	patience       = 100 * time.Millisecond // of a client between two attempts
)

// What the parts of a test share. It never changes.
type run struct {
	*check.T
	Options
	calls *linear.History[any, any, any]
}

var progress = spec.Progress[string]{}

// Test returns the body of the test that o describes, for check.Test and check.Explore; see [Options.Settings]. Options that
// make no sense fail it.
func Test(o Options) func(*check.T) {
	o = o.normal()
	return func(t *check.T) {
		if err := o.check(); err != nil {
			t.Fatalf("harness: %v", err)
		}
		factory, err := ledger.New(o.ledger())
		if err != nil {
			t.Fatalf("harness: %v", err)
		}
		x := &run{t, o, linear.NewHistory(t, sequential)}
		x.watch()
		f := fabric.New(t.Root(), o.platform(fabric.Service{Name: partition.Service, New: x.observed(factory)}))
		for i := range o.Clients {
			cl := &client{run: x, number: i, name: fmt.Sprint("client", i+1)}
			t.Go(cl.name, func(c *ravel.Context) { cl.work(c, f.Caller(c)) })
		}
	}
}
