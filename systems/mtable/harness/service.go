package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

// states are all of the configuration.
var states = []config.State{config.UseOld, config.PreferOld, config.PreferNew, config.UseNewWithTombstones, config.UseNew}

// What happens in some executions of the random scenario.
const (
	adapts        = "a stream changes its state"
	waitsForLock  = "a stream waits for its lock"
	waitsForCall  = "a push waits for a call"
	isUnavailable = "a table is out of reach"
	loses         = "an answer is lost"
	dies          = "the migrator is killed"
	isKilled      = "a client is killed"
	copies        = "a client copies a row"
	fails         = "a batch fails"
)

// calls is how many each service makes.
const calls = 2

// c0 is the context of calls that are not told where they take place.
var c0 = context.Background()

// serve is the service: it plays its part, and has finished when the client has come to the last state.
func (cl *client) serve(c *ravel.Context) {
	cl.at = c
	if cl.part.serve != nil {
		cl.part.serve(cl)
	}
	cl.reach(config.UseNew)
	if cl.history { // see what has become of the writes
		for _, partition := range partitions {
			cl.query(table.AtomicQuery{Partition: partition})
		}
	}
	c.Send(cl.tables, finished{len(cl.subscribers)})
}

// randomCalls makes random calls, each not before the client has come to a state that is drawn. Otherwise most calls would
// be over before the migration has begun.
func (cl *client) randomCalls() {
	c := cl.at
	for _, what := range []string{adapts, waitsForLock, waitsForCall, isUnavailable, loses, dies, isKilled, fails} {
		c.Sometimes(false, what)
	}
	if cl.annotated {
		c.Sometimes(false, copies) // an annotation tells
	}
	for i := range calls {
		cl.reach(states[c.Int(len(states))])
		mark := fmt.Sprintf("w%d_%d_", cl.number, i)
		partition := partitions[c.Int(len(partitions))]
		filter := filters[c.Int(len(filters))]
		switch c.Int(4) {
		case 0:
			cl.stream(table.Query{Filter: filter})
		case 1:
			if c.Int(8) == 0 {
				cl.queryText(partition, filter)
				continue
			}
			cl.query(table.AtomicQuery{Partition: partition, Filter: filter})
		default:
			if c.Int(16) == 0 {
				cl.batch(mark, tooLarge(partition, mark))
				continue
			}
			cl.batch(mark, draw(c, partition, mark, cl.ask(peek{c.Self()}).Rows))
		}
	}
}

// reach waits until the client acts in a state or a later one.
func (cl *client) reach(s config.State) {
	for cl.acts < s {
		cl.acts = wait[reached](&cl.port).State
	}
}

// batch executes a batch and compares what it does with what the reference does.
func (cl *client) batch(mark string, b table.Batch) {
	cl.revive()
	k := &call{annotate: annotate{Batch: b}, mark: mark}
	cl.at.Logf("calls %v", []table.Op(b))
	failed := cl.faults.failed
	cl.invoke(historyInput{Partition: b[0].Key.Partition, Batch: b})
	results, err := cl.table.Execute(context.WithValue(c0, callKey{}, k), b)
	if len(b) > mtable.MaxBatch {
		cl.at.Assert(errors.Is(err, table.ErrInvalidArgument), "a batch of %d is taken: %v", len(b), err)
	}
	if err != nil {
		cl.at.Sometimes(true, fails)
	}
	cl.returned(results, nil, err)
	if cl.gone(k) || !cl.annotated || len(b) > mtable.MaxBatch {
		return
	}
	if cl.faults.failed && !failed {
		cl.failedWell(k, err)
		return
	}
	cl.at.Assert(tabletest.SameError(err, k.want.Err), "%v: error %v, want %v", b, err, k.want.Err)
	cl.at.Assert(k.points == 1, "%v has %d linearization points", b, k.points)
	cl.at.Assert(slices.Equal(results, k.results), "%v returns %v, and announced %v", b, results, k.results)
}

