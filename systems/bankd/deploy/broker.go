package deploy

import (
	"context"
	"fmt"

	"github.com/ravelgo/ravel/transport"
	"github.com/ravelgo/ravel/transport/nats"
)

// Broker is a NATS server in this process.
type Broker struct{ node *nats.Node }

// StartBroker starts a NATS server that listens on an address, host:port. It keeps nothing: it may be killed and started again.
func StartBroker(ctx context.Context, listen string, n Net) (*Broker, error) {
	n = n.defaults()
	node, err := nats.Connect(ctx, nats.Config{
		Node: "broker", Cluster: n.Cluster, Embedded: nats.Embedded{Addr: listen}, Codec: &transport.Registry{}, Log: n.Log,
	})
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	return &Broker{node}, nil
}

// URL is where others reach the broker.
func (b *Broker) URL() string { return b.node.URL() }

// Stop ends the server.
func (b *Broker) Stop() error { return b.node.Close(context.Background()) }
