package harness

import (
	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// What the monitors are told.
type (
	// acked says that a batch was acknowledged, up to which number, and which one the replica had taken last.
	acked struct {
		By, From           service.PartitionID
		Seq, Answer, Taken int64
	}
	// listed are all items that the sink has, and whether there will be no more.
	listed struct {
		Items    []stream.Item
		Complete bool
	}
)

// watch registers the monitors.
func watch(t *check.T, o Options) {
	want := map[stream.Item]int{}
	for i, it := range o.Job.Expected() {
		if o.mutant == another && i == 0 {
			it.Value++
		}
		want[it]++
	}
	t.Monitor(resultMonitor.New(&result{want}))
	t.Monitor(ackMonitor.New(&acks{again: o.Twice > 0, seen: map[acked]bool{}}))
	t.Monitor(progressMonitor.New(&progress{}))
}

// result is the multiset of items that the sink should have.
type result struct{ want map[stream.Item]int }

// resultMonitor asserts that each item of the sources counts exactly once: at no time has the sink an item that it should not
// have, or one too often, and in the end it has all.
var resultMonitor = ravel.DefineMonitor[result]("Result",
	ravel.Warm("Comparing", ravel.On(func(m *result, c *ravel.MonitorContext, l listed) {
		n := map[stream.Item]int{}
		for _, it := range l.Items {
			n[it]++
			c.Assert(n[it] <= m.want[it], "the sink has %d of %v, and should have %d", n[it], it, m.want[it])
		}
		if !l.Complete {
			return
		}
		for it, want := range m.want {
			c.Assert(n[it] == want, "the sink has %d of %v in the end, and should have %d", n[it], it, want)
		}
	})))

// acks is what has been acknowledged.
type acks struct {
	again bool // it may happen that a batch comes twice
	seen  map[acked]bool
}

// ackMonitor asserts that what is acknowledged is committed: a primary takes what is.
var ackMonitor = ravel.DefineMonitor[acks]("Acknowledged",
	ravel.Warm("Watching", ravel.On(func(m *acks, c *ravel.MonitorContext, a acked) {
		c.Assert(a.Answer <= a.Taken, "%v acknowledges up to batch %d of %v, and has taken up to %d", a.By, a.Answer, a.From, a.Taken)
		batch := acked{By: a.By, From: a.From, Seq: a.Seq}
		if m.again {
			c.Sometimes(m.seen[batch], "a batch comes twice")
		}
		m.seen[batch] = true
	})))

type progress struct{}

// progressMonitor demands that the job comes to its end.
var progressMonitor = ravel.DefineMonitor[progress]("Progress",
	ravel.Hot("Running", ravel.On(func(_ *progress, c *ravel.MonitorContext, l listed) {
		if l.Complete {
			c.Goto("Done")
		}
	})),
	ravel.Cold("Done", ravel.Ignore[listed]()))
