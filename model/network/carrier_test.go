package network_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/internal/modeltest"
	"github.com/ravelgo/ravel/model/network"
	"github.com/ravelgo/ravel/transport"
)

// reporter creates a machine that shows what is undelivered, after show, with a word for the error before it.
func reporter(p *enginetest.Probe, c *ravel.Context) ravel.ID {
	id := c.Go("reports", func(c *ravel.Context) {
		ravel.Receive[show](c)
		for {
			u := ravel.Next(c).(network.Undelivered)
			word := map[error]string{transport.ErrLost: "lost:", transport.ErrDisconnected: "cut:", transport.ErrRestarted: "doubt:"}[u.Err]
			p.See(word + u.Event.(text).S)
		}
	})
	ravel.AwaitQuiet(c)
	return id
}

// carried is a program in which a sender sends words over a network with a Carrier. Then what follows is done.
func carried(cfg network.Config, a network.Carrier, then func(c *ravel.Context, n network.Network, to ravel.ID), words ...string) func(*enginetest.Probe, *ravel.Context) {
	return func(p *enginetest.Probe, c *ravel.Context) {
		a.Reports = reporter(p, c)
		cfg.Carrier = &a
		net := create(c, cfg)
		to := receiver(p, c)
		for _, w := range words {
			net.Send(c, to, text{w})
		}
		if then != nil {
			then(c, net, to)
		}
		showAll(c, to, a.Reports)
	}
}

func restart(c *ravel.Context, n network.Network, to ravel.ID) { n.Restarted(c, to) }

func cutAndSend(c *ravel.Context, n network.Network, to ravel.ID) {
	n.Partition(c, to)
	n.Send(c, to, text{"2"})
	ravel.AwaitQuiet(c)
	n.Heal(c)
	n.Send(c, to, text{"3"})
}

func TestCarrier(t *testing.T) {
	once, again := network.Carrier{}, network.Carrier{Delivery: transport.AtLeastOnce}
	modeltest.Test(t, []enginetest.Row{
		{
			Name: "what is lost is reported", Source: "doc: As a transport",
			Body: carried(network.Config{Loss: 1}, once, nil, "1", "2"),
			Want: []string{"1 2", "2 lost:1", "1 lost:2"},
		},
		{
			Name: "at most once a cut loses, and reports", Source: "doc: As a transport",
			Body: carried(network.Config{}, once, cutAndSend, "1"),
			Want: []string{"1 3 cut:2", "3 lost:1 cut:2"},
		},
		{
			Name: "at least once a cut holds up", Source: "doc: As a transport",
			Body: carried(network.Config{}, again, cutAndSend, "1"),
			Want: []string{"1 2 3"},
		},
		{
			Name: "after a restart what was not confirmed is in doubt", Source: "doc: As a transport",
			Body: carried(network.Config{}, again, restart, "1", "2"),
			Want: []string{
				"1 2", "1 2 doubt:2", "1 2 doubt:1 doubt:2", // all had arrived
				"1 doubt:2", "1 doubt:1 doubt:2", // one had
				"doubt:1 doubt:2",
			},
		},
		{
			Name: "no more than the window is unconfirmed", Source: "Carrier.Window",
			Body: carried(network.Config{}, network.Carrier{Delivery: transport.AtLeastOnce, Window: 1}, func(c *ravel.Context, n network.Network, to ravel.ID) {
				ravel.AwaitQuiet(c)
				n.Restarted(c, to)
			}, "1", "2"),
			Want: []string{"1 2", "1 2 doubt:2"},
		},
	})
}

func TestCarrierMisuse(t *testing.T) {
	misuse := func(says string, cfg network.Config, a *network.Carrier, reports bool) enginetest.Row {
		return enginetest.Row{
			Name: says, Source: "Carrier", Want: []string{"!misuse"}, Says: []string{says},
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				if a != nil {
					b := *a
					if reports {
						b.Reports = c.Self()
					}
					cfg.Carrier = &b
				}
				n := network.New(c, cfg)
				n.Restarted(c, c.Self())
			},
		}
	}
	again := &network.Carrier{Delivery: transport.AtLeastOnce}
	modeltest.Test(t, []enginetest.Row{
		misuse("Carrier.Reports is the zero ID", network.Config{}, again, false),
		misuse("Carrier.Window is -1", network.Config{}, &network.Carrier{Window: -1}, true),
		misuse("Carrier.Delivery is 7", network.Config{}, &network.Carrier{Delivery: 7}, true),
		misuse("neither duplicates nor reorders", network.Config{Duplicates: 1}, again, true),
		misuse("neither duplicates nor reorders", network.Config{Reorders: 1}, again, true),
		misuse("Loss must be 0", network.Config{Loss: 1}, again, true),
		misuse("leave Lossy out", network.Config{Lossy: true}, again, true),
		misuse("without a Carrier", network.Config{}, nil, false),
	})
}
