package cscale

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// A copy of a core is encoded as its graph, behind which the rest follows in the order that the graph gives it.

// encode returns a copy.
func (c *core) encode() []byte {
	if c.plan == nil {
		return nil
	}
	data := encodeConfigure(c.plan.version, &c.plan.graph)
	for _, n := range []int64{c.watermark, c.promised, c.position} {
		data = binary.AppendVarint(data, n)
	}
	var heard []service.PartitionID
	for _, up := range slices.SortedFunc(maps.Keys(c.in), comparePartitions) {
		if c.in[up].seq > 0 || !c.bugs.Has(N5) {
			heard = append(heard, up)
		}
	}
	data = binary.AppendUvarint(data, uint64(len(heard)))
	for _, up := range heard {
		data = stream.AppendPartition(data, up)
		data = binary.AppendVarint(data, c.in[up].seq)
		data = binary.AppendVarint(data, c.in[up].watermark)
	}
	for _, n := range c.edges {
		data = binary.AppendUvarint(data, uint64(n))
	}
	for _, o := range c.out {
		queue := o.queue
		if c.bugs.Has(C2) {
			queue = nil
		}
		data = binary.AppendVarint(data, o.last)
		data = binary.AppendUvarint(data, uint64(len(queue)))
		for _, e := range queue {
			data = stream.AppendText(binary.AppendVarint(data, e.seq), e.push)
		}
	}
	return c.operator.Append(data)
}

// restore makes a new core what was encoded.
func (c *core) restore(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	if kind(data[0]) != kindConfigure {
		return fmt.Errorf("cscale: this is not a copy of %v", c.self)
	}
	r := stream.Read(data[1:])
	version := r.Int()
	g, err := stream.Decode([]byte(r.Text()))
	if err != nil {
		return err
	}
	if err := c.install(version, g); err != nil {
		return err
	}
	c.watermark, c.promised, c.position = r.Int(), r.Int(), r.Int()
	clear(c.in)
	for range r.Len(3) {
		up := r.Partition()
		c.in[up] = &inlet{r.Int(), r.Int()}
	}
	for i := range c.edges {
		c.edges[i] = int(r.Uint())
	}
	for _, o := range c.out {
		o.last = r.Int()
		for range r.Len(2) {
			o.queue = append(o.queue, entry{r.Int(), []byte(r.Text())})
		}
	}
	c.operator.Restore(r)
	return r.Err()
}

func comparePartitions(a, b service.PartitionID) int {
	return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Index, b.Index))
}
