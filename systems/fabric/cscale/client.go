package cscale

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/ravelgo/ravel/model/fabric/service"
	"github.com/ravelgo/ravel/systems/fabric/cscale/stream"
)

// Client talks to a controller and to vertices. Each call is tried once: an error may be passing, and every call may be
// repeated.
type Client struct {
	Caller     service.Caller
	Controller string // the name of the service
}

// Install has the controller install a graph, and returns the graph's version. To install a graph that is installed changes
// nothing.
func (c Client) Install(ctx context.Context, g stream.Graph) (int64, error) {
	data, err := c.Caller.Call(ctx, c.controller(), append([]byte{byte(kindInstall)}, g.Encode()...))
	if err != nil {
		return 0, err
	}
	return decodeSeq(data)
}

// Deployment asks the controller how far the newest graph has come.
func (c Client) Deployment(ctx context.Context) (d Deployment, err error) {
	err = c.ask(ctx, c.controller(), &d)
	return d, err
}

// Status asks a partition of a vertex how it does.
func (c Client) Status(ctx context.Context, of service.PartitionID) (s Status, err error) {
	err = c.ask(ctx, of, &s)
	return s, err
}

func (c Client) controller() service.PartitionID { return service.PartitionID{Service: c.Controller} }

func (c Client) ask(ctx context.Context, to service.PartitionID, answer any) error {
	data, err := c.Caller.Call(ctx, to, []byte{byte(kindStatus)})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, answer); err != nil {
		return fmt.Errorf("cscale: the answer of %v: %w", to, err)
	}
	return nil
}

// List returns at most so many of the items that the operator of a partition keeps, from a place on. It returns none behind
// the last one. More may come until the partition's watermark is [stream.End].
func (c Client) List(ctx context.Context, of service.PartitionID, from, most int) ([]stream.Item, error) {
	req := []byte{byte(kindList)}
	req = binary.AppendUvarint(req, uint64(max(from, 0)))
	req = binary.AppendUvarint(req, uint64(max(most, 0)))
	data, err := c.Caller.Call(ctx, of, req)
	if err != nil {
		return nil, err
	}
	r := stream.Read(data)
	items := r.Items()
	return items, r.Err()
}
