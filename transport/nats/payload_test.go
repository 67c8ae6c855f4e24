package nats_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// TestSmallPayloads has a server that takes small messages only: events that travel together in one must not become too many for it.
func TestSmallPayloads(t *testing.T) {
	s := serve(t, &server.Options{MaxPayload: 4096})
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that many come together before one is written
	for _, d := range deliveries {
		t.Run(d.String(), func(t *testing.T) {
			a := join(t, quick("a", s.ClientURL()))
			cfg := quick("b", s.ClientURL())
			cfg.Delivery = d
			b := join(t, cfg)
			const n = 1000
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			for i := range n {
				if err := b.Send(ctx, "", address(t, "a/x"), note{N: i + 1, Text: strings.Repeat("x", 700)}); err != nil {
					t.Fatal(err)
				}
			}
			eventually(t, "all have arrived, or are known to be lost", func() bool { return len(a.got())+len(b.all()) >= n })
			inOrder(t, a.got(), n)
			if err := b.Close(t.Context()); err != nil {
				t.Error(err)
			}
			a.close(t)
		})
	}
}
