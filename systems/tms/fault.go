package tms

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// Failure is the fault by which a server of a group fails: it stops, between any two messages that it sends.
type Failure struct{ Group int }

// Faults lets servers fail.
type Faults struct {
	alive    [][]chainrep.NodeID // by group
	failures int                 // of a group
	book     *book               `ravel:"-"` // never changes
}

// FaultsMachine is the machine of Faults.
var FaultsMachine = ravel.Define[Faults]("Faults",
	ravel.Start("Lurking", ravel.Entry((*Faults).start), ravel.On((*Faults).failure)))

func (f *Faults) start(c *ravel.Context) {
	for g := range f.alive {
		offer(c, "failures of "+groupName(g), f.failures, Failure{g})
	}
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