// gone reports whether the process was killed during a call. Then nobody hears how the call has ended. It may have taken
// place, once.
func (cl *client) gone(k *call) bool {
	cl.at.Assert(k.points <= 1, "a call has %d linearization points", k.points)
	return cl.revive()
}

// failedWell reports a failure of a call during which a fault has happened unless the caller is told. A batch that did not
// reach the table has no linearization point; one whose answer was lost has one, from the one who lost it.
func (cl *client) failedWell(k *call, err error) {
	kind, points := table.ErrUnavailable, 0
	if cl.faults.kind == answerLost {
		kind, points = table.ErrIndeterminate, 1
	}
	cl.at.Assert(errors.Is(err, kind) && k.points == points,
		"%v ends with %v, and with %d linearization points; want %v and %d", k.Batch, err, k.points, kind, points)
}

// query makes an atomic query and compares.
func (cl *client) query(q table.AtomicQuery) {
	cl.revive()
	k := &call{annotate: annotate{Query: q}}
	cl.at.Logf("queries %q with %v", q.Partition, q.Filter)
	failed := cl.faults.failed
	cl.invoke(historyInput{Partition: q.Partition, Filter: q.Filter})
	rows, err := cl.table.QueryAtomic(context.WithValue(c0, callKey{}, k), q)
	cl.returned(nil, rows, err)
	if cl.gone(k) || !cl.annotated {
		return
	}
	if cl.faults.failed && !failed {
		cl.failedWell(k, err)
		return
	}
	cl.at.Assert(err == nil, "query of %q with %v: %v", q.Partition, q.Filter, err)
	cl.at.Assert(k.points == 1, "a query has %d linearization points", k.points)
	err = tabletest.SameRows(rows, k.want.Rows)
	cl.at.Assert(err == nil, "query of %q with %v: %v", q.Partition, q.Filter, err)
}

// queryText reads an atomic query from its text, as callers across a network send it. Rows of one partition or with a
// property cannot be had.
func (cl *client) queryText(partition string, filter table.Filter) {
	one := table.Compared(table.PartitionKey, table.EQ, table.Text(partition))
	whole, other := table.And(one, filter), happy(true)
	q, err := table.ParseAtomicWith(whole.String(), cl.bugs)
	cl.at.Assert(err == nil, "%v: %v", whole, err)
	cl.query(q)
	whole = table.Or(one, other)
	_, err = table.ParseAtomicWith(whole.String(), cl.bugs)
	cl.at.Assert(errors.Is(err, table.ErrInvalidArgument), "%v is taken for a query of one partition: %v", whole, err)
}

// stream reads a stream to its end. Each row must be one that the specification allows at the latest when it is asked.
func (cl *client) stream(q table.Query) {
	c := cl.at
	cl.revive()
	c.Logf("streams rows%s", with(q.Filter))
	since := cl.ask(peek{c.Self()}).Revision
	failed := cl.faults.failed
	s, err := cl.table.QueryStream(c0, q)
	if cl.torn(failed, err) {
		return
	}
	defer func() { _ = s.Close() }()
	for {
		at, more := s.Continuation()
		e, ok, err := s.Next(c0)
		if cl.torn(failed, err) {
			return
		}
		c.Assert(!ok || more && at.Compare(e.Key) <= 0, "continuation %v (%v), then %v", at, more, e)
		c.Assert(!more || at.Compare(q.From) >= 0, "continuation %v after %v", at, q.From)
		if cl.annotated {
			c.Send(cl.tables, judge{since, q, e, ok})
		}
		if !ok {
			return
		}
		q.From = e.Key.Next()
	}
}

// torn reports whether a stream has ended because of a fault.
func (cl *client) torn(failed bool, err error) bool {
	if err == nil {
		return false
	}
	if !cl.revive() {
		cl.at.Assert(cl.faults.failed && !failed && errors.Is(err, table.ErrUnavailable), "stream: %v", err)
	}
	return true
}
