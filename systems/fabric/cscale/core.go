package cscale

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// core is the replicated state of a partition of a vertex: a deterministic state machine, without input and output. It
// changes by the operations of the log alone, but that the primary forgets acknowledged batches before its secondaries do.
type core struct {
	self    service.PartitionID
	library stream.Library
	bugs    Bugs

	plan      *plan // nil until a graph has been installed
	in        map[service.PartitionID]*inlet
	watermark int64 // the least of the upstreams'. Invariant: it never decreases
	promised  int64 // the watermark that the downstreams were sent last
	operator  stream.Operator
	position  int64     // of the source
	edges     []int     // for each edge that spreads: how many batches have gone along it
	out       []*outlet // in the order of the edges, and of their partitions
}

// plan is what the graph says of a vertex.
type plan struct {
	version int64
	graph   stream.Graph
	vertex  *stream.Vertex
	kind    stream.Kind
}

// inlet is what has come from an upstream.
type inlet struct {
	seq       int64 // of the last batch
	watermark int64
}

// outlet is what goes to a downstream.
type outlet struct {
	to    service.PartitionID
	last  int64   // number of the last batch
	queue []entry // what has not been acknowledged, without gaps
}

// entry is a batch that waits to be acknowledged, as the request that brings it.
type entry struct {
	seq  int64
	push []byte
}

func newCore(self service.PartitionID, library stream.Library, bugs Bugs) *core {
	return &core{
		self: self, library: library, bugs: bugs,
		in: map[service.PartitionID]*inlet{}, watermark: stream.Begin, promised: stream.Begin,
	}
}

// apply carries out an operation. An error means that it was not made by these services.
func (c *core) apply(data []byte) error {
	k, data, err := split(data)
	if err != nil {
		return err
	}
	switch k {
	case kindBegin:
		return nil
	case kindConfigure:
		version, g, err := decodeConfigure(data)
		if err != nil {
			return err
		}
		return c.configure(version, g)
	case kindBatch, kindRead:
		t, err := decodeTaken(data)
		if err != nil {
			return err
		}
		return c.take(&t)
	case kindMove:
		return c.move(data)
	}
	return unknown(k)
}

// configure installs a graph, unless there is a newer one.
func (c *core) configure(version int64, g stream.Graph) error {
	if c.plan != nil && c.plan.version >= version {
		return nil
	}
	return c.install(version, g)
}

// install makes what the graph says there has to be, and keeps what there is.
func (c *core) install(version int64, g stream.Graph) error {
	v := g.Find(c.self.Service)
	if v == nil || c.self.Index >= v.Partitions {
		return fmt.Errorf("cscale: %v is not in the graph", c.self)
	}
	kind, ok := c.library[v.Kind]
	if !ok {
		return fmt.Errorf("cscale: %v is of kind %q, which is not in the library", c.self, v.Kind)
	}
	first := c.plan == nil
	c.plan = &plan{version, g, v, kind}
	if !first {
		return nil // graphs of one job have one shape
	}
	c.operator = stream.Pass()
	if kind.Operator != nil {
		c.operator = kind.Operator()
	}
	upstreams := g.Upstreams(v.Name)
	if kind.Source != nil {
		upstreams = []service.PartitionID{c.self} // what it reads counts as sent by itself
	}
	for _, up := range upstreams {
		c.in[up] = &inlet{watermark: stream.Begin}
	}
	for _, e := range v.To {
		c.edges = append(c.edges, 0)
		for i := range g.Find(e.To).Partitions {
			c.out = append(c.out, &outlet{to: service.PartitionID{Service: e.To, Index: i}})
		}
	}
	return nil
}

// inlet returns the inlet of an upstream, nil if there is no such upstream.
func (c *core) inlet(from service.PartitionID) *inlet {
	in := c.in[from]
	if c.bugs.Has(C4) && in != nil {
		for _, other := range c.in {
			in.seq = max(in.seq, other.seq)
		}
	}
	return in
}

// take takes a batch, with all that follows from it, unless it has been taken before.
func (c *core) take(t *taken) error {
	for _, a := range t.Acks {
		c.trim(a)
	}
	b := &t.Batch
	in := c.inlet(b.From)
	if in == nil && !c.bugs.Has(N5) {
		return fmt.Errorf("cscale: %v is not upstream of %v", b.From, c.self)
	}
	if b.Seq != in.seq+1 {
		return nil // it came twice
	}
	in.seq, in.watermark = b.Seq, max(in.watermark, b.Watermark)
	c.position = max(c.position, t.Next)
	var items []stream.Item
	emit := func(it stream.Item) { items = append(items, it) }
	for _, it := range b.Items {
		c.operator.Take(it, emit)
	}
	promise := c.promised
	if w := c.least(); w > c.watermark {
		c.watermark = w
		promise = c.operator.Advance(w, emit)
	}
	c.send(items, promise)
	return nil
}

// least returns the watermark of all upstreams together.
func (c *core) least() int64 {
	var w *int64
	for _, in := range c.in {
		if w == nil || (in.watermark < *w) != c.bugs.Has(C3) {
			w = &in.watermark
		}
	}
	return *w
}

// send puts items and a watermark in batches for the downstreams. A watermark that is new goes to all of them.
func (c *core) send(items []stream.Item, promise int64) {
	news := promise > c.promised
	c.promised = promise
	at := 0
	for i, e := range c.plan.vertex.To {
		n := c.plan.graph.Find(e.To).Partitions
		outs := c.out[at : at+n]
		at += n
		for j, part := range c.route(i, e, n, items) {
			if len(part) > 0 || news {
				outs[j].add(c.self, promise, part)
			}
		}
	}
}

// route divides items among the partitions of a downstream.
func (c *core) route(edge int, e stream.Edge, n int, items []stream.Item) [][]stream.Item {
	parts := make([][]stream.Item, n)
	switch {
	case e.By == stream.Spread:
		parts[c.edges[edge]%n] = items
		if len(items) > 0 {
			c.edges[edge]++
		}
	case n == 1:
		parts[0] = items
	default:
		for _, it := range items {
			j := service.PartitionOf(e.To, n, it.Key).Index
			parts[j] = append(parts[j], it)
		}
	}
	return parts
}

func (o *outlet) add(from service.PartitionID, watermark int64, items []stream.Item) {
	o.last++
	b := stream.Batch{From: from, Seq: o.last, Watermark: watermark, Items: items}
	push := make([]byte, 0, 64+24*len(items))
	o.queue = append(o.queue, entry{o.last, b.Append(append(push, byte(kindPush)))})
}

// trim forgets what a downstream has acknowledged.
func (c *core) trim(a ack) {
	for _, o := range c.out {
		if o.to == a.To {
			o.trim(a.Seq)
		}
	}
}

func (o *outlet) trim(seq int64) {
	n := 0
	for n < len(o.queue) && o.queue[n].seq <= seq {
		n++
	}
	o.queue = slices.Delete(o.queue, 0, n)
}

// queued returns how many batches wait for the downstream for which most do.
func (c *core) queued() int {
	n := 0
	for _, o := range c.out {
		n = max(n, len(o.queue))
	}
	return n
}
