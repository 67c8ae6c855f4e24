package network_test

import (
	"testing"
	"time"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/internal/engine"
	"github.com/ravelgo/ravel/internal/engine/enginetest"
	"github.com/ravelgo/ravel/model/internal/modeltest"
	"github.com/ravelgo/ravel/model/network"
)

// Each of these protocols comes in two forms: one that trusts the network, and one that does not. The trusting one breaks
// under one kind of fault only, and the other one under none.

type (
	set struct {
		From       ravel.ID
		Version, N int
	}
	ack   struct{ Version int }
	again struct{}
)

// register holds a number that clients set.
type register struct {
	net     network.Network
	careful bool // looks at versions
	version int
	N       int
	max     int // of what it was asked to hold
	sum     int // of what was set
}

var registerMachine = ravel.Define[register]("Register",
	ravel.Start("Serving", ravel.On(func(r *register, c *ravel.Context, s set) {
		r.max = max(r.max, s.N)
		if !r.careful || s.Version > r.version {
			r.version, r.N = s.Version, s.N
			r.sum += s.N
		}
		if !s.From.IsZero() {
			r.net.Send(c, s.From, ack{s.Version})
		}
	})),
)

// ask sends a request until its answer has come: once, or as often as needed.
func ask(c *ravel.Context, net network.Network, to ravel.ID, s set, careful bool) {
	s.From = c.Self()
	net.Send(c, to, s)
	if !careful {
		ravel.Receive[ack](c)
		return
	}
	tick := c.Every(3*time.Second, again{})
	for {
		switch ev := ravel.ReceiveAny(c, ravel.Type[ack](), ravel.Type[again]()).(type) {
		case again:
			net.Send(c, to, s)
		case ack:
			if ev.Version == s.Version {
				c.StopTimer(tick)
				return
			}
		}
	}
}

// retrying is a client that sets one number and needs an answer.
func retrying(careful bool) func(network.Config) func(*enginetest.Probe, *ravel.Context) {
	return func(cfg network.Config) func(*enginetest.Probe, *ravel.Context) {
		return func(p *enginetest.Probe, c *ravel.Context) {
			net := create(c, cfg)
			r := c.Create(registerMachine.New(&register{net: net, careful: true}))
			ravel.AwaitQuiet(c)
			ask(c, net, r, set{Version: 1, N: 1}, careful)
			p.See("answered")
		}
	}
}

// pipelined is a client that sets two numbers without waiting in between; check says whether what comes of it is right.
func pipelined(careful bool, check func(*register) bool) func(network.Config) func(*enginetest.Probe, *ravel.Context) {
	return func(cfg network.Config) func(*enginetest.Probe, *ravel.Context) {
		return func(p *enginetest.Probe, c *ravel.Context) {
			net := create(c, cfg)
			r := &register{net: net, careful: careful}
			to := c.Create(registerMachine.New(r))
			ravel.AwaitQuiet(c)
			net.Send(c, to, set{Version: 1, N: 1})
			net.Send(c, to, set{Version: 2, N: 2})
			ravel.AwaitQuiet(c)
			c.Assert(check(r), "the register holds %d, and was set to %d in all", r.N, r.sum)
		}
	}
}

func TestEndToEnd(t *testing.T) {
	last := func(r *register) bool { return r.N == r.max }
	once := func(r *register) bool { return r.sum <= 3 }
	budgets := map[string]network.Config{
		"none": {}, "loss": {Loss: 1}, "duplicates": {Duplicates: 1}, "reorders": {Reorders: 1},
		"partitions": {Partitions: 1}, "lossy partitions": {Partitions: 1, Lossy: true},
	}
	for _, x := range []struct {
		name         string
		make         func(bool) func(network.Config) func(*enginetest.Probe, *ravel.Context)
		good, broken string
		faults       []string // that break the trusting form
	}{
		{"a request that is sent once", retrying, "answered", "!deadlock", []string{"loss", "lossy partitions"}},
		{"what comes last stays", func(careful bool) func(network.Config) func(*enginetest.Probe, *ravel.Context) {
			return pipelined(careful, last)
		}, "", "!assertion", []string{"duplicates", "reorders"}},
		{"what is sent once is done once", func(careful bool) func(network.Config) func(*enginetest.Probe, *ravel.Context) {
			return pipelined(careful, once)
		}, "", "!assertion", []string{"duplicates"}},
	} {
		for fault, cfg := range budgets {
			trusting := []string{x.good}
			for _, f := range x.faults {
				if f == fault {
					trusting = append(trusting, x.broken)
				}
			}
			row := enginetest.Row{Source: "doc: Faults", Config: engine.Config{Ordered: true}}
			row.Name, row.Body, row.Want = x.name+", trusting, "+fault, x.make(false)(cfg), trusting
			modeltest.Test(t, []enginetest.Row{row})
			if len(trusting) == 1 && testing.Short() {
				continue // nothing that the careful form should be afraid of
			}
			row.Name, row.Body, row.Want = x.name+", careful, "+fault, x.make(true)(cfg), []string{x.good}
			modeltest.Test(t, []enginetest.Row{row})
		}
	}
}
