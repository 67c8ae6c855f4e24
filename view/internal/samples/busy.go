package main

import (
	"fmt"
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/check"
	"github.com/ravelgo/ravel/trace"
)

// A gossip of twenty machines, each of which hands on what it hears until one has had enough.
type (
	rumour struct {
		From ravel.ID
		Hops int
	}
	meet   struct{ All []ravel.ID }
	gossip struct {
		all   []ravel.ID
		heard int
	}
)

const (
	members  = 20
	hops     = 2550 // of each of the rumours that are under way at the same time
	together = 2
)

var gossipMachine = ravel.Define[gossip]("Gossip",
	ravel.Start("Waiting",
		ravel.On((*gossip).meet),
		ravel.Defer[rumour]()),
	ravel.In("Talking", ravel.On((*gossip).hear)))

func (g *gossip) meet(c *ravel.Context, m meet) {
	g.all = m.All
	for i, id := range g.all {
		if id == c.Self() && i < together {
			c.Send(g.all[(i+1)%len(g.all)], rumour{From: id})
		}
	}
	c.Goto("Talking")
}

func (g *gossip) hear(c *ravel.Context, r rumour) {
	g.heard++
	if g.heard%50 == 0 {
		c.Logf("heard %d rumours", g.heard)
	}
	c.Assert(r.Hops < hops, "a rumour has gone %d hops", r.Hops)
	next := g.all[(r.Hops*7+g.heard)%len(g.all)]
	if next == c.Self() {
		next = r.From
	}
	c.Send(next, rumour{c.Self(), r.Hops + 1})
}

// busy is an execution of twenty machines and about five thousand steps.
func busy() (*trace.Trace, error) {
	r, err := check.Explore("busy", check.Config{Schedules: 1, Workers: 1, Steps: 20_000, Strategy: "random", Seed: 1, Seeded: true, NoShrink: true}, func(t *check.T) {
		var all []ravel.ID
		for range members {
			all = append(all, t.Create(gossipMachine.New(&gossip{})))
		}
		for _, id := range all {
			t.Send(id, meet{slices.Clone(all)})
		}
	})
	if err != nil {
		return nil, err
	}
	if r.Failure == nil || r.Failure.Trace == nil || r.Failure.Trace.Steps() < 5000 {
		return nil, fmt.Errorf("the gossip is not what it should be: %s", r.Summary())
	}
	return r.Failure.Trace, nil
}
