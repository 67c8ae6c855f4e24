package harness

import (
	"context"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/model/fabric"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
	"github.com/ravelgo/ravel/systems/fabric/cscale/wordcount"
)

// client installs the graph, and looks at the sink now and then.
type client struct {
	Options
	fabric fabric.Fabric
}

type alarm struct{}

// sleep waits. As the clock is ordered, that is until nothing else happens before.
func sleep(c *ravel.Context, d time.Duration) {
	c.After(d, alarm{})
	ravel.Receive[alarm](c)
}

func (cl *client) run(c *ravel.Context) {
	if cl.mutant == unconfigured {
		return
	}
	ctx := context.Background()
	to := cscale.Client{Caller: cl.fabric.Caller(c), Controller: controller}
	for {
		if _, err := to.Install(ctx, cl.Job.Graph()); err == nil {
			break
		}
		sleep(c, time.Second)
	}
	// It looks as often as it may be woken before all has come to rest, and once more. If the job is not done by then it will
	// never be.
	for left := cl.Timeouts + cl.Crashes + cl.Restarts + cl.Suspicions + 1; left > 0; {
		sleep(c, time.Hour)
		done, err := cl.look(ctx, c, to)
		switch {
		case done:
			return
		case err == nil:
			left--
		}
	}
}

// look tells the monitors what the sink has, and reports whether that is all.
func (cl *client) look(ctx context.Context, c *ravel.Context, to cscale.Client) (bool, error) {
	sink := service.PartitionID{Service: wordcount.Sink}
	s, err := to.Status(ctx, sink)
	if err != nil {
		return false, err
	}
	items, err := to.List(ctx, sink, 0, 1000)
	if err != nil {
		return false, err
	}
	switch {
	case cl.mutant == twice:
		items = append(items, items...)
	case cl.mutant == lacking && len(items) > 0:
		items = items[:len(items)-1]
	}
	l := listed{items, s.Watermark == stream.End}
	c.Notify(l)
	return l.Complete, nil
}
