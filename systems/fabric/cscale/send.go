package cscale

import (
	"context"
	"errors"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// proxy stands for a downstream partition.
type proxy struct {
	sending bool
	session *session // nil until the downstream has said how far it is
}

// session is what is known of a downstream that has answered.
type session struct{ taken int64 }

// connect makes the proxies of all downstreams.
func (v *vertex) connect(c *core) {
	for _, o := range c.out {
		if v.proxies[o.to] == nil {
			v.proxies[o.to] = &proxy{}
		}
	}
}

// work starts what there is to be done. It is called whenever that may have changed, in a term that is ready.
func (v *vertex) work(c *core) {
	t := v.term
	for _, o := range c.out {
		x := v.proxies[o.to]
		if len(o.queue) == 0 || x.sending {
			continue
		}
		x.sending = true
		v.p.Go(func(context.Context) {
			v.send(t, c, o, x)
			x.sending = false
		})
	}
	if c.plan != nil && c.plan.kind.Source != nil && v.reading != t {
		v.reading = t
		v.p.Go(func(context.Context) {
			v.read(t.ctx, c)
			if v.reading == t {
				v.reading = nil
			}
		})
	}
}

// send pushes what waits for a downstream, batch after batch, until nothing does.
func (v *vertex) send(t *term, c *core, o *outlet, x *proxy) {
	ctx := t.ctx
	var p pause
	for ctx.Err() == nil && len(o.queue) > 0 {
		if x.session == nil {
			x.session = v.resume(ctx, o.to)
			if x.session == nil && !v.bugs.Has(N3) {
				p.wait(ctx, v.p)
				continue
			}
			v.acknowledged(t, c, o, x.session.taken)
			continue
		}
		e := o.queue[0]
		answer, err := v.p.Call(ctx, o.to, e.push)
		if v.bugs.Has(N4) {
			o = v.core.outlet(o.to)
		}
		if ctx.Err() != nil {
			return
		}
		seq, damage := decodeSeq(answer)
		switch {
		case err == nil && damage == nil && seq >= e.seq:
			p = 0
			v.acknowledged(t, c, o, seq)
		case errors.Is(err, service.ErrNoAnswer) && v.bugs.Has(C5):
			v.giveAway(ctx, c, o, e)
		default:
			p.wait(ctx, v.p)
		}
	}
}

// resume asks a downstream how far it is. It returns nil if there is no answer.
func (v *vertex) resume(ctx context.Context, to service.PartitionID) *session {
	answer, err := v.p.Call(ctx, to, EncodeResume(v.p.Info().Partition))
	if err != nil {
		return nil
	}
	seq, err := decodeSeq(answer)
	if err != nil {
		return nil
	}
	return &session{seq}
}

// acknowledged forgets what a downstream has taken, which may make room for more.
func (v *vertex) acknowledged(t *term, c *core, o *outlet, seq int64) {
	o.trim(seq)
	if v.term == t {
		v.work(c)
	}
}

func (c *core) outlet(to service.PartitionID) *outlet {
	for _, o := range c.out {
		if o.to == to {
			return o
		}
	}
	return nil
}

// read reads a source until there is no more, or no room. What makes room calls work.
func (v *vertex) read(ctx context.Context, c *core) {
	plan := c.plan
	source := plan.kind.Source(c.self.Index, plan.vertex.Partitions)
	in := c.in[c.self]
	var p pause
	for ctx.Err() == nil && in.watermark < stream.End && c.queued()+v.under < c.plan.buffer() {
		items, next, watermark := source.Read(c.position, c.plan.batch())
		items = stream.Process(plan.kind.Stages, items, c.plan.vertex.Workers)
		t := taken{
			Batch: stream.Batch{From: c.self, Seq: in.seq + 1, Watermark: watermark, Items: items},
			Next:  next, Acks: c.acks(),
		}
		if v.replicate(ctx, &t, kindRead) != nil {
			p.wait(ctx, v.p)
			continue
		}
		p = 0
	}
}
