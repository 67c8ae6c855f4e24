package tms

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/multipaxos/rsm"
	"github.com/ravelgo/ravel/systems/tms/bank"
)

// Group is a whole group as its users see it: operations are applied one after the other, each once. It changes its
// leader, repeats old answers and lets operations overtake each other, as often as it is told, and without replicas. What
// was submitted to a former leader may be lost.
type Group struct {
	number           int
	changes, repeats int // left to offer
	reorder          bool
	branch           *bank.Branch
	exec             *rsm.Executor
	view             uint64
	waiting          []rsm.Command  // submitted, and not applied
	said             []rsm.Response // what was answered
	mutant           mutant
	book             *book `ravel:"-"` // never changes
}

// GroupMachine is the machine of a Group.
var GroupMachine = ravel.Define[Group]("Group",
	ravel.Start("Serving",
		ravel.Entry((*Group).start),
		ravel.On((*Group).submit),
		ravel.On((*Group).apply),
		ravel.On((*Group).change),
		ravel.On((*Group).again),
		ravel.On((*Group).repeat)))

// What a Group may do at any step.
type (
	Change struct{} // another leader
	Repeat struct{} // an old answer again
)

// apply is due work of a Group.
type apply struct{}

func (g *Group) start(c *ravel.Context) {
	g.lead(c)
	name := groupName(g.number)
	offer(c, "leader changes of "+name, g.changes, Change{})
	offer(c, "repeated answers of "+name, g.repeats, Repeat{})
}

// offer offers a fault as often as its budget says.
func offer(c *ravel.Context, budget string, n int, fault any) {
	if n == 0 {
		return
	}
	b := c.Budget(budget, n)
	for range n {
		c.OfferFault(b, fault)
	}
}

func (g *Group) lead(c *ravel.Context) {
	g.view++
	g.tell(c)
}

// again tells who leads, to a coordinator that has come back.
func (g *Group) again(c *ravel.Context, _ chain.Again) { g.tell(c) }

func (g *Group) tell(c *ravel.Context) {
	c.Send(g.book.coordinator, bank.LeaderUpdated{Group: g.number, Leader: g.leader(), View: g.view})
}

// leader returns the address of the leader, which alternates between two. Behind both is this machine.
func (g *Group) leader() string { return replicaName(groupName(g.number), 1+int(g.view)%2) }

// change makes the other address the leader's. What waited at the former one stays, or is lost.
func (g *Group) change(c *ravel.Context, _ Change) {
	if len(g.waiting) > 0 && c.Bool() {
		c.Sometimes(true, isLost)
		g.waiting = nil
	}
	g.lead(c)
}

func (g *Group) submit(c *ravel.Context, s Submit) {
	if s.To != g.leader() && c.Bool() {
		c.Sometimes(true, isLost)
		return
	}
	g.waiting = append(g.waiting, s.Command)
	if g.reorder {
		c.Send(c.Self(), apply{})
		return
	}
	g.apply(c, apply{})
}

func (g *Group) apply(c *ravel.Context, _ apply) {
	if len(g.waiting) == 0 {
		return
	}
	i := 0
	if len(g.waiting) > 1 {
		i = c.Int(len(g.waiting))
	}
	cmd := g.waiting[i]
	if g.waiting = slices.Delete(g.waiting, i, i+1); len(g.waiting) == 0 {
		g.waiting = nil
	}
	r, ok := g.exec.Apply(cmd)
	c.Assert(g.branch.Err() == nil, "%v", g.branch.Err())
	if !ok {
		return // older than what the client waits for
	}
	if !slices.Contains(g.said, r) {
		g.said = append(g.said, r)
	}
	g.answer(c, r)
}

// repeat gives an answer again, or none if there was none.
func (g *Group) repeat(c *ravel.Context, _ Repeat) {
	if len(g.said) > 0 {
		c.Sometimes(true, isRepeated)
		g.answer(c, ravel.Choose(c, g.said))
	}
}

func (g *Group) answer(c *ravel.Context, r rsm.Response) {
	if g.mutant == samePlace {
		result, err := bank.DecodeResult(r.Result)
		c.Assert(err == nil, "%v", err)
		result.Place = 1
		r.Result = result.String()
	}
	answer(c, g.book, g.number, groupName(g.number), r)
}
