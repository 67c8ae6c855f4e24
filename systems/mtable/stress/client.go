package stress

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/systems/mtable"
	"github.com/ravelgo/ravel/systems/mtable/config"
	"github.com/ravelgo/ravel/systems/mtable/table"
	"github.com/ravelgo/ravel/systems/mtable/tabletest"
)

const isHappy = "isHappy"

var partitions = []string{"p", "q"}

var filters = []table.Filter{{}, table.Compared(isHappy, table.EQ, table.Bool(false)), table.Compared(isHappy, table.EQ, table.Bool(true))}

// client makes random calls, one after the other. If its process is killed another one goes on.
type client struct {
	*process
	number int
	table  *mtable.Table
	walk   *tabletest.Walk
	calls  int
	fault  fault // of the first process
}

func newClient(r *round, number int, seed uint64) *client {
	c := &client{process: &process{round: r}, number: number, walk: tabletest.NewWalk(seed, "bogus")}
	c.walk.MaxOps = 2
	return c
}

// begin begins a process.
func (c *client) begin() (err error) {
	c.process = newProcess(c.round)
	c.process.fault, c.fault = c.fault, fault{}
	from, to := c.tables()
	c.table, err = mtable.New(from, to, service{c.round.config.clients[c.number], c.round}, mtable.Options{Monitor: c.process, Bugs: c.round.bugs})
	return err
}

// run makes calls as long as the migration goes on.
func (c *client) run() {
	for r := c.round; !r.over.Load() && r.ctx.Err() == nil; r.calls.Add(1) {
		if c.process.ctx == nil || c.process.ctx.Err() != nil {
			if err := c.begin(); err != nil {
				r.fail("a client: %w", err)
				return
			}
		}
		c.any()
	}
}

// any makes a random call.
func (c *client) any() {
	c.calls++
	draws := c.walk.Rand
	partition, filter := partitions[draws.IntN(len(partitions))], filters[draws.IntN(len(filters))]
	switch draws.IntN(4) {
	case 0:
		c.stream(table.Query{Filter: filter})
	case 1:
		if draws.IntN(8) == 0 {
			c.queryText(partition)
		}
		c.query(table.AtomicQuery{Partition: partition, Filter: filter})
	default:
		if draws.IntN(16) == 0 {
			c.tooLarge(partition)
		}
		c.batch(c.walk.Batch(c.round.reference.Dump()))
	}
}

// batch executes a batch and compares what it does with what the reference does.
func (c *client) batch(b table.Batch) {
	k := &call{batch: b, mark: fmt.Sprintf("w%d_%d", c.number, c.calls)}
	for i := range b {
		if b[i].Properties != nil {
			b[i].Properties[k.mark] = table.Bool(true)
		}
	}
	results, err, whole := c.execute(k)
	if whole && (!tabletest.SameError(err, k.err) || k.points != 1 || !slices.Equal(results, k.results)) {
		c.round.fail("%v returns %v and error %v, want %v and %v; %d linearization points", b, results, err, k.results, k.err, k.points)
	}
}

// execute executes the batch of a call. It returns false if a fault has happened meanwhile, and the call failed for that.
func (c *client) execute(k *call) (results []table.Result, err error, whole bool) {
	before := c.process.fault.happened
	func() {
		defer c.round.settle(c.process, k)
		results, err = c.table.Execute(c.with(k), k.batch)
	}()
	return results, err, c.whole(k, before, err)
}

// whole reports whether a call has ended without a fault. One that has not must say so.
func (c *client) whole(k *call, before bool, err error) bool {
	f := c.process.fault
	switch {
	case c.process.ctx.Err() != nil:
		return false
	case before || !f.happened:
		return true
	}
	kind, points := table.ErrUnavailable, 0
	if f.kind == answerLost {
		kind, points = table.ErrIndeterminate, 1
	}
	if !errors.Is(err, kind) || k.points != points {
		c.round.fail("%v ends with %v, and with %d linearization points; want %v and %d", k.batch, err, k.points, kind, points)
	}
	return false
}

// tooLarge executes a batch that a table would take, and a migrating one never does.
func (c *client) tooLarge(partition string) {
	k := &call{batch: make(table.Batch, table.MaxBatch)}
	for i := range k.batch {
		k.batch[i] = table.InsertOrReplace(table.Key{Partition: partition, Row: fmt.Sprintf("large%03d", i)}, nil)
	}
	if _, err, whole := c.execute(k); whole && !errors.Is(err, table.ErrInvalidArgument) {
		c.round.fail("a batch of %d is taken: %v", len(k.batch), err)
	}
}

// query makes an atomic query and compares.
func (c *client) query(q table.AtomicQuery) {
	k := &call{query: q}
	before := c.process.fault.happened
	var rows []table.Entity
	var err error
	func() {
		defer c.round.settle(c.process, k)
		rows, err = c.table.QueryAtomic(c.with(k), q)
	}()
	if !c.whole(k, before, err) {
		return
	}
	if err == nil {
		err = tabletest.SameRows(rows, k.rows)
	}
	if err != nil || k.points != 1 {
		c.round.fail("query of %q with %v: %v; %d linearization points", q.Partition, q.Filter, err, k.points)
	}
}

// queryText reads a query of one partition or of rows with a property, which cannot be had.
func (c *client) queryText(partition string) {
	either := table.Or(table.Compared(table.PartitionKey, table.EQ, table.Text(partition)), filters[1])
	if _, err := table.ParseAtomicWith(either.String(), c.round.bugs); !errors.Is(err, table.ErrInvalidArgument) {
		c.round.fail("%v is taken for a query of one partition: %v", either, err)
	}
}

// stream reads a stream to its end. Each row must be one that the specification allows.
func (c *client) stream(q table.Query) {
	since, before := c.round.reference.Revision(), c.process.fault.happened
	torn := func(err error) bool {
		if err != nil && c.process.ctx.Err() == nil && (before || !c.process.fault.happened || !errors.Is(err, table.ErrUnavailable)) {
			c.round.fail("stream: %w", err)
		}
		return err != nil
	}
	s, err := c.table.QueryStream(c.process.ctx, q)
	if torn(err) {
		return
	}
	defer func() { _ = s.Close() }()
	for {
		at, more := s.Continuation()
		e, ok, err := s.Next(c.process.ctx)
		if torn(err) {
			return
		}
		valid, err := c.round.reference.ValidReads(since, q)
		switch {
		case err != nil || !valid.Allows(e, ok):
			c.round.fail("from %v on, the stream returned %v (%v), want %v; %v", q.From, e, ok, valid, err)
			return
		case ok && (!more || at.Compare(e.Key) > 0):
			c.round.fail("continuation %v (%v), then %v", at, more, e)
			return
		case !ok:
			return
		}
		q.From = e.Key.Next()
	}
}

// service is the configuration of a client, whose streams adapt in goroutines of their own: there panics are failures, too.
type service struct {
	*config.Memory
	round *round
}

// Watch implements config.Service.
func (s service) Watch(ctx context.Context, w config.Watcher) (config.Grant, error) {
	return s.Memory.Watch(ctx, watcher{w, s.round})
}

type watcher struct {
	config.Watcher
	round *round
}

// Apply implements config.Watcher.
func (w watcher) Apply(s config.State) {
	defer w.round.caught()
	w.Watcher.Apply(s)
}
