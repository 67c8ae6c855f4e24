package network_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/internal/modeltest"
	"github.com/ravelgo/ravel/model/network"
)

func TestSampled(t *testing.T) {
	row := func(name string, cfg network.Config, want ...string) enginetest.Row {
		return enginetest.Row{Name: name, Source: "doc: Faults", Body: stream(cfg, "1", "2"), Want: want}
	}
	modeltest.Sampled(t, []enginetest.Row{
		row("loss", network.Config{Loss: 1}, "1 2", "1", "2"),
		row("duplicates", network.Config{Duplicates: 1}, "1 2", "1 1 2", "1 2 1", "1 2 2"),
		row("reorders", network.Config{Reorders: 1}, "1 2", "2 1"),
		row("lossy partitions", network.Config{Partitions: 1, Lossy: true}, "1 2", "1", "2", ""),
	})
	modeltest.Faultless(t, []enginetest.Row{row("no faults", network.Config{}, "1 2")})
}

// The choice among all ways to cut many machines would be too large.
func TestManyNodes(t *testing.T) {
	const nodes = 20
	modeltest.Sampled(t, []enginetest.Row{{
		Name: "one of many is cut off", Source: "doc: Partitions", Want: []string{"all", "some"},
		Config: engine.Config{MaxSteps: 2000}, Runs: 20,
		Body: func(p *enginetest.Probe, c *ravel.Context) {
			net := create(c, network.Config{Partitions: 1, Permanent: true})
			net.Send(c, c.Self(), text{"me"})
			got := 0
			for i := range nodes {
				to := c.Go("node", func(c *ravel.Context) {
					for {
						ravel.Next(c)
						got++
					}
				})
				net.Send(c, to, text{"1"})
				if i == nodes-1 {
					ravel.AwaitQuiet(c) // the network knows everybody
					net.Send(c, to, text{"2"})
				}
			}
			ravel.AwaitQuiet(c)
			if got == nodes+1 {
				p.See("all")
			} else {
				p.See("some")
			}
		},
	}})
}
