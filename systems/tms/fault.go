package tms

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Arrival is that another server joins a group, and Doubt that the master of a group is told that messages may have been lost.
type (
	Arrival struct{ Group int }
	Doubt   struct{ Group int }
)

// Failure is the fault by which a server of a group fails: it stops, between any two messages that it sends.
type Failure struct{ Group int }

// Faults lets servers fail.
type Faults struct {
	alive    [][]chainrep.NodeID // by group
	failures int                 // of a group

	strangers [][]chainrep.NodeID // by group: who may join, and is among those alive
	doubts    int                 // of a group
	book      *book               `ravel:"-"` // never changes
}

// FaultsMachine is the machine of Faults.
var FaultsMachine = ravel.Define[Faults]("Faults",
	ravel.Start("Lurking", ravel.Entry((*Faults).start), ravel.On((*Faults).failure), ravel.On((*Faults).arrival), ravel.On((*Faults).doubt)))

func (f *Faults) start(c *ravel.Context) {
	for g := range f.alive {
		offer(c, "failures of "+groupName(g), f.failures, Failure{g})
		offer(c, "joins of "+groupName(g), len(f.strangers[g]), Arrival{g})
		offer(c, "doubts of "+groupName(g), f.doubts, Doubt{g})
	}
}

// arrival lets the next server of a group join.
func (f *Faults) arrival(c *ravel.Context, fault Arrival) {
	g := fault.Group
	next := f.strangers[g][0]
	f.strangers[g] = f.strangers[g][1:]
	c.Send(f.book.machines[masterName(groupName(g))], chainrep.Join{Server: next})
}

// doubt is about the master's messages, or those of any two servers that may be neighbours.
func (f *Faults) doubt(c *ravel.Context, fault Doubt) {
	master, alive := f.book.machines[masterName(groupName(fault.Group))], f.alive[fault.Group]
	if len(alive) < 2 || !c.Bool() {
		c.Send(master, chain.Again{})
		return
	}
	i := c.Int(len(alive) - 1)
	c.Send(master, chainrep.Relink{Up: alive[i], Down: alive[i+1]})
}

// failure lets a server fail. The detector of its group looks after the servers some time after that. Without it all
// servers answer, and nothing comes of it.
func (f *Faults) failure(c *ravel.Context, fault Failure) {
	alive := &f.alive[fault.Group]
	i := c.Int(len(*alive))
	victim := (*alive)[i]
	*alive = slices.Delete(*alive, i, i+1)
	c.Sometimes(true, fails)
	id := f.book.machines[string(victim)]
	c.Crash(id)
	c.Restart(id, GraveMachine.New(&Grave{id: victim, book: f.book}).Named(string(victim)+" (dead)"))
	c.Notify(chain.Crashed{Server: victim})
	c.Send(f.book.machines[detectorName(groupName(fault.Group))], Tick{})
}
