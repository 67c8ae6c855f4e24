package network_test

import (
	"testing"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/internal/modeltest"
	"github.com/ravelgo/ravel/model/network"
)

type text struct{ S string }

type show struct{}

// receiver creates a machine that keeps what it gets, and after show shows it in the order in which it came: what it
// does meanwhile is nothing to explore. The set-up waits for each machine to start, for the same reason.
func receiver(p *enginetest.Probe, c *ravel.Context) ravel.ID {
	id := c.Go("receiver", func(c *ravel.Context) {
		ravel.Receive[show](c)
		for {
			p.See(ravel.Next(c).(text).S)
		}
	})
	ravel.AwaitQuiet(c)
	return id
}

func create(c *ravel.Context, cfg network.Config) network.Network {
	net := network.New(c, cfg)
	ravel.AwaitQuiet(c)
	return net
}

func showAll(c *ravel.Context, ids ...ravel.ID) {
	ravel.AwaitQuiet(c)
	for _, id := range ids {
		c.Send(id, show{})
		ravel.AwaitQuiet(c)
	}
}

// sender sends words.
func sender(c *ravel.Context, net network.Network, to ravel.ID, words ...string) ravel.ID {
	return c.Go("sender", func(c *ravel.Context) {
		for _, w := range words {
			net.Send(c, to, text{w})
		}
	})
}

// stream is a program in which one sender sends words over one link.
func stream(cfg network.Config, words ...string) func(*enginetest.Probe, *ravel.Context) {
	return func(p *enginetest.Probe, c *ravel.Context) {
		net := create(c, cfg)
		to := receiver(p, c)
		for _, w := range words {
			net.Send(c, to, text{w})
		}
		showAll(c, to)
	}
}

func TestReliable(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{
		{
			Name: "a link is FIFO", Source: "doc: Links",
			Body: stream(network.Config{}, "1", "2", "3"),
			Want: []string{"1 2 3"},
		},
		{
			Name: "links are independent", Source: "doc: Links",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{})
				to := receiver(p, c)
				sender(c, net, to, "x")
				net.Send(c, to, text{"1"})
				showAll(c, to)
			},
			Want: []string{"x 1", "1 x"},
		},
		{
			Name: "a message may be slower than what follows from a later one", Source: "doc: Links",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{})
				to := receiver(p, c)
				relay := c.Go("relay", func(c *ravel.Context) { net.Send(c, to, ravel.Receive[text](c)) })
				net.Send(c, to, text{"early"})
				net.Send(c, relay, text{"late"})
				showAll(c, to)
			},
			Want: []string{"early late", "late early"},
		},
		{
			Name: "a machine may send to itself", Source: "doc: Links",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{})
				net.Send(c, c.Self(), text{"me"})
				p.See(ravel.Receive[text](c).S)
			},
			Want: []string{"me"},
		},
	})
}

func TestLoss(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{
		{
			Name: "one of two", Source: "doc: Faults",
			Body: stream(network.Config{Loss: 1}, "1", "2"),
			Want: []string{"1 2", "1", "2"},
		},
		{
			Name: "more than there are messages", Source: "doc: Faults",
			Body: stream(network.Config{Loss: 3}, "1"),
			Want: []string{"1", ""},
		},
		{
			Name: "two of three", Source: "doc: Faults",
			Body: stream(network.Config{Loss: 2}, "1", "2", "3"),
			Want: []string{"1 2 3", "1 2", "1 3", "2 3", "1", "2", "3"},
		},
	})
}

func TestDuplicates(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{
		{
			Name: "one copy of one of two", Source: "doc: Faults",
			Body: stream(network.Config{Duplicates: 1}, "1", "2"),
			Want: []string{"1 2", "1 1 2", "1 2 1", "1 2 2"},
		},
		{
			Name: "a copy may be copied", Source: "doc: Faults",
			Body: stream(network.Config{Duplicates: 2}, "1"),
			Want: []string{"1", "1 1", "1 1 1"},
		},
		{
			Name: "a copy may be lost", Source: "doc: Faults",
			Body: stream(network.Config{Duplicates: 1, Loss: 1}, "1"),
			Want: []string{"1", "1 1", ""},
		},
	})
}

