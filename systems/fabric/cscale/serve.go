package cscale

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// Status says how a partition of a vertex does.
type Status struct {
	Version   int64 // of the graph, 0 if there is none
	Watermark int64 // stream.End if all has come that will
	Queued    int   // batches that wait for the downstream for which most do
	Late      int64 // items that the operator has left out because they came too late
}

// Serve implements service.Replica.
func (v *vertex) Serve(ctx context.Context, req []byte) ([]byte, error) {
	k, data, err := split(req)
	c := v.core
	switch {
	case err != nil:
		return nil, err
	case c == nil:
		return nil, errClosed
	case !v.ready():
		return nil, errNotReady
	}
	switch k {
	case kindConfigure:
		return nil, v.serveConfigure(ctx, c, req, data)
	case kindStatus:
		return json.Marshal(c.status())
	case kindResume:
		return c.serveResume(data)
	}
	if c.plan == nil && !v.bugs.Has(N1) {
		return nil, errNotConfigured
	}
	switch k {
	case kindPush:
		return v.servePush(ctx, c, data)
	case kindList:
		return c.serveList(data)
	}
	return nil, unknown(k)
}

// serveConfigure installs a graph that the controller has sent.
func (v *vertex) serveConfigure(ctx context.Context, c *core, req, data []byte) error {
	version, g, err := decodeConfigure(data)
	if err != nil {
		return err
	}
	if c.plan == nil || c.plan.version < version {
		if err := newCore(c.self, v.library, 0).install(version, g); err != nil {
			return err // it would fail in the same way on each replica
		}
		if _, err := v.p.Replicate(ctx, req); err != nil {
			return err
		}
	}
	v.connect(c)
	return nil
}

// servePush takes a batch, if it is the next one of its upstream and there is room for what comes of it. The answer is the
// number of the last batch taken, which is committed.
func (v *vertex) servePush(ctx context.Context, c *core, data []byte) ([]byte, error) {
	r := stream.Read(data)
	b := r.Batch()
	if err := r.Err(); err != nil {
		return nil, err
	}
	plan := c.plan
	full := c.queued()+v.under >= plan.buffer()
	in := c.inlet(b.From)
	if in == nil && !c.bugs.Has(N5) {
		return nil, fmt.Errorf("cscale: %v is not upstream of %v: look at the graph", b.From, c.self)
	}
	if full || b.Seq != in.seq+1 {
		return encodeSeq(in.seq), nil
	}
	b.Items = stream.Process(plan.kind.Stages, b.Items, plan.vertex.Workers)
	t := taken{Batch: b, Acks: c.acks()}
	if c.bugs.Has(C1) {
		v.p.Go(func(ctx context.Context) { _ = v.replicate(ctx, &t, kindBatch) })
		return encodeSeq(b.Seq), nil
	}
	if err := v.replicate(ctx, &t, kindBatch); err != nil {
		return nil, err
	}
	return encodeSeq(in.seq), nil
}

// replicate makes an operation of a batch. Operations that are under way take room.
func (v *vertex) replicate(ctx context.Context, t *taken, k kind) error {
	v.under++
	_, err := v.p.Replicate(ctx, t.encode(k))
	v.under--
	return err
}

func (p *plan) buffer() int {
	if p.vertex.Buffer > 0 {
		return p.vertex.Buffer
	}
	return 8
}

func (p *plan) batch() int {
	if p.vertex.Batch > 0 {
		return p.vertex.Batch
	}
	return 1000
}

// acks are what the downstreams have acknowledged.
func (c *core) acks() []ack {
	var all []ack
	for _, o := range c.out {
		if n := o.last - int64(len(o.queue)); n > 0 {
			all = append(all, ack{o.to, n})
		}
	}
	return all
}

// serveResume tells an upstream what has been taken: nothing, if no graph has said yet that there is such an upstream.
func (c *core) serveResume(data []byte) ([]byte, error) {
	r := stream.Read(data)
	from := r.Partition()
	if err := r.Err(); err != nil {
		return nil, err
	}
	in := c.inlet(from)
	if in == nil {
		return encodeSeq(0), nil
	}
	return encodeSeq(in.seq), nil
}

// serveList lists items that the operator keeps.
func (c *core) serveList(data []byte) ([]byte, error) {
	r := stream.Read(data)
	from, most := int(r.Uint()), int(r.Uint())
	if err := r.Err(); err != nil {
		return nil, err
	}
	var items []stream.Item
	if l, ok := c.operator.(stream.Lister); ok {
		items = l.List(from, most)
	}
	return stream.AppendItems(nil, items), nil
}

func (c *core) status() Status {
	s := Status{Watermark: c.watermark, Queued: c.queued()}
	if c.plan != nil {
		s.Version = c.plan.version
	}
	if l, ok := c.operator.(interface{ Late() int64 }); ok {
		s.Late = l.Late()
	}
	return s
}
