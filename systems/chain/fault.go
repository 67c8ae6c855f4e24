package chain

import (
	"slices"

	"github.com/ravelgo/ravel"
	"github.com/ravelgo/ravel/systems/chain/chainrep"
)

// What may go wrong, at any step.
type (
	Failure struct{} // a server fails
	Delay   struct{} // a server is slow to answer the detector
	Arrival struct{} // another server wants to join
	Doubt   struct{} // the master is told that messages may have been lost, to it or elsewhere
)

// Faults lets things go wrong: by choices that the tester may make at any step or,
// with strikes, as a machine that moves like any other one.
type Faults struct {
	alive   []chainrep.NodeID
	crashes int
	delays  int
	strikes bool // it acts on its own

	strangers []chainrep.NodeID // who may join
	agains    int
	book      *book `ravel:"-"` // never changes
}

// FaultsMachine is the machine of Faults.
var FaultsMachine = ravel.Define[Faults]("Faults",
	ravel.Start("Lurking",
		ravel.Entry((*Faults).start),
		ravel.On((*Faults).failure),
		ravel.On((*Faults).delay),
		ravel.On((*Faults).arrival),
		ravel.On((*Faults).doubt),
		ravel.On((*Faults).strike)))

// What happens in some execution, or the test says little.
const (
	fails       = "a server fails"
	suspected   = "a server is suspected"
	interrupted = "a failure is reported in the middle of a reconfiguration"
	joined      = "a server has joined"
)

// strike is when the machine acts on its own.
type strike struct{}

func (f *Faults) start(c *ravel.Context) {
	offer := func(budget string, n int, fault any) {
		if n == 0 {
			return
		}
		b := c.Budget(budget, n)
		for range n {
			c.OfferFault(b, fault)
		}
	}
	if f.crashes > 0 || f.strikes {
		c.Sometimes(false, fails)
	}
	offer("failures", f.crashes, Failure{})
	if len(f.strangers) > 0 {
		c.Sometimes(false, joined)
	}
	offer("delays", f.delays, Delay{})
	offer("joins", len(f.strangers), Arrival{})
	offer("doubts", f.agains, Doubt{})
	if f.strikes {
		c.Send(c.Self(), strike{})
	}
}

func (f *Faults) failure(c *ravel.Context, _ Failure) { f.kill(c, c.Int(len(f.alive))) }

// strike lets two neighbours behind the head fail together.
func (f *Faults) strike(c *ravel.Context, _ strike) {
	i := 1 + c.Int(len(f.alive)-2)
	f.kill(c, i)
	f.kill(c, i)
}

// kill lets a server fail by stopping. The detector looks after the servers some
// time after that. Without it all servers answer, and nothing comes of it.
func (f *Faults) kill(c *ravel.Context, i int) {
	victim := f.alive[i]
	f.alive = slices.Delete(f.alive, i, i+1)
	id := f.book.nodes[victim]
	c.Sometimes(true, fails)
	c.Crash(id)
	c.Restart(id, GraveMachine.New(&Grave{id: victim, book: f.book}).Named(string(victim)+" (dead)"))
	c.Notify(Crashed{victim})
	c.Notify(requestsOnce.Removed(victim))
	c.Send(f.book.nodes[detectorID], Tick{})
}

// arrival lets the next server join. If it has failed by now, the detector is told as of
// any other failure.
func (f *Faults) arrival(c *ravel.Context, _ Arrival) {
	next := f.strangers[0]
	f.strangers = f.strangers[1:]
	c.Send(f.book.nodes[masterID], chainrep.Join{Server: next})
}

// doubt is about the master's messages, or those of any two servers that may be neighbours.
func (f *Faults) doubt(c *ravel.Context, _ Doubt) {
	master := f.book.nodes[masterID]
	if len(f.alive) < 2 || !c.Bool() {
		c.Send(master, Again{})
		return
	}
	i := c.Int(len(f.alive) - 1)
	c.Send(master, chainrep.Relink{Up: f.alive[i], Down: f.alive[i+1]})
}

// delay lets the detector look after the servers although none has failed: it may
// lose patience with one.
func (f *Faults) delay(c *ravel.Context, _ Delay) { c.Send(f.book.nodes[detectorID], Tick{}) }
