// Package bars holds the programs by which Ravel's speed is measured, so that every figure in a document, a benchmark or
// a command's table means the same thing.
//
// Steps are joined steps (see package engine): a dequeue and the send that follows it count as one.
package bars

import (
	"time"

	"github.com/ravelgo/ravel"
)

// Ring is the program of the step bars: 4 machines with 3 scalar fields pass 4 pointer events around for ever, and tell a
// monitor about every hundredth. It ends at the step bound.
func Ring(c *ravel.Context) {
	const machines = 4
	c.Monitor(lapMonitor.New(&laps{}))
	var ids [machines]ravel.ID
	for i := range ids {
		ids[i] = c.Create(nodeMachine.New(&node{}))
	}
	for i := range ids {
		c.Send(ids[i], &neighbour{ids[(i+1)%machines]})
	}
	for i := range ids {
		c.Send(ids[i], &token{i})
	}
}

type node struct {
	next ravel.ID
	seen int
	sum  int
}

type (
	neighbour struct{ id ravel.ID }
	token     struct{ n int }
	lap       struct{ seen int }
	laps      struct{ heard int }
)

const lapEvery = 100

var nodeMachine = ravel.Define[node]("Node",
	ravel.Start("Passing",
		ravel.On((*node).meet),
		ravel.On((*node).pass)))

func (n *node) meet(c *ravel.Context, e *neighbour) { n.next = e.id }

func (n *node) pass(c *ravel.Context, t *token) {
	n.sum += t.n
	if n.seen++; n.seen == lapEvery {
		n.seen = 0
		c.Notify(&lap{n.sum})
	}
	c.Send(n.next, t)
}

var lapMonitor = ravel.DefineMonitor[laps]("Laps",
	ravel.Warm("Counting", ravel.On((*laps).count)))

func (l *laps) count(c *ravel.MonitorContext, _ *lap) { l.heard++ }

// RingAllocations is the most that an execution of Ring allocates itself: 4 nodes, 4 neighbours, 4 tokens, 1 monitor, and
// the laps, one per 100 handled tokens.
const RingAllocations = 13 + Bound/lapEvery

// SmallSteps is how many joined steps an execution of Small has.
const SmallSteps = 15

// Small is the program of the execution bar: 5 machines, created by the body, with 10 steps among them. The body's own
// step, joined with its first create, and its 4 other creates come on top, and one machine hears nothing.
func Small(c *ravel.Context) {
	for range 5 {
		c.Create(smallMachine.New(&small{left: 1}))
	}
}

type small struct{ left int }

type again struct{}

var smallMachine = ravel.Define[small]("Small",
	ravel.Start("Counting",
		ravel.Entry((*small).begin),
		ravel.On((*small).again)))

func (s *small) begin(c *ravel.Context) { c.Send(c.Self(), again{}) }

func (s *small) again(c *ravel.Context, _ again) {
	if s.left--; s.left > 0 {
		c.Send(c.Self(), again{})
	}
}

// Relay is the program of the bar of workers: 3 machines hand a token round, 4 times. Few of its schedules are different,
// so that keeping count of them, which workers do in turn, is not what is measured.
func Relay(c *ravel.Context) {
	first := c.Create(runnerMachine.New(&runner{}))
	last := first
	for range 2 {
		last = c.Create(runnerMachine.New(&runner{next: last}))
	}
	c.Send(first, last)
	c.Send(first, baton{4})
}

type runner struct{ next ravel.ID }

type baton struct{ left int }

var runnerMachine = ravel.Define[runner]("Runner",
	ravel.Start("Waiting",
		ravel.On((*runner).meet),
		ravel.On((*runner).pass)))

func (r *runner) meet(_ *ravel.Context, next ravel.ID) { r.next = next }

func (r *runner) pass(c *ravel.Context, b baton) {
	if b.left > 0 {
		c.Send(r.next, baton{b.left - 1})
	}
}

// Inbox is the program of the inbox bar: a machine keeps 50 deferred events with a payload in its inbox while it handles
// others, takes them all in another state, and starts anew. It ends at the step bound.
func Inbox(c *ravel.Context) {
	k := c.Create(keeperMachine.New(&keeper{}))
	c.Send(k, &tick{})
}

const kept = 50

type keeper struct {
	put, taken int
	bytes      int
	last       time.Duration
}

type (
	tick  struct{}
	order struct {
		key     string
		payload []byte
	}
	open struct{}
)

var keeperMachine = ravel.Define[keeper]("Keeper",
	ravel.Start("Filling",
		ravel.On((*keeper).fill),
		ravel.Defer[*order](),
		ravel.Goto[open]("Emptying")),
	ravel.In("Emptying",
		ravel.On((*keeper).take),
		ravel.Defer[*tick]()))

var payload = []byte("0123456789abcdef")

func (k *keeper) fill(c *ravel.Context, t *tick) {
	if k.put == kept {
		k.put = 0
		c.Send(c.Self(), t)
		c.Raise(open{})
		return
	}
	k.put++
	c.Send(c.Self(), &order{key: "key", payload: payload})
	c.Send(c.Self(), t)
}

func (k *keeper) take(c *ravel.Context, o *order) {
	k.bytes += len(o.payload)
	if k.taken++; k.taken == kept {
		k.taken = 0
		c.Goto("Filling")
	}
}