func TestReorders(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{
		{
			Name: "one of three", Source: "doc: Faults",
			Body: stream(network.Config{Reorders: 1}, "1", "2", "3"),
			Want: []string{"1 2 3", "2 1 3", "1 3 2"},
		},
		{
			Name: "two of three", Source: "doc: Faults",
			Body: stream(network.Config{Reorders: 2}, "1", "2", "3"),
			Want: []string{"1 2 3", "2 1 3", "1 3 2", "2 3 1", "3 1 2"},
		},
	})
}

func TestPartitions(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{
		{
			Name: "a cut only delays", Source: "doc: Partitions",
			Body: stream(network.Config{Partitions: 1}, "1", "2"),
			Want: []string{"1 2"},
		},
		{
			Name: "a lossy cut loses until it heals", Source: "doc: Partitions",
			Body: stream(network.Config{Partitions: 1, Lossy: true}, "1", "2"),
			Want: []string{"1 2", "1", "2", ""},
		},
		{
			Name: "a permanent cut stays", Source: "doc: Partitions",
			Body: stream(network.Config{Partitions: 1, Permanent: true}, "1", "2"),
			Want: []string{"1 2", "1", ""},
		},
		{
			Name: "nobody is cut off from itself", Source: "doc: Partitions",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{Partitions: 1, Permanent: true, Lossy: true})
				net.Send(c, c.Self(), text{"me"})
				p.See(ravel.Receive[text](c).S)
			},
			Want: []string{"me"},
		},
		{
			Name: "a cut on demand", Source: "doc: Partitions",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{})
				to := receiver(p, c)
				sender(c, net, to, "2")
				net.Partition(c, to)
				net.Send(c, to, text{"1"})
				showAll(c, to)
			},
			Want: []string{"", "2"}, // the other sender's message may arrive before the network has taken notice
		},
		{
			Name: "healing on demand", Source: "doc: Partitions",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{})
				to := receiver(p, c)
				net.Partition(c, c.Self())
				net.Send(c, to, text{"1"})
				net.Heal(c)
				showAll(c, to)
			},
			Want: []string{"1"},
		},
		{
			Name: "healing on demand ends any cut", Source: "doc: Partitions",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{Partitions: 1})
				to := receiver(p, c)
				net.Send(c, to, text{"1"})
				net.Heal(c)
				net.Send(c, to, text{"2"})
				showAll(c, to)
			},
			Want: []string{"1 2"},
		},
		{
			Name: "three nodes are cut in every way", Source: "doc: Partitions",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{Partitions: 1, Permanent: true})
				a, b := receiver(p, c), receiver(p, c)
				net.Send(c, a, text{"a"})
				net.Send(c, b, text{"b"})
				showAll(c, a, b)
			},
			Want: []string{"a b", "a", "b", ""},
		},
	})
}

func TestCrashes(t *testing.T) {
	modeltest.Test(t, []enginetest.Row{
		{
			Name: "what is in flight outlives the sender", Source: "doc: Crashes",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{})
				to := receiver(p, c)
				me := c.Self()
				from := c.Go("sender", func(c *ravel.Context) {
					net.Send(c, to, text{"sent"})
					c.Send(me, text{"done"})
					ravel.Receive[text](c)
				})
				ravel.Receive[text](c)
				c.Crash(from)
				showAll(c, to)
			},
			Want: []string{"sent"},
		},
		{
			Name: "what reaches a machine that is down is lost", Source: "doc: Crashes",
			Body: func(p *enginetest.Probe, c *ravel.Context) {
				net := create(c, network.Config{})
				to := receiver(p, c)
				c.Crash(to)
				net.Send(c, to, text{"sent"})
				showAll(c, to)
			},
			Want: []string{""},
		},
	})
}
