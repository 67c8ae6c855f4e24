package cscale

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// controller is a replica of the service that installs the graph. Its state is the graph and its version.
type controller struct {
	member
	library stream.Library
	version int64
	graph   stream.Graph

	deployed struct { // in this term
		term    *term
		version int64
		done    int // partitions that have it
	}
}

// NewController returns a factory of the replicas of the controller, which has one partition.
func NewController(library stream.Library) service.Factory {
	return func(service.Info) service.Replica { return &controller{library: library} }
}

// Deployment says how far a graph has come.
type Deployment struct {
	Version            int64 // 0 if no graph was installed
	Partitions, Having int   // of the graph, and how many are known to have this version
}

// Close implements service.Replica.
func (c *controller) Close(context.Context) error {
	c.rest()
	return nil
}

// Abort implements service.Replica.
func (c *controller) Abort() { c.rest() }

// Run implements service.Runner.
func (c *controller) Run(ctx context.Context) error {
	if c.begin(ctx) {
		c.deploy()
	}
	return nil
}

// Apply implements service.Replica.
func (c *controller) Apply(_ context.Context, op service.Op) error {
	k, data, err := split(op.Data)
	if err != nil || k == kindBegin {
		return err
	}
	version, g, err := decodeConfigure(data)
	if err != nil {
		return err
	}
	if version > c.version {
		c.version, c.graph = version, g
	}
	if c.ready() {
		c.deploy()
	}
	return nil
}

// Snapshot implements service.Replica.
func (c *controller) Snapshot(context.Context) iter.Seq2[[]byte, error] {
	if c.version == 0 {
		return pieces(nil)
	}
	return pieces(encodeConfigure(c.version, &c.graph))
}

// Restore implements service.Replica.
func (c *controller) Restore(_ context.Context, pieces iter.Seq2[[]byte, error]) error {
	c.version, c.graph = 0, stream.Graph{}
	data, err := join(pieces)
	if err != nil || len(data) == 0 {
		return err
	}
	c.version, c.graph, err = decodeConfigure(data[1:])
	return err
}

// Serve implements service.Replica.
func (c *controller) Serve(ctx context.Context, req []byte) ([]byte, error) {
	k, data, err := split(req)
	switch {
	case err != nil:
		return nil, err
	case !c.ready():
		return nil, errNotReady
	}
	switch k {
	case kindInstall:
		version, err := c.install(ctx, data)
		return encodeSeq(version), err
	case kindStatus:
		return json.Marshal(c.status())
	}
	return nil, unknown(k)
}

func (c *controller) status() Deployment {
	d := Deployment{Version: c.version}
	for _, v := range c.graph.Vertices {
		d.Partitions += v.Partitions
	}
	if c.deployed.term == c.term && c.deployed.version == c.version {
		d.Having = c.deployed.done
	}
	return d
}

// install makes a graph the newest one, if it is not already, and returns its version.
func (c *controller) install(ctx context.Context, data []byte) (int64, error) {
	g, err := stream.Decode(data)
	if err != nil {
		return 0, err
	}
	text := string(g.Encode())
	if c.version > 0 && string(c.graph.Encode()) == text {
		return c.version, nil
	}
	if err := c.check(&g); err != nil {
		return 0, err
	}
	version := c.version + 1
	if _, err := c.p.Replicate(ctx, encodeConfigure(version, &g)); err != nil {
		return 0, err
	}
	if string(c.graph.Encode()) != text {
		return 0, errors.New("cscale: another graph was installed at the same time: look at it before you try again")
	}
	return c.version, nil
}

// check returns what is wrong with a graph.
func (c *controller) check(g *stream.Graph) error {
	if err := g.Check(c.library); err != nil {
		return err
	}
	if c.version > 0 && c.graph.Shape() != g.Shape() {
		return errors.New("cscale: the graph has other vertices, partitions or edges than the one that is installed: a running job can be tuned, and not changed")
	}
	for _, v := range g.Vertices {
		if n := c.p.Partitions(v.Name); n != v.Partitions {
			return fmt.Errorf("cscale: vertex %s has %d partitions in the graph, and service %s has %d on the platform: make them equal",
				v.Name, v.Partitions, v.Name, n)
		}
	}
	return nil
}

// deploy tells all partitions the newest graph. Those that receive are told first, since a batch that comes too early is
// refused.
func (c *controller) deploy() {
	if c.version == 0 || c.deployed.term == c.term && c.deployed.version == c.version {
		return
	}
	c.deployed.term, c.deployed.version, c.deployed.done = c.term, c.version, 0
	t, version, req := c.term, c.version, encodeConfigure(c.version, &c.graph)
	for i := len(c.graph.Vertices) - 1; i >= 0; i-- {
		v := c.graph.Vertices[i]
		for j := range v.Partitions {
			to := service.PartitionID{Service: v.Name, Index: j}
			c.p.Go(func(context.Context) { c.configure(t, version, to, req) })
		}
	}
}

// configure tells a partition a graph, again and again, until it has it, or there is a newer one.
func (c *controller) configure(t *term, version int64, to service.PartitionID, req []byte) {
	var p pause
	for t.ctx.Err() == nil && c.version == version {
		if _, err := c.p.Call(t.ctx, to, req); err != nil {
			p.wait(t.ctx, c.p)
			continue
		}
		if c.deployed.term == t && c.deployed.version == version {
			c.deployed.done++
		}
		return
	}
}
