package harness

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// What the monitors are told.
type (
	// acked says that a batch was acknowledged, up to which number, and which one the replica had taken last.
	acked struct {
		By, From      service.PartitionID
		Seq           int64
		Items         []stream.Item
		Answer, Taken int64
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
	t.Monitor(ackMonitor.New(&acks{again: o.Twice > 0, seen: map[batch][]stream.Item{}}))
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

// batch is one that goes from one partition to another.
type batch struct {
	from, to service.PartitionID
	seq      int64
}

// acks is what has been acknowledged.
type acks struct {
	again bool // it may happen that a batch comes twice
	seen  map[batch][]stream.Item
}

// ackMonitor asserts that what is acknowledged is committed, since a primary takes what is; and that a batch that is
// acknowledged again is the same one.
var ackMonitor = ravel.DefineMonitor[acks]("Acknowledged",
	ravel.Warm("Watching", ravel.On(func(m *acks, c *ravel.MonitorContext, a acked) {
		c.Assert(a.Answer <= a.Taken, "%v acknowledges up to batch %d of %v, and has taken up to %d", a.By, a.Answer, a.From, a.Taken)
		b := batch{a.From, a.By, a.Seq}
		before, again := m.seen[b]
		c.Assert(!again || slices.Equal(a.Items, before), "%v acknowledges batch %d of %v, of items %v, and did so before, of items %v",
			a.By, a.Seq, a.From, a.Items, before)
		if m.again {
			c.Sometimes(again, "a batch comes twice")
		}
		m.seen[b] = a.Items
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
