package cscale

import (
	"context"
	"encoding/binary"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// giveAway gives the items of a batch to the next partition of the downstream. That is C5.
func (v *vertex) giveAway(ctx context.Context, c *core, o *outlet, e entry) {
	op := binary.AppendVarint(stream.AppendPartition([]byte{byte(kindMove)}, o.to), e.seq)
	if _, err := v.p.Replicate(ctx, op); err != nil {
		new(pause).wait(ctx, v.p)
	}
}

// move is the operation of giveAway: what is left of the batch is its number and its watermark.
func (c *core) move(data []byte) error {
	r := stream.Read(data)
	to, seq := r.Partition(), r.Int()
	if err := r.Err(); err != nil {
		return err
	}
	from := c.outlet(to)
	next := c.outlet(service.PartitionID{Service: to.Service, Index: (to.Index + 1) % c.plan.graph.Find(to.Service).Partitions})
	for i, e := range from.queue {
		if e.seq != seq {
			continue
		}
		b := stream.Read(e.push[1:]).Batch()
		if len(b.Items) == 0 {
			return nil
		}
		next.add(c.self, b.Watermark, b.Items)
		b.Items = nil
		from.queue[i].push = b.Append([]byte{byte(kindPush)})
	}
	return nil
}
